// What a terminal would show of a command's output. The emulator only reads: what a program asks a terminal for (its
// size, its colours, a title, the clipboard) is answered by nobody, and rows of text are all that leaves this file.
import type { Terminal } from '@xterm/headless';
import type { TerminalSize } from '../../runtime/index.ts';
import type { ScreenRows } from '../../web/protocol/index.ts';
import type { OutputRecord } from '../rpc/output-record.ts';
import { screenRow } from './screen-row.ts';

export interface OutputScreenParts {
  readonly callId: string;
  readonly record: OutputRecord;
  /** Now; undefined on pipes. */
  size(): TerminalSize | undefined;
  /** Whether news can be told just now. */
  hasRoom(): boolean;
  tell(rows: ScreenRows): void;
}

export interface OutputScreen {
  /** Everything so far. News follow. */
  readonly whole: ScreenRows;
  /** Looks again whether there are news. */
  look(): void;
  close(): void;
}

/** Rows that went up and out of sight are kept. */
const scrollback = 2_000;
/** Output on pipes has no width; a longer line is several rows, and the page puts them together. */
const widthOfPipes = 200;
/** Bytes between two looks at what else there is to do. */
const portion = 64 * 1024;
/** Milliseconds between two portions, and between two news. */
const pauseMs = 50;

export async function openOutputScreen(parts: OutputScreenParts): Promise<OutputScreen> {
  const { record, callId } = parts;
  const { default: xterm } = await import('@xterm/headless');
  const size = parts.size();
  const terminal = new xterm.Terminal({
    rows: size?.rows ?? 24,
    cols: size?.cols ?? widthOfPipes,
    scrollback,
    // A program on a pipe says line feed for a new line; what carriage returns do stays as it is.
    convertEol: size === undefined,
    allowProposedApi: true,
  });
  const state = { seq: 0, bytes: 0, missed: 0, isClosed: false, isHidden: false };
  // DECTCEM: a program may hide its cursor.
  const hide = (isHidden: boolean) => (params: (number | number[])[]) => {
    if (params.includes(25)) state.isHidden = isHidden;
    return false;
  };
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, hide(true));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, hide(false));
  const told = new ToldRows(terminal);

  /** One portion; false when there was nothing. */
  async function read(): Promise<boolean> {
    const pieces = record.after(state.seq, portion);
    for (const { seq, bytes, offset } of pieces) {
      state.missed += offset - state.bytes;
      state.bytes = offset + bytes.length;
      state.seq = seq;
      await new Promise<void>((resolve) => terminal.write(bytes, resolve));
    }
    return pieces.length > 0;
  }

  function rowsNow(isWhole: boolean): ScreenRows {
    const { from, first } = told.take(isWhole);
    const buffer = terminal.buffer.active;
    const last = lastRow(terminal);
    const rows = Array.from({ length: Math.max(0, last - from + 1) }, (_, at) =>
      screenRow(buffer.getLine(from + at), terminal.cols),
    );
    const cursor = { row: first + buffer.baseY + buffer.cursorY, col: buffer.cursorX };
    return {
      callId,
      from: first + from,
      rows,
      first,
      cursor: size === undefined || state.isHidden ? null : cursor,
      alternate: buffer.type === 'alternate',
      columns: size === undefined ? null : terminal.cols,
      missedBytes: state.missed,
    };
  }

  function fit(): boolean {
    const now = parts.size();
    if (now === undefined || (now.rows === terminal.rows && now.cols === terminal.cols)) return false;
    terminal.resize(now.cols, now.rows);
    return true;
  }

  let isAtWork = true;
  async function follow(): Promise<void> {
    isAtWork = true;
    try {
      for (;;) {
        await pause();
        if (state.isClosed || !parts.hasRoom()) return;
        const isFitted = fit();
        if (!(await read()) && !isFitted) return;
        if (!isClosedNow()) parts.tell(rowsNow(isFitted));
      }
    } finally {
      isAtWork = false;
    }
  }
  const isClosedNow = (): boolean => state.isClosed;
  const look = (): void => {
    if (!isAtWork && !state.isClosed) void follow();
  };

  while (await read());
  const whole = rowsNow(true);
  isAtWork = false;
  const stop = record.onNews(look);
  look();
  return {
    whole,
    look,
    close: () => {
      state.isClosed = true;
      stop();
      terminal.dispose();
    },
  };
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}

/** Nothing stands below it. */
function lastRow({ buffer: { active }, rows }: Terminal): number {
  if (active.type === 'alternate') return rows - 1;
  const end = active.baseY + active.cursorY;
  for (let row = active.length - 1; row > end; row -= 1)
    if (active.getLine(row)?.translateToString(true) !== '') return row;
  return end;
}

/** Which rows may differ from what was told: rows that went up out of the screen are never written again. */
class ToldRows {
  readonly #terminal: Terminal;
  #top: { readonly marker: ReturnType<Terminal['registerMarker']>; readonly row: number } | undefined;
  #kind = 'normal';
  #first = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `from`: of the buffer. `first`: rows of this output that are not in the buffer any more. */
  take(isWhole: boolean): { readonly from: number; readonly first: number } {
    const { active } = this.#terminal.buffer;
    const isKnown = !isWhole && active.type === 'normal' && this.#kind === 'normal';
    const line = this.#top?.marker?.isDisposed === false ? this.#top.marker.line : -1;
    const known = isKnown && this.#top !== undefined && line >= 0 ? line : undefined;
    // Rows that fell out at the start move the rest up.
    if (known !== undefined && this.#top !== undefined) this.#first += this.#top.row - known;
    else this.#first = 0;
    this.#top?.marker?.dispose();
    this.#kind = active.type;
    this.#top = { marker: this.#terminal.registerMarker(-active.cursorY), row: active.baseY };
    return { from: known ?? 0, first: this.#first };
  }
}
