// Everything between tokens: spaces, comments, continued lines, empty lines and indentation.
import { syntaxError } from './errors.ts';

/** The offset of the next token on this line; inside `brackets`, line ends are blanks too. */
export function skipBlanks(text: string, from: number, brackets: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === space) at += 1;
    else if (code === lineFeed && brackets > 0) at += 1;
    else if (code === hash) at = commentEnd(text, at);
    else if (code === carriageReturn) at = beforeLineFeed(text, at);
    else if (code === backslash) at = continuedLine(text, at);
    else if (code === tab) throw syntaxError('Tabs are not allowed: use spaces', at, at + 1);
    else return at;
  }
}

export interface Indentation {
  readonly lineStart: number;
  /** The first character of the line that is no blank, or the end of the text. */
  readonly at: number;
}

/** The indentation of the next line that has code on it; empty lines and comments are passed over. */
export function nextIndentation(text: string, from: number): Indentation {
  let lineStart = from;
  let tabAt: number | undefined;
  for (let at = from; ; at++) {
    let code = text.charCodeAt(at);
    if (code === space) continue;
    if (code === tab) {
      tabAt ??= at;
      continue;
    }
    if (code === hash) at = commentEnd(text, at);
    if (text.charCodeAt(at) === carriageReturn) at = beforeLineFeed(text, at);
    code = text.charCodeAt(at);
    if (code === lineFeed) {
      lineStart = at + 1;
      tabAt = undefined;
      continue;
    }
    const isEnd = at >= text.length;
    if (tabAt !== undefined && !isEnd)
      throw syntaxError('Tabs are not allowed: indent with spaces', tabAt, tabAt + 1);
    return { lineStart, at };
  }
}

export function invalidCharacter(text: string, at: number): Error {
  const code = text.codePointAt(at) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  const shown = code > 0x20 && code < 0x7f ? `\`${String.fromCodePoint(code)}\`` : `U+${hex}`;
  return syntaxError(`Invalid character ${shown}`, at, at + (code > 0xffff ? 2 : 1));
}

/** The offset of the line end, or of the end of the text, after a comment. */
function commentEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code !== lineFeed && at < text.length; code = text.charCodeAt(at)) {
    if (code === carriageReturn) return beforeLineFeed(text, at);
    at += 1;
  }
  return at;
}

function continuedLine(text: string, at: number): number {
  const next = text.charCodeAt(at + 1) === carriageReturn ? beforeLineFeed(text, at + 1) : at + 1;
  if (text.charCodeAt(next) !== lineFeed) throw invalidCharacter(text, at);
  return next + 1;
}

/**
 * Steps over the carriage return of a CRLF. A lone one is refused: some editors show it as a new line, and a rule
 * would seem to stand there.
 */
function beforeLineFeed(text: string, at: number): number {
  const isLast = at + 1 === text.length;
  if (!isLast && text.charCodeAt(at + 1) !== lineFeed) throw invalidCharacter(text, at);
  return at + 1;
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const hash = 35;
const backslash = 92;
