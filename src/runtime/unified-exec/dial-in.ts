// Where a launcher on a terminal finds its control channel: a socket with a random token in a directory of its own
// that only this user can enter, gone from the file system the moment the launcher is on the line.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { FrameReader, protocolVersion } from '../../domain/index.ts';

export interface DialIn {
  /** The launcher's first argument. */
  readonly address: string;
  /** Its second. */
  readonly token: string;
  /** The channel, after a hello with the right token and version; undefined when it was closed before. */
  readonly connected: Promise<Socket | undefined>;
  /** Takes everything back that was not handed out. */
  close(): Promise<void>;
}

/** A path of a socket may be no longer than this (sun_path of unix(7), less its end). */
const maxSocketPath = 103;

export async function openDialIn(tempDirectory: string): Promise<DialIn> {
  const parent = tempDirectory.length + '/cordon-XXXXXX/c'.length > maxSocketPath ? '/tmp' : tempDirectory;
  const directory = await mkdtemp(join(parent, 'cordon-'));
  const path = join(directory, 'c');
  const token = randomBytes(16).toString('hex');
  const server = createServer();
  let settle: (socket: Socket | undefined) => void = () => undefined;
  const connected = new Promise<Socket | undefined>((resolve) => {
    settle = resolve;
  });
  const close = async (): Promise<void> => {
    settle(undefined);
    server.close();
    await rm(directory, { recursive: true, force: true });
  };
  server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    void hello(socket, token).then((isOurs) => {
      if (!isOurs) socket.destroy();
      else settle(socket);
    });
  });
  try {
    await listen(server, path);
  } catch (error) {
    await close();
    throw error;
  }
  return { address: `unix:${path}`, token, connected, close };
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
  server.on('error', () => undefined);
}

/** Whether the caller's first words are the launcher's, with the token of this run. */
async function hello(socket: Socket, token: string): Promise<boolean> {
  const reader = new FrameReader();
  try {
    for (;;) {
      const bytes = await firstBytes(socket);
      if (bytes === undefined) return false;
      const [frame, ...more] = reader.push(bytes);
      if (frame === undefined) continue;
      const expected = Buffer.from(token);
      const said = Buffer.from(frame.kind === 'hello' ? frame.token : '');
      const isRight = said.length === expected.length && timingSafeEqual(said, expected);
      // The launcher says nothing more until it is told what to run.
      return (
        isRight &&
        frame.kind === 'hello' &&
        frame.version === protocolVersion &&
        more.length === 0 &&
        !reader.isMidFrame
      );
    }
  } catch {
    return false;
  }
}

/** The next bytes, or undefined at the end of the connection. Leaves the socket paused, nothing lost. */
async function firstBytes(socket: Socket): Promise<Buffer | undefined> {
  for (;;) {
    const bytes = socket.read() as Buffer | null;
    if (bytes !== null) return bytes;
    if (socket.destroyed || socket.readableEnded) return undefined;
    await somethingHappens(socket);
  }
}

async function somethingHappens(socket: Socket): Promise<void> {
  const events = ['readable', 'end', 'close'];
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      for (const event of events) socket.off(event, wake);
      resolve();
    };
    for (const event of events) socket.on(event, wake);
  });
}
