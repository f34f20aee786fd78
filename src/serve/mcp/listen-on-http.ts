// MCP over streamable HTTP on loopback. Everybody is looked at before a byte of what they send is read: the name they
// used, the page they come from, the token. Each client that says hello gets a session of its own, with a runtime of its
// own; one that goes away, with goodbye or without, takes both with it.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { admit, guardedBy, type LoopbackAddress } from '../loopback/index.ts';
import { longestMessage } from './bounded-lines.ts';

export interface HttpSession {
  /** Not connected yet. */
  readonly server: McpServer;
  /** Ends its runtime, with everything that runs. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly address: LoopbackAddress;
  readonly token: string;
  /** Milliseconds without any request or open stream after which a client has gone. */
  readonly idleMs: number;
  openSession(): Promise<HttpSession>;
  onProblem(error: unknown): void;
}

export interface HttpListener {
  /** With the port that was taken. */
  readonly url: string;
  /** No new requests; sessions are ended, and streams cut. */
  close(): Promise<void>;
}

/** Clients at a time. */
const mostSessions = 32;
/** Connections at a time, those that are not admitted yet included. A client holds two or three. */
const mostConnections = 128;
const path = '/mcp';

interface Live {
  readonly transport: StreamableHTTPServerTransport;
  /** Once; the answer is the same for everybody who ends it. */
  end(): Promise<void>;
  /** Until this answer is over, the client is there. */
  attend(response: ServerResponse): void;
}

/** Rejects when the port is taken. */
export async function listenOnHttp(options: HttpOptions): Promise<HttpListener> {
  const { address, token, idleMs, openSession, onProblem } = options;
  const sessions = new Map<string, Live>();
  const all = new Set<Live>();
  /** Sessions that are being opened count, too. */
  const state = { opening: 0, isClosed: false };

  const http = createServer({ headersTimeout: 10_000, requestTimeout: 60_000 }, (request, response) => {
    // A peer that resets the connection in the middle is gone, and nothing more.
    response.on('error', () => undefined);
    const refused = look(request);
    if (refused !== undefined) {
      refuse(response, refused.status, refused.why);
      return;
    }
    void answer(request, response).catch((error: unknown) => {
      onProblem(error);
      if (!response.headersSent) refuse(response, 500, 'something went wrong');
      else response.destroy();
    });
  });
  http.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const { port } = http.address() as AddressInfo;

  function look(request: IncomingMessage): { status: number; why: string } | undefined {
    const found = admit(guardedBy(request), { port, token });
    if (found.kind === 'refused') return found;
    return request.url === path ? undefined : { status: 404, why: 'there is nothing at this path' };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (id !== undefined) {
      const live = sessions.get(String(id));
      // The client begins anew then.
      if (live === undefined) {
        refuse(response, 404, 'there is no such session');
        return;
      }
      live.attend(response);
      await live.transport.handleRequest(request, response);
      return;
    }
    if (request.method !== 'POST') {
      refuse(response, 400, 'this needs a session');
      return;
    }
    if (state.isClosed || all.size + state.opening >= mostSessions) {
      refuse(response, 503, `${String(mostSessions)} clients are connected already`);
      return;
    }
    state.opening += 1;
    const live = await begin().finally(() => (state.opening -= 1));
    live.attend(response);
    await live.transport.handleRequest(request, response);
    // Whatever it sent, it was no hello.
    if (live.transport.sessionId === undefined) await live.end();
  }

  async function begin(): Promise<Live> {
    const session = await openSession();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: longestMessage,
      onsessioninitialized: (id) => void sessions.set(id, live),
      onsessionclosed: () => void live.end().catch(onProblem),
    });
    const attended = { answers: 0, ended: undefined as Promise<void> | undefined };
    let idle: NodeJS.Timeout | undefined;
    const live: Live = {
      transport,
      end: async () => await (attended.ended ??= finish()),
      attend: (response) => {
        attended.answers += 1;
        clearTimeout(idle);
        response.once('close', () => {
          attended.answers -= 1;
          if (attended.answers > 0 || attended.ended !== undefined) return;
          idle = setTimeout(() => void live.end().catch(onProblem), idleMs);
          idle.unref();
        });
      },
    };
    const finish = async (): Promise<void> => {
      clearTimeout(idle);
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
      // Its place is free once nothing of it runs any more.
      await session.server
        .close()
        .finally(async () => await session.close())
        .finally(() => void all.delete(live));
    };
    all.add(live);
    if (state.isClosed) await live.end();
    else await session.server.connect(transport);
    return live;
  }

  return {
    url: `http://${address.host === '::1' ? '[::1]' : address.host}:${String(port)}${path}`,
    close: async () => {
      state.isClosed = true;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await Promise.all([...all].map(async (live) => await live.end().catch(onProblem)));
      http.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  response
    .writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
    .end(`${why}\n`);
}
