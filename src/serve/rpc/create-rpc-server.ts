// The JSON-RPC server: gives each connection its client, lets one that was cut off come back to its own, and ends what
// nobody comes back for. The protocol's methods are methods/, one connection's messages are peer.ts.
import type { ShellRuntime } from '../../runtime/index.ts';
import { Client, type ClientParts } from './client.ts';
import { changeSetMethods } from './methods/change-set-methods.ts';
import { commandMethods } from './methods/command-methods.ts';
import type { MethodsOf } from './methods/methods-of.ts';
import { processMethods } from './methods/process-methods.ts';
import { sessionMethods } from './methods/session-methods.ts';
import { mostOpenRequests, Peer } from './peer.ts';
import type { InitializeParams, InitializeResult } from './protocol/initialize.ts';
import type { Methods } from './protocol/methods.ts';
import { readGiven } from './read-given.ts';
import { RpcError } from './rpc-error.ts';
import { params as schemas } from './schemas/params.ts';
import { longestMessage, type Wire } from './wire.ts';

export interface RpcServerParts extends Omit<ClientParts, 'retainBytes'> {
  /** Of the package. */
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** Milliseconds a client that went away may come back within; 0 ends it at once. */
  readonly resumeMs: number;
  /** Something broke that no message can tell a client about. */
  onProblem(error: unknown): void;
}

export interface Connection {
  /** One message as text. */
  receive(line: string): void;
  /** What arrived was no text. */
  refuse(why: string): void;
  /** It is over, from the other side or by its wire. */
  end(): void;
}

export interface RpcServer {
  connect(wire: Wire): Connection;
  /** Ends every client with everything it started, and waits until it is gone. */
  close(): Promise<void>;
}

/** Bytes of output kept for each command. */
const retainBytes = 1024 * 1024;
/** Clients that are gone and may come back; the one that went first is ended first. */
const mostAway = 16;

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const clients = new Map<string, Client>();
  const away = new Map<Client, NodeJS.Timeout>();
  const peers = new Set<Peer>();
  const ending = new Set<Promise<void>>();
  const state = { isClosed: false };

  function endClient(client: Client): void {
    clearTimeout(away.get(client));
    away.delete(client);
    clients.delete(client.sessionId);
    const done = client.close().catch(parts.onProblem);
    ending.add(done);
    void done.then(() => ending.delete(done));
  }

  function leave(client: Client): void {
    client.detach();
    if (parts.resumeMs === 0 || state.isClosed) {
      endClient(client);
      return;
    }
    away.set(
      client,
      setTimeout(() => endClient(client), parts.resumeMs),
    );
    const [longest] = away.keys();
    if (away.size > mostAway && longest !== undefined) endClient(longest);
  }

  /** @throws RpcError */
  function findClient(resumed: string | null | undefined): Client {
    if (resumed === null || resumed === undefined)
      return new Client({ openRuntime: parts.openRuntime, exitCodeOf: parts.exitCodeOf, retainBytes });
    const client = clients.get(resumed);
    if (client === undefined)
      throw new RpcError('unknown-client', 'Cannot resume: no client has this `sessionId`, or it is over');
    if (client.peer !== undefined)
      throw new RpcError('client-attached', 'Cannot resume: another connection has this client');
    clearTimeout(away.get(client));
    away.delete(client);
    return client;
  }

  function connect(wire: Wire): Connection {
    const own: { client: Client | undefined; coming: Promise<unknown> | undefined } = {
      client: undefined,
      coming: undefined,
    };
    const peer: Peer = new Peer(wire, { serve, onProblem: parts.onProblem });
    peers.add(peer);
    peer.gone.addEventListener(
      'abort',
      () => {
        peers.delete(peer);
        if (own.client !== undefined) leave(own.client);
      },
      { once: true },
    );

    async function serve(method: string, given: unknown): Promise<unknown> {
      if (!isMethod(method))
        throw new RpcError('unknown-method', `No method has the name ${JSON.stringify(method)}`);
      const params: unknown = readGiven<unknown>(schemas[method], given, method);
      if (method === 'initialize') return await initializeOnce(params as InitializeParams);
      // A client need not wait for the answer.
      if (own.client === undefined) await own.coming?.catch(() => undefined);
      if (own.client === undefined)
        throw new RpcError('not-initialized', 'Cannot serve it yet: the first request is `initialize`');
      return await call(method, params as never, own.client, peer);
    }

    async function initializeOnce(params: InitializeParams): Promise<InitializeResult> {
      if (own.client !== undefined || own.coming !== undefined)
        throw new RpcError('already-initialized', 'Cannot initialize a second time');
      const coming = initialize(params);
      own.coming = coming;
      try {
        return await coming;
      } finally {
        own.coming = undefined;
      }
    }

    async function initialize(params: InitializeParams): Promise<InitializeResult> {
      const client = findClient(params.resumeSessionId);
      client.attach(peer, params.capabilities ?? {});
      const runtime = await client.runtime().catch((error: unknown) => {
        endClient(client);
        throw unusable(error);
      });
      own.client = client;
      clients.set(client.sessionId, client);
      // It went away meanwhile.
      if (peer.gone.aborted) leave(client);
      return welcome(client, runtime);
    }

    return {
      receive: (line) => peer.receive(line),
      refuse: (why) => peer.refuse(why),
      end: () => peer.end(),
    };
  }

  function welcome(client: Client, runtime: ShellRuntime): InitializeResult {
    const { profile, selection } = runtime.sandbox;
    return {
      userAgent: `cordon/${parts.version}`,
      sessionId: client.sessionId,
      threadId: client.threadId,
      platformFamily: 'unix',
      platformOs: parts.platform === 'darwin' ? 'macos' : parts.platform,
      sandbox: {
        mode: profile.kind,
        network: profile.kind === 'danger-full-access' ? 'full' : profile.network,
        writableRoots: profile.kind === 'workspace-write' ? [...profile.writable] : [],
        enforcedBy:
          selection.kind === 'sandboxed'
            ? selection.sandbox
            : selection.kind === 'unsandboxed'
              ? 'none'
              : 'unavailable',
      },
      limits: {
        messageBytes: longestMessage,
        retainedBytes: retainBytes,
        openRequests: mostOpenRequests,
        resumeMs: parts.resumeMs,
      },
    };
  }

  return {
    connect,
    close: async () => {
      state.isClosed = true;
      for (const peer of [...peers]) peer.close('the server ends');
      for (const client of [...away.keys()]) endClient(client);
      await Promise.all([...ending]);
    },
  };
}

const methods: MethodsOf<Exclude<keyof Methods, 'initialize'>> = {
  ...commandMethods,
  ...processMethods,
  ...sessionMethods,
  ...changeSetMethods,
};

type Served = (params: never, client: Client, peer: Peer) => Promise<unknown>;

async function call(
  method: Exclude<keyof Methods, 'initialize'>,
  params: never,
  client: Client,
  peer: Peer,
): Promise<unknown> {
  const serve: Served = methods[method];
  return await serve(params, client, peer);
}

function isMethod(method: string): method is keyof Methods {
  return Object.hasOwn(schemas, method);
}

/** A rule file or the configuration was broken since the server began: nothing runs without them. */
function unusable(error: unknown): RpcError {
  const why = error instanceof Error ? error.message : String(error);
  return new RpcError('internal', `Cannot set up commands: ${why}`);
}
