import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { type KeyMode, type KeyReader, readKeys } from './read-keys.ts';

function terminal(mode: KeyMode = 'single'): { readonly input: PassThrough; readonly keys: KeyReader } {
  const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: () => undefined });
  return { input, keys: readKeys(input as unknown as ReadStream, { mode: () => mode, settleMs: 0 }) };
}

/** Sends each piece as a chunk of its own, then an `x`, and answers with the first key that came out. */
async function firstKeyOf(pieces: readonly string[]): Promise<unknown> {
  const { input, keys } = terminal();
  for (const piece of [...pieces, 'x']) {
    input.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const key = await keys.next();
  keys.close();
  return key;
}

const dropped: readonly { says: string; pieces: readonly string[] }[] = [
  { says: 'a window title that a command set', pieces: ['\u001b]ly\u001b\\'] },
  { says: 'the same in pieces', pieces: ['\u001b]l', 'y', 'y', '\u0007'] },
  { says: 'the same, cut after its first byte', pieces: ['\u001b', ']ly\u0007'] },
  { says: 'a device report', pieces: ['\u001bP1$ry\u001b\\'] },
  { says: 'a cursor report', pieces: ['\u001b[12;1R'] },
  { says: 'a paste', pieces: ['yes please'] },
  { says: 'two keys at once', pieces: ['yy'] },
  { says: 'an unknown sequence that ends in y', pieces: ['\u001b[1;2y'] },
  { says: 'Alt and y', pieces: ['\u001by'] },
];

describe('readKeys', () => {
  it.each(dropped)('drops $says', async ({ pieces }) => {
    expect(await firstKeyOf(pieces)).toEqual({ kind: 'character', text: 'x' });
  });

  it.each([
    { bytes: 'y', want: { kind: 'character', text: 'y' } },
    { bytes: '\r', want: { kind: 'enter' } },
    { bytes: '\u0003', want: { kind: 'ctrl-c' } },
    { bytes: '\u0004', want: { kind: 'ctrl-d' } },
    { bytes: '\u007f', want: { kind: 'backspace' } },
    { bytes: '\u001b[C', want: { kind: 'right' } },
    { bytes: '\u001bOD', want: { kind: 'left' } },
    { bytes: 'é', want: { kind: 'character', text: 'é' } },
  ])('reads $want.kind', async ({ bytes, want }) => {
    expect(await firstKeyOf([bytes])).toEqual(want);
  });

  it('reads a lone ESC once nothing follows it', async () => {
    const { input, keys } = terminal();
    input.write('\u001b');
    expect(await keys.next()).toEqual({ kind: 'escape' });
    keys.close();
  });

  it('takes a paste character by character where text is wanted', async () => {
    const { input, keys } = terminal('text');
    input.write('no\r');
    expect([await keys.next(), await keys.next(), await keys.next()]).toEqual([
      { kind: 'character', text: 'n' },
      { kind: 'character', text: 'o' },
      { kind: 'enter' },
    ]);
    keys.close();
  });

  it('says closed for ever once the terminal is gone', async () => {
    const { input, keys } = terminal();
    const waiting = keys.next();
    input.destroy();
    expect([await waiting, await keys.next()]).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
    keys.close();
  });

  it('takes no character before the quiet it waits for, and every one after the first that counted', async () => {
    const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: () => undefined });
    const keys = readKeys(input as unknown as ReadStream, {
      mode: () => 'single',
      settleMs: 0,
      quietMs: 200,
    });
    const rest = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
    // The clock of the machine may stand still for a while, and never runs ahead: what comes at once is never quiet.
    for (const key of ['y', 'g', '\u001b[C', 'y']) {
      input.write(key);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rest(250);
    for (const key of ['n', 'o']) {
      input.write(key);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([await keys.next(), await keys.next()]).toEqual([
      { kind: 'character', text: 'n' },
      { kind: 'character', text: 'o' },
    ]);
    keys.close();
  });

  it('is closed from the start where the stream has ended before', async () => {
    const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: () => undefined });
    input.end();
    input.resume();
    await new Promise((resolve) => input.once('end', resolve));
    const keys = readKeys(input as unknown as ReadStream, { mode: () => 'single' });
    expect(await keys.next()).toEqual({ kind: 'closed' });
    keys.close();
  });
});
