// WebSockets on loopback as wires. Everybody is looked at before the upgrade: the name they used, the page they come from,
// the token. There is nothing else on this port.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { admit, guardedBy, type LoopbackAddress } from '../loopback/index.ts';
import type { RpcServer } from './create-rpc-server.ts';
import { refuseUpgrade, serveWebSocket } from './serve-websocket.ts';
import { longestMessage } from './wire.ts';

export interface WebSocketListener {
  /** With the port that was taken. */
  readonly url: string;
  /** No new connections; those there are are cut. */
  close(): Promise<void>;
}

/** Connections at a time, those that are not admitted yet included. */
const mostConnections = 64;

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
      refuseUpgrade(socket, answer);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveWebSocket(webSocket, server));
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
