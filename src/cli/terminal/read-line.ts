// One line of text, edited at its end only. The terminal is in raw mode, so the echo is ours.
import type { KeyReader } from './read-keys.ts';
import { widthOf } from './visible-text.ts';

export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'ctrl-c' };

/** Nobody types more; a paste may be longer. */
const maxLength = 2_000;

/** Ends at Enter. Esc, Ctrl-D and a terminal that is gone end it with what stands there. */
export async function readLine(reader: KeyReader, output: { write(text: string): unknown }): Promise<Line> {
  let text = '';
  for (;;) {
    const key = await reader.next();
    switch (key.kind) {
      case 'ctrl-c':
        return { kind: 'ctrl-c' };
      case 'enter':
      case 'escape':
      case 'ctrl-d':
      case 'closed':
        return { kind: 'line', text: text.trim() };
      case 'backspace': {
        const last = Array.from(text).at(-1);
        if (last === undefined) break;
        text = text.slice(0, -last.length);
        output.write('\b \b'.repeat(widthOf(last)));
        break;
      }
      case 'character':
        if (text.length >= maxLength || /\p{C}/u.test(key.text)) break;
        text += key.text;
        output.write(key.text);
        break;
      case 'left':
      case 'right':
        break;
    }
  }
}
