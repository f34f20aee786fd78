// The rows of a terminal. It follows the end while a person has not scrolled away from it.
import { element, foreign } from './element.ts';
import type { ScreenRow, ScreenRows, ScreenRun } from './protocol/index.ts';
import { paint } from './screen-colors.ts';

export class OutputView {
  readonly element: HTMLElement;
  readonly #note: HTMLElement;
  readonly #screen: HTMLElement;
  readonly #rows: HTMLElement;
  /** Number of the first row that is here. */
  #first = 0;
  #isOver = false;

  constructor() {
    this.#note = element('p', { class: 'faint' }, nothing(false));
    this.#rows = element('pre', { class: 'rows' });
    this.#screen = element(
      'div',
      {
        class: 'screen',
        attributes: { tabindex: '0', role: 'region', 'aria-label': 'Output of the command' },
      },
      this.#rows,
    );
    this.element = element(
      'section',
      { attributes: { 'aria-label': 'Output' } },
      element('h4', {}, 'Output'),
      this.#note,
      this.#screen,
    );
  }

  say(sentence: string): void {
    this.#note.textContent = sentence;
  }

  /** Nothing will follow. */
  end(): void {
    this.#isOver = true;
    if (this.#rows.textContent === '') this.say(nothing(true));
  }

  apply({ from, rows, first, cursor, alternate, columns, missedBytes }: ScreenRows): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#screen;
    const follows = scrollHeight - scrollTop - clientHeight < 24;
    const pre = this.#rows;
    this.#screen.classList.toggle('pipes', columns === null);
    // What is not kept on the server any more goes here, too.
    for (let at = this.#first; at < first && pre.firstChild !== null; at += 1) pre.firstChild.remove();
    this.#first = first;
    while (pre.childNodes.length > Math.max(0, from - first)) pre.lastChild?.remove();
    for (const [at, row] of rows.entries()) {
      const place = cursor?.row === from + at ? cursor.col : undefined;
      pre.append(rowOf(row, columns === null, place));
    }
    const isEmpty = pre.textContent === '';
    this.#screen.hidden = isEmpty && columns === null;
    this.#note.textContent = [
      ...(isEmpty ? [nothing(this.#isOver)] : []),
      ...(missedBytes === 0 ? [] : [`${missedBytes.toLocaleString()} bytes at the start are not kept here.`]),
      ...(alternate ? ['It draws on the whole screen.'] : []),
    ].join(' ');
    this.#note.hidden = this.#note.textContent === '';
    if (follows) this.#screen.scrollTop = this.#screen.scrollHeight;
  }
}

function nothing(isOver: boolean): string {
  return isOver ? 'It wrote nothing.' : 'Nothing was written yet.';
}

/** On pipes there is no width: what the emulator wrapped is one line again. */
function rowOf({ runs, isWrapped }: ScreenRow, isJoined: boolean, cursor: number | undefined): HTMLElement {
  const joins = isJoined && isWrapped === true;
  const row = element('span', { class: joins ? 'row joined' : 'row' }, ...runs.map(runOf));
  if (cursor !== undefined)
    row.append(element('span', { class: 'cursor', attributes: { 'aria-hidden': 'true' } }));
  return row;
}

function runOf(run: ScreenRun): HTMLElement {
  const made = foreign(run.text);
  paint(made, run);
  return made;
}
