// Lines of somebody else's text behind a bar, as many at a time as a browser can lay out: a script of a million lines must
// not stop the page that asks about it. What is not shown is counted, and comes when it is asked for.
import { element } from './element.ts';

/** Lines that are shown at first, and with each further look. */
const portion = 1_000;

export interface LinesBlock {
  /** For assistive technology. */
  readonly label: string;
  readonly lines: readonly string[];
  make(line: string, at: number): Node;
}

export function linesBlock({ label, lines, make }: LinesBlock): HTMLElement {
  const pre = element('pre', {
    class: 'gutter',
    attributes: { tabindex: '0', role: 'region', 'aria-label': label },
  });
  const note = element('p', { class: 'warning' });
  const more = element('button', { attributes: { type: 'button' }, on: { click: add } }, 'Show more of it');
  const block = element('div', {}, pre);

  function add(): void {
    const from = pre.childElementCount;
    pre.append(...lines.slice(from, from + portion).map((line, at) => make(line, from + at)));
    const left = lines.length - pre.childElementCount;
    note.textContent = `${left.toLocaleString()} more lines are NOT SHOWN.`;
    if (left > 0) block.append(note, more);
    else {
      if (more.contains(document.activeElement)) pre.focus();
      note.remove();
      more.remove();
    }
  }

  add();
  return block;
}
