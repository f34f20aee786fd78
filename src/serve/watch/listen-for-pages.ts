// The page's own port: its few files for everybody who asks by our name, and its connection for whoever has the token.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { guardedBy, isOwnPlace, type LoopbackAddress } from '../loopback/index.ts';
import { refuseUpgrade, serveWebSocket } from '../rpc/serve-websocket.ts';
import { admitPage, pageHeaders, pageProtocol } from './page-door.ts';
import type { WatchedServer } from './watched-server.ts';
import { connectPage } from './watching-page.ts';

export interface PageFile {
  /** Of the content, as a header says it. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface PageParts {
  readonly server: WatchedServer;
  /** By path: `/`, `/page.js`. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** Characters that a subprotocol may have: base64url. */
  readonly token: string;
  onProblem(error: unknown): void;
}

export interface PageListener {
  /** With the token behind `#`, which no browser ever sends. */
  readonly url: string;
  close(): Promise<void>;
}

/** Connections at a time, those that only load a file included. */
const mostConnections = 64;
/** Pages at a time. */
const mostPages = 8;
/** Bytes of a message of the page. */
const longestMessage = 1024 * 1024;

/** Rejects when the port is taken. */
export async function listenForPages(
  { server, files, token, onProblem }: PageParts,
  { host, port }: LoopbackAddress,
): Promise<PageListener> {
  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    // The other name is the token: it is never said back.
    handleProtocols: () => pageProtocol,
  });
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    giveFile(request, response, files, taken());
  });
  http.maxConnections = mostConnections;
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const answer = admitPage(guardedBy(request), protocolsOf(request), { port: taken(), token });
    if (answer.kind === 'refused') refuseUpgrade(socket, answer);
    else if (request.url !== '/watch')
      refuseUpgrade(socket, { status: 403, why: 'there is nothing at this path' });
    else if (sockets.clients.size >= mostPages)
      refuseUpgrade(socket, { status: 403, why: `${String(mostPages)} pages are open already` });
    else
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        serveWebSocket(webSocket, { connect: (wire) => connectPage(server, wire, onProblem) }),
      );
  });
  const taken = (): number => (http.address() as AddressInfo | null)?.port ?? 0;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host, port, exclusive: true }, () => {
      http.off('error', reject);
      resolve();
    });
  });
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${String(taken())}/#${token}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      // 1001: the server goes away. A page says so at once.
      for (const client of sockets.clients) client.close(1001, 'the server ends');
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await closed;
    },
  };
}

function giveFile(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageParts['files'],
  port: number,
): void {
  const { host, origin } = guardedBy(request);
  const place = isOwnPlace({ host, origin }, port);
  const say = (status: number, text: string): void => {
    response
      .writeHead(status, { ...pageHeaders(host ?? ''), 'Content-Type': 'text/plain; charset=utf-8' })
      .end(`${text}\n`);
  };
  if (place.kind === 'refused') {
    response.writeHead(place.status, { Connection: 'close' }).end(`${place.why}\n`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    say(405, 'there is nothing to send here');
    return;
  }
  const file = files.get(request.url ?? '');
  if (file === undefined) {
    say(404, 'there is nothing at this path');
    return;
  }
  response
    .writeHead(200, {
      ...pageHeaders(host ?? ''),
      'Content-Type': file.type,
      'Content-Length': String(file.bytes.length),
    })
    .end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** As it was sent; twice counts as none. */
function protocolsOf({ rawHeaders }: IncomingMessage): string | undefined {
  const found = rawHeaders.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'sec-websocket-protocol',
  );
  return found.length === 1 ? found[0] : undefined;
}
