// Single keys from a terminal. A terminal also sends bytes nobody typed: answers to escape sequences that a command
// printed (a window title can hold a `y`), or a paste. Only one key by itself counts, and only after the question has
// been on the screen for a moment: what was typed before it was typed at something else.
import type { ReadStream } from 'node:tty';

export type Key =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'enter' | 'backspace' | 'escape' | 'left' | 'right' | 'ctrl-c' | 'ctrl-d' | 'closed' };

export interface KeyReader {
  /** The next key. After the terminal is gone: `closed`, again and again. */
  next(): Promise<Key>;
  /** Puts the terminal back as it was. Safe to call twice. */
  close(): void;
}

/** Milliseconds in which a lone ESC may still turn out to be the start of an arrow key, over a slow line. */
const escapeWaitMs = 60;
/** Milliseconds after the question appeared in which keys are dropped. */
const defaultSettleMs = 250;

/** Beside a question that waits for quiet. */
export const pauseNote = '  a key counts after a moment without one: the program has this terminal too';

export type KeyMode = 'single' | 'text';

export interface KeyReading {
  /** Whether a burst of bytes is a paste to take or to drop. */
  mode(): KeyMode;
  /** Default 250. */
  readonly settleMs?: number;
  /**
   * Milliseconds without any byte before the first character counts: somebody may be typing at a program that shares the
   * terminal. Default 0.
   */
  readonly quietMs?: number;
}

/** Switches the terminal to raw mode until closed. */
export function readKeys(
  input: ReadStream,
  { mode, settleMs = defaultSettleMs, quietMs = 0 }: KeyReading,
): KeyReader {
  const keys: Key[] = [];
  const takers: ((key: Key) => void)[] = [];
  const wasRaw = input.isRaw;
  const decoder = new TextDecoder('utf-8');
  let isClosed = false;
  let isOver = false;
  let isSettled = settleMs === 0;
  let pendingEscape: NodeJS.Timeout | undefined;
  let isInString = false;
  let isHeard = quietMs === 0;
  let lastByteAt = performance.now();

  const settled = setTimeout(() => (isSettled = true), settleMs);

  function give(key: Key): void {
    if (key.kind === 'character') isHeard = true;
    const taker = takers.shift();
    if (taker === undefined) keys.push(key);
    else taker(key);
  }

  function onData(chunk: Buffer): void {
    const text = decoder.decode(chunk, { stream: true });
    // Ctrl-C always works, also in the first moment: it is how one gets out of something unexpected.
    const now = performance.now();
    const isQuiet = isHeard || now - lastByteAt >= quietMs;
    lastByteAt = now;
    // The rest of an escape sequence comes at once.
    const mayCount = isSettled && (isQuiet || pendingEscape !== undefined);
    if (!mayCount && text !== '\u0003') return;
    const isAfterEscape = pendingEscape !== undefined;
    clearTimeout(pendingEscape);
    pendingEscape = undefined;
    if (text !== '\u001b') {
      readBurst(isAfterEscape ? `\u001b${text}` : text);
      return;
    }
    // Pressed twice in a row: the first one stood for itself.
    if (isAfterEscape) give({ kind: 'escape' });
    pendingEscape = setTimeout(() => {
      pendingEscape = undefined;
      give({ kind: 'escape' });
    }, escapeWaitMs);
  }

  function readBurst(text: string): void {
    if (isInString || startsString(text)) {
      // A terminal's answer as a string (title, colour, clipboard) ends with BEL or ESC \, maybe in a later chunk.
      isInString = !/(?:\u0007|\u001b\\)$/u.test(text);
      return;
    }
    const arrow = arrows[text];
    if (arrow !== undefined) {
      give({ kind: arrow });
      return;
    }
    if (text.startsWith('\u001b')) return;
    const characters = Array.from(text);
    if (characters.length > 1 && mode() === 'single') return;
    for (const character of characters) give(controls[character] ?? { kind: 'character', text: character });
  }

  function onGone(): void {
    isClosed = true;
    for (const taker of takers.splice(0)) taker({ kind: 'closed' });
  }

  // A stream says so once, and that may have been before.
  if (input.readableEnded || input.destroyed) onGone();
  else input.setRawMode(true);
  input.on('data', onData);
  input.on('end', onGone);
  input.on('close', onGone);
  input.on('error', onGone);
  input.resume();

  return {
    next: () => {
      const key = keys.shift();
      if (key !== undefined) return Promise.resolve(key);
      return isClosed ? Promise.resolve({ kind: 'closed' }) : new Promise((resolve) => takers.push(resolve));
    },
    close: () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(settled);
      clearTimeout(pendingEscape);
      input.off('data', onData);
      input.off('end', onGone);
      input.off('close', onGone);
      input.off('error', onGone);
      onGone();
      if (!input.destroyed) input.setRawMode(wasRaw);
      input.pause();
    },
  };
}

function startsString(text: string): boolean {
  return /^\u001b[\]P_^X]/u.test(text);
}

const arrows: Readonly<Record<string, 'left' | 'right'>> = {
  '\u001b[D': 'left',
  '\u001bOD': 'left',
  '\u001b[C': 'right',
  '\u001bOC': 'right',
};

const controls: Readonly<Record<string, Key>> = {
  '\r': { kind: 'enter' },
  '\n': { kind: 'enter' },
  '\u007f': { kind: 'backspace' },
  '\b': { kind: 'backspace' },
  '\u0003': { kind: 'ctrl-c' },
  '\u0004': { kind: 'ctrl-d' },
  '\u001b': { kind: 'escape' },
};
