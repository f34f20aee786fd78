// One open WebSocket as a wire, and what somebody is told who gets none.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { RpcServer } from './create-rpc-server.ts';
import type { Wire } from './wire.ts';

/** Milliseconds between two looks whether somebody is still there. */
const heartbeatMs = 30_000;

/** In the words of HTTP: there is no WebSocket yet. */
export function refuseUpgrade(
  socket: Duplex,
  { status, why }: { readonly status: 401 | 403; readonly why: string },
): void {
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

/** Until it closes. */
export function serveWebSocket(socket: WebSocket, { connect }: Pick<RpcServer, 'connect'>): void {
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
  const connection = connect(wire);
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
