// What the page shows of bytes: the rows that whole output gives are the rows that pieces of it add up to.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TerminalSize } from '../../runtime/index.ts';
import type { ScreenRow, ScreenRows } from '../../web/protocol/index.ts';
import { OutputRecord } from '../rpc/output-record.ts';
import { openOutputScreen, type OutputScreen } from './output-screen.ts';

const open: OutputScreen[] = [];
afterEach(() => {
  for (const screen of open.splice(0)) screen.close();
});

/** As the page keeps rows. */
class Shown {
  rows: ScreenRow[] = [];
  #first = 0;
  last: ScreenRows | undefined;

  apply(told: ScreenRows): void {
    this.rows = this.rows.slice(Math.max(0, told.first - this.#first));
    this.#first = told.first;
    this.rows = [...this.rows.slice(0, told.from - told.first), ...told.rows];
    this.last = told;
  }

  get text(): string[] {
    return this.rows.map(({ runs }) => runs.map(({ text }) => text).join(''));
  }
}

async function shown(
  size: TerminalSize | undefined,
  first: string,
): Promise<{ shown: Shown; write(text: string): void; resize(size: TerminalSize): void }> {
  const record = new OutputRecord(1024 * 1024);
  const state = { size };
  const page = new Shown();
  const write = (text: string): void => record.append('tty', Buffer.from(text));
  write(first);
  const screen = await openOutputScreen({
    callId: 'c',
    record,
    size: () => state.size,
    hasRoom: () => true,
    tell: (rows) => page.apply(rows),
  });
  open.push(screen);
  page.apply(screen.whole);
  return {
    shown: page,
    write,
    resize: (to) => {
      state.size = to;
      record.tell();
    },
  };
}

describe('output on the page', () => {
  it('is lines on pipes, with their colours and no cursor', async () => {
    const { shown: page } = await shown(
      undefined,
      'a\n\u001b[1;31mred\u001b[0m and \u001b[38;5;208mo\u001b[0m\n',
    );
    expect(page.rows).toEqual([
      { runs: [{ text: 'a' }] },
      { runs: [{ text: 'red', fg: 1, look: 'b' }, { text: ' and ' }, { text: 'o', fg: '#ff8700' }] },
      { runs: [] },
    ]);
    expect([page.last?.cursor, page.last?.columns]).toEqual([null, null]);
  });

  it('grows by what is new, also after rows fell out at the start', async () => {
    const { shown: page, write } = await shown(undefined, 'first\n');
    const line = (at: number): string => `line ${String(at)}\n`;
    for (let at = 0; at < 5_000; at += 500) {
      write(Array.from({ length: 500 }, (_, more) => line(at + more)).join(''));
      await vi.waitFor(() => expect(page.text.at(-2)).toBe(`line ${String(at + 499)}`), 10_000);
    }
    const numbers = page.text.slice(0, -1).map((text) => Number(text.slice(5)));
    expect(numbers.every((value, at) => at === 0 || value === (numbers[at - 1] ?? 0) + 1)).toBe(true);
    expect([numbers.at(-1), numbers.length > 1_000, numbers.length <= 2_100]).toEqual([4_999, true, true]);
  });

  it('is a screen on a terminal, with its cursor, until a program hides it', async () => {
    const { shown: page, write } = await shown({ rows: 4, cols: 20 }, 'one\r\ntwo\u001b[1;1HX');
    expect([page.text, page.last?.cursor, page.last?.columns]).toEqual([
      ['Xne', 'two'],
      { row: 0, col: 1 },
      20,
    ]);
    write('\u001b[?25l');
    await vi.waitFor(() => expect(page.last?.cursor).toBeNull());
  });

  it('is the other screen while a program draws on it, and the first one again behind it', async () => {
    const { shown: page, write } = await shown({ rows: 3, cols: 20 }, 'before\r\n');
    write('\u001b[?1049h\u001b[2J\u001b[Hfull');
    await vi.waitFor(() => expect([page.text, page.last?.alternate]).toEqual([['full', '', ''], true]));
    write('\u001b[?1049l');
    await vi.waitFor(() => expect([page.text[0], page.last?.alternate]).toEqual(['before', false]));
  });

  it('takes the size that its terminal has by now', async () => {
    const { shown: page, resize } = await shown({ rows: 3, cols: 10 }, '0123456789abc\r\nend');
    expect(page.text).toEqual(['0123456789', 'abc', 'end']);
    resize({ rows: 3, cols: 40 });
    await vi.waitFor(() => expect([page.text[0], page.last?.columns]).toEqual(['0123456789abc', 40]));
  });

  it('says how much was not kept', async () => {
    const record = new OutputRecord(1024);
    for (let at = 0; at < 100; at += 1) record.append('stdout', Buffer.from(`${String(at).padStart(99)}\n`));
    const screen = await openOutputScreen({
      callId: 'c',
      record,
      size: () => undefined,
      hasRoom: () => true,
      tell: () => undefined,
    });
    open.push(screen);
    expect(screen.whole.missedBytes).toBe(10_000 - 100 * (screen.whole.rows.length - 1));
  });

  it('tells a page that does not read nothing, and all of it when there is room again', async () => {
    const record = new OutputRecord(1024 * 1024);
    const page = new Shown();
    const state = { hasRoom: false };
    const screen = await openOutputScreen({
      callId: 'c',
      record,
      size: () => undefined,
      hasRoom: () => state.hasRoom,
      tell: (rows) => page.apply(rows),
    });
    open.push(screen);
    record.append('stdout', Buffer.from('late\n'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(page.text).toEqual([]);
    state.hasRoom = true;
    screen.look();
    await vi.waitFor(() => expect(page.text).toEqual(['late', '']));
  });
});
