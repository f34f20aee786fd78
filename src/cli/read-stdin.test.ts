import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Edge } from './edge.ts';
import { dispatch } from './main.ts';
import { readStdin } from './read-stdin.ts';

const edgeOf = (stdin: PassThrough, interrupted: AbortSignal): Edge =>
  ({
    stdin,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    platform: 'linux',
    cwd: '/',
    interrupted,
  }) as unknown as Edge;

async function textOf(edge: Edge): Promise<string> {
  let text = '';
  for await (const chunk of readStdin(edge)) text += chunk.toString();
  return text;
}

describe('readStdin', () => {
  it('reads up to the end', async () => {
    const stdin = new PassThrough();
    stdin.end('all of it');
    expect(await textOf(edgeOf(stdin, new AbortController().signal))).toBe('all of it');
  });

  it('stops at a signal, also at one that came before', async () => {
    const controller = new AbortController();
    const reading = textOf(edgeOf(new PassThrough(), controller.signal));
    setImmediate(() => controller.abort('SIGTERM'));
    expect(await reading).toBe('');
    expect(await textOf(edgeOf(new PassThrough(), controller.signal))).toBe('');
  });

  it('tells that reading failed', async () => {
    const stdin = new PassThrough();
    const reading = textOf(edgeOf(stdin, new AbortController().signal));
    stdin.destroy(new Error('EIO'));
    await expect(reading).rejects.toThrow('EIO');
  });
});

describe('a verb that waits for standard input', () => {
  it.each(['parse', 'parse --ndjson', 'run --stdin -- true'])('ends at SIGTERM: %s', async (line) => {
    const controller = new AbortController();
    const ended = dispatch(line.split(' '), edgeOf(new PassThrough(), controller.signal));
    setImmediate(() => controller.abort('SIGTERM'));
    expect(await ended).toBe(143);
  });
});
