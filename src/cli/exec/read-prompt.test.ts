import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { CliError, type Edge } from '../edge.ts';
import { readPrompt } from './read-prompt.ts';

function edge(stdin: NodeJS.ReadableStream, interrupted: AbortSignal = new AbortController().signal): Edge {
  return { stdin, interrupted } as unknown as Edge;
}

describe('readPrompt', () => {
  it('never touches a stdin that brings nothing when the prompt is given', async () => {
    const stdin = new Proxy(new PassThrough(), {
      get: (_target, name) => {
        throw new Error(`stdin.${String(name)} was looked at`);
      },
    });
    expect(await readPrompt({ kind: 'text', text: 'go' }, edge(stdin), () => false)).toBe('go');
  });

  it.each([
    {
      says: 'appends what is piped in beside the prompt',
      bytes: 'a\nb\n',
      want: 'go\n\n<stdin>\na\nb\n</stdin>',
    },
    { says: 'appends nothing when nothing is piped in', bytes: ' \n', want: 'go' },
  ])('$says', async ({ bytes, want }) => {
    const stdin = new PassThrough();
    stdin.end(bytes);
    expect(await readPrompt({ kind: 'text', text: 'go' }, edge(stdin), () => true)).toBe(want);
  });

  it('goes on without a pipe that is open and says nothing, and says so', async () => {
    vi.useFakeTimers();
    try {
      const said: string[] = [];
      const silent = { ...edge(new PassThrough()), stderr: { write: (text: string) => said.push(text) } };
      const reading = readPrompt({ kind: 'text', text: 'go' }, silent as unknown as Edge, () => true);
      await vi.advanceTimersByTimeAsync(1_000);
      expect([await reading, said]).toEqual([
        'go',
        ['cordon exec: stdin is open and sent nothing for 1 s: going on without it\n'],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses bytes beside the prompt that are no text', async () => {
    const stdin = new PassThrough();
    stdin.end(new Uint8Array([0xff, 0xfe]));
    await expect(readPrompt({ kind: 'text', text: 'go' }, edge(stdin), () => true)).rejects.toEqual(
      new CliError(1, 'The input on stdin is not UTF-8 text'),
    );
  });

  it('refuses a terminal instead of waiting for it', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    await expect(readPrompt({ kind: 'stdin' }, edge(terminal))).rejects.toEqual(
      new CliError(
        1,
        'No prompt: none was given and stdin is a terminal',
        'Pass it as an argument: cordon exec "PROMPT", or on stdin: echo PROMPT | cordon exec -',
      ),
    );
  });

  it('gives up more than any prompt', async () => {
    const stdin = new PassThrough();
    const reading = readPrompt({ kind: 'stdin' }, edge(stdin));
    stdin.on('error', () => undefined);
    for (let megabyte = 0; megabyte < 11; megabyte += 1) stdin.write(Buffer.alloc(1024 * 1024, 'x'));
    await expect(reading).rejects.toEqual(new CliError(1, 'The prompt on stdin is larger than 10 MiB'));
  });

  it('stops waiting when it is interrupted', async () => {
    const controller = new AbortController();
    const reading = readPrompt({ kind: 'stdin' }, edge(new PassThrough(), controller.signal));
    setImmediate(() => controller.abort('SIGINT'));
    await expect(reading).rejects.toMatchObject({
      status: 130,
      message: 'Interrupted before there was a prompt',
    });
  });
});
