import { describe, expect, it } from 'vitest';
import { openScreen } from './screen.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a screen', () => {
  it('shows text where the program put it, and the cursor', async () => {
    const screen = await openScreen({ rows: 3, cols: 20 }, () => undefined);
    await screen.write(bytes('one\r\n\x1b[2;5Htwo'));
    expect(screen.snapshot()).toEqual({
      rows: 3,
      cols: 20,
      lines: ['one', '    two', ''],
      cursor: { row: 1, col: 7 },
      alternate: false,
    });
    screen.dispose();
  });

  it('tells when a full-screen program is in charge', async () => {
    const screen = await openScreen({ rows: 2, cols: 10 }, () => undefined);
    await screen.write(bytes('\x1b[?1049h'));
    expect(screen.snapshot().alternate).toBe(true);
    screen.dispose();
  });

  it('keeps a character whole that arrives in two writes', async () => {
    const screen = await openScreen({ rows: 1, cols: 10 }, () => undefined);
    const [first, ...rest] = bytes('é');
    await screen.write(Uint8Array.of(first ?? 0));
    await screen.write(Uint8Array.from(rest));
    expect(screen.snapshot().lines).toEqual(['é']);
    screen.dispose();
  });

  it('answers a program that asks where the cursor is', async () => {
    const answers: string[] = [];
    const screen = await openScreen({ rows: 5, cols: 10 }, (text) => answers.push(text));
    await screen.write(bytes('\x1b[3;4H\x1b[6n'));
    expect(answers).toEqual(['\x1b[3;4R']);
    screen.dispose();
  });
});
