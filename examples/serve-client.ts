// A client of `cordon serve`: starts the server, is asked, answers, follows output and comes back to it.
//   npx tsx examples/serve-client.ts 'npm test'
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type {
  CommandReadResult,
  Methods,
  Notifications,
  RpcErrorBody,
  ServerRequests,
} from 'cordon/protocol';

/** What this client does when it is asked or told something. What has no entry is answered with an error, or passed over. */
export interface Handlers {
  readonly answers: {
    readonly [M in keyof ServerRequests]?: (
      question: ServerRequests[M]['params'],
    ) => ServerRequests[M]['result'] | Promise<ServerRequests[M]['result']>;
  };
  readonly told?: <M extends keyof Notifications>(method: M, params: Notifications[M]) => void;
}

interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: RpcErrorBody;
}

/** The sentence of the server; `body.data.kind` is the word to act on. */
export class ServeError extends Error {
  readonly body: RpcErrorBody;
  constructor(body: RpcErrorBody) {
    super(body.message);
    this.body = body;
  }
}

/** JSON-RPC over anything that carries lines: `send` takes one, `receive` is given one. */
export class ServeClient {
  readonly #send: (line: string) => void;
  readonly #handlers: Handlers;
  readonly #open = new Map<number, { done: (result: unknown) => void; failed: (error: Error) => void }>();
  #lastId = 0;

  constructor(send: (line: string) => void, handlers: Handlers) {
    this.#send = send;
    this.#handlers = handlers;
  }

  async request<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
  ): Promise<Methods[M]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<unknown>((done, failed) => this.#open.set(id, { done, failed }));
    this.#say({ id, method, params });
    return (await answer) as Methods[M]['result'];
  }

  /** All output from a number on, to the end of the command. Whoever was cut off begins behind the last it has. */
  async *output(processId: string, afterSeq = 0): AsyncGenerator<CommandReadResult['chunks'][number]> {
    for (let after = afterSeq; ;) {
      const read = await this.request('command/read', { processId, afterSeq: after, waitMs: 30_000 });
      for (const chunk of read.chunks) {
        yield chunk;
        after = chunk.seq;
      }
      if (read.closed && read.chunks.length === 0) return;
    }
  }

  receive(line: string): void {
    const { id, method, params, result, error } = JSON.parse(line) as Message;
    if (method !== undefined && id !== undefined) void this.#answer(id, method, params);
    else if (method !== undefined) this.#handlers.told?.(method as keyof Notifications, params as never);
    else if (typeof id === 'number') {
      const waiting = this.#open.get(id);
      this.#open.delete(id);
      if (error === undefined) waiting?.done(result);
      else waiting?.failed(new ServeError(error));
    }
  }

  /** The connection is over. */
  end(): void {
    for (const { failed } of this.#open.values()) failed(new Error('the server is gone'));
    this.#open.clear();
  }

  async #answer(id: Message['id'], method: string, params: unknown): Promise<void> {
    const answer = this.#handlers.answers[method as keyof ServerRequests] as
      ((question: unknown) => unknown) | undefined;
    if (answer === undefined) this.#say({ id, error: { code: -32_601, message: `unknown: ${method}` } });
    else this.#say({ id, result: await answer(params) });
  }

  #say(message: object): void {
    this.#send(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }
}

export interface Started {
  readonly client: ServeClient;
  /** Ends the server with everything it runs; the promise is its exit status. */
  close(): Promise<number | null>;
}

/** `command` is the program and its options, such as `['cordon', 'serve']`. */
export function startServer(
  [program, ...args]: readonly [string, ...string[]],
  handlers: Handlers,
  env: NodeJS.ProcessEnv = process.env,
): Started {
  const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const client = new ServeClient((line) => server.stdin.write(`${line}\n`), handlers);
  createInterface({ input: server.stdout }).on('line', (line) => client.receive(line));
  const closed = new Promise<number | null>((resolve) => {
    server.once('close', (status) => {
      client.end();
      resolve(status);
    });
  });
  server.stdin.on('error', () => undefined);
  return {
    client,
    close: async () => {
      server.stdin.end();
      return await closed;
    },
  };
}

async function main([script = 'echo hello']: readonly string[]): Promise<void> {
  const { client, close } = startServer(['cordon', 'serve'], {
    answers: {
      // A person decides here. This one says no to everything, and the command learns why.
      'item/commandExecution/requestApproval': ({ command, reason }) => {
        process.stderr.write(`asked about ${JSON.stringify(command)}: ${reason}\n`);
        return { decision: 'decline', message: 'nobody is watching' };
      },
    },
  });
  await client.request('initialize', { clientInfo: { name: 'example', version: '1' } });
  const result = client.request('command/exec', { command: script, processId: 'main', disableTimeout: true });
  for await (const { chunk } of client.output('main')) process.stdout.write(Buffer.from(chunk, 'base64'));
  const { exitCode, reason } = await result;
  if (reason !== null) process.stderr.write(`${reason}\n`);
  await close();
  process.exitCode = exitCode;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(process.argv.slice(2));
