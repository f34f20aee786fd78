// Shows rows page by page, forwards and back, and answers when the person is done. Decides nothing.
import type { Paint } from './styles.ts';
import type { Key, KeyReader } from './read-keys.ts';

export interface Pages {
  readonly reader: KeyReader;
  readonly paint: Paint;
  /** Of the terminal now: it may have been resized. */
  size(): { readonly rows: number; readonly columns: number };
  print(rows: readonly string[]): void;
}

/** `ended` when the terminal is gone or the person wants out altogether. */
export async function pageRows(rows: readonly string[], pages: Pages): Promise<'back' | 'ended'> {
  let at = 0;
  for (;;) {
    // Two rows for the line below: it may take two in a narrow terminal.
    const height = Math.max(3, pages.size().rows - 3);
    const end = Math.min(rows.length, at + height);
    const place = `${String(at + 1)}-${String(end)} of ${String(rows.length)}`;
    const hint = `${place}: space on, b back, q ends`;
    pages.print([
      ...rows.slice(at, end),
      pages.paint({ text: hint.slice(0, Math.max(20, pages.size().columns) - 1), style: 'title' }),
    ]);
    for (;;) {
      const move = moveOf(await pages.reader.next());
      if (move === 'ended') return 'ended';
      if (move === 'done' || (move === 'on' && end === rows.length)) return 'back';
      if (move === 'on') at = end;
      if (move === 'back') at = Math.max(0, at - height);
      if (move !== 'nothing') break;
    }
  }
}

type Move = 'on' | 'back' | 'done' | 'ended' | 'nothing';

function moveOf(key: Key): Move {
  switch (key.kind) {
    case 'ctrl-c':
    case 'closed':
      return 'ended';
    case 'escape':
    case 'ctrl-d':
      return 'done';
    case 'enter':
    case 'right':
      return 'on';
    case 'left':
    case 'backspace':
      return 'back';
    case 'character':
      return characters[key.text.toLowerCase()] ?? 'nothing';
  }
}

const characters: Readonly<Record<string, Move>> = { ' ': 'on', v: 'on', b: 'back', q: 'done' };
