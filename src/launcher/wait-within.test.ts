import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { waitForNews, waitWithin } from './wait-within.ts';

async function connected(): Promise<{ near: Socket; far: Socket; close(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], []];
  return {
    near,
    far,
    close: () => {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

function block(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

it('gives a value that is there, and nothing when time is up', async () => {
  expect(await waitWithin(10_000, Promise.resolve(7))).toBe(7);
  expect(await waitWithin(1, new Promise(() => undefined))).toBe(undefined);
});

it('does not give up on news that waited in a pipe while the event loop was blocked', async () => {
  const { near, far, close } = await connected();
  const heard: string[] = [];
  const news = new Promise<void>((resolve) => {
    far.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString());
      resolve();
    });
  });
  near.write('told');
  const waiting = waitForNews(5, news);
  block(40);
  await waiting;
  expect(heard).toEqual(['told']);
  close();
});
