// WebSockets on loopback as wires. Everybody is looked at before the upgrade: the name they used, the page they come from,
// the token. There is nothing else on this port.
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { admit, guardedBy, type LoopbackAddress } from '../loopback/index.ts';
import type { RpcServer } from './create-rpc-server.ts';
import { longestMessage, type Wire } from './wire.ts';

export interface WebSocketListener {
  /** With the port that was taken. */
  readonly url: string;
  /** No new connections; those there are are cut. */
  close(): Promise<void>;
}

/** Connections at a time, those that are not admitted yet included. */
const mostConnections = 64;
/** Milliseconds between two looks whether somebody is still there. */
const heartbeatMs = 30_000;

/** Rejects when the port is taken. */
export async function listenOnWebSocket(
  server: RpcServer,
  { host, port }: LoopbackAddress,
  token: string,
): Promise<WebSocketListener> {
  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
  });
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    const answer = look(request);
    const status = answer.kind === 'admitted' ? 426 : answer.status;
    const headers = status === 426 ? { Upgrade: 'websocket', Connection: 'close' } : { Connection: 'close' };
    response
      .writeHead(status, headers)
      .end(`${answer.kind === 'admitted' ? 'this is a WebSocket' : answer.why}\n`);
  });
  http.maxConnections = mostConnections;
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that resets the connection in the middle is gone, and nothing more.
    socket.on('error', () => socket.destroy());
    const answer = look(request);
    if (answer.kind === 'refused') {
      refuse(socket, answer.status, answer.why);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, server));
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host, port, exclusive: true }, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const taken = (http.address() as AddressInfo).port;

  function look(request: IncomingMessage): ReturnType<typeof admit> {
    const answer = admit(guardedBy(request), { port: taken, token });
    if (answer.kind === 'refused' || request.url === '/') return answer;
    return { kind: 'refused', status: 403, why: 'there is nothing at this path' };
  }

  return {
    url: `ws://${host === '::1' ? '[::1]' : host}:${String(taken)}/`,
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await closed;
    },
  };
}

function refuse(socket: Duplex, status: 401 | 403, why: string): void {
  const body = `${why}\n`;
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function serve(socket: WebSocket, server: RpcServer): void {
  const listeners = new Set<() => void>();
  const state = { isAlive: true };
  const wire: Wire = {
    send: (text) => {
      socket.send(text, () => {
        for (const listener of [...listeners]) listener();
      });
    },
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    onRoom: (listener) => void listeners.add(listener),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    // 1008: it broke a rule. The other side gets a moment to read why.
    close: (why) => {
      socket.close(1008, why);
      setTimeout(() => socket.terminate(), 1_000).unref();
    },
  };
  const connection = server.connect(wire);
  const heart = setInterval(() => {
    if (!state.isAlive) {
      socket.terminate();
      return;
    }
    // A client whose messages are not read just now cannot answer either.
    state.isAlive = socket.isPaused;
    socket.ping();
  }, heartbeatMs);
  socket.on('pong', () => {
    state.isAlive = true;
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    state.isAlive = true;
    if (isBinary) connection.refuse('Cannot read the message: it is binary, and a message is text');
    else connection.receive(data.toString('utf8'));
  });
  // It is told by the close that follows.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearInterval(heart);
    connection.end();
  });
}
