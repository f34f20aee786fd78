// The line at the bottom of a terminal that says what somebody waits for, drawn over itself once a second.
import { roomFor } from '../../terminal/visible-text.ts';
import type { Paint } from './paint.ts';
import type { Screen } from './screen.ts';

const eraseLine = '\r\u001b[K';

export class ProgressLine {
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #text: () => string;
  #isDrawn = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param text one line without control characters. */
  constructor(screen: Screen, paint: Paint, text: () => string) {
    this.#screen = screen;
    this.#paint = paint;
    this.#text = text;
  }

  start(): void {
    if (!this.#screen.isLive) return;
    this.#timer ??= setInterval(() => this.draw(), 1000).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.erase();
  }

  draw(): void {
    const columns = this.#screen.columns();
    if (columns === undefined) return;
    // In the last column some terminals are in the next row already.
    const text = cut(this.#text(), columns - 1);
    this.#screen.write(`${eraseLine}${this.#paint.dim(text)}`);
    this.#isDrawn = true;
  }

  /** Before anything else is written. */
  erase(): void {
    if (this.#isDrawn) this.#screen.write(eraseLine);
    this.#isDrawn = false;
  }
}

function cut(text: string, columns: number): string {
  if (roomFor(text) <= columns) return text;
  let kept = '';
  let room = 1;
  for (const character of text) {
    room += roomFor(character);
    if (room > columns) break;
    kept += character;
  }
  return `${kept}…`;
}
