// Breaks a painted line into rows that fit, by columns, not by characters. Never drops anything: a row that a
// terminal would cut off could hide the end of a command.
import type { Span } from './styles.ts';
import { roomFor } from './visible-text.ts';

/** Rows of at most `columns` columns (at least 1). An empty line is one empty row. */
export function wrapSpans(spans: readonly Span[], columns: number): readonly (readonly Span[])[] {
  const limit = Math.max(1, columns);
  const rows: Span[][] = [[]];
  let used = 0;
  for (const { text, style } of spans) {
    let piece = '';
    for (const character of text) {
      const width = roomFor(character);
      if (used + width > limit && used > 0) {
        if (piece !== '') rows.at(-1)?.push({ text: piece, style });
        rows.push([]);
        piece = '';
        used = 0;
      }
      piece += character;
      used += width;
    }
    if (piece !== '') rows.at(-1)?.push({ text: piece, style });
  }
  return rows;
}

/** The same for prose: breaks at spaces where it can. */
export function wrapWords(text: string, columns: number): readonly string[] {
  const limit = Math.max(1, columns);
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const joined = row === '' ? word : `${row} ${word}`;
    if (roomFor(joined) <= limit) {
      row = joined;
      continue;
    }
    if (row !== '') rows.push(row);
    const pieces = wrapSpans([{ text: word, style: undefined }], limit).map((spans) =>
      spans.map((s) => s.text).join(''),
    );
    rows.push(...pieces.slice(0, -1));
    row = pieces.at(-1) ?? '';
  }
  rows.push(row);
  return rows;
}
