// Text to tokens, one at a time and only when asked: the parser looks at one token and never goes back. Knows
// indentation, brackets and line ends; knows nothing of grammar.
import type { Meter } from './budget.ts';
import { syntaxError } from './errors.ts';
import { scanNumber } from './scan-number.ts';
import { encodeBytes, plainStringEnd, quoteLength, quoteStyleAt, scanText } from './scan-string.ts';
import type { QuoteStyle, ScannedText } from './scan-string.ts';
import { keywords, operatorsByFirstCharacter, reservedWords, type Symbol, type TokenKind } from './tokens.ts';
import { StarlarkBytes, type Value } from './values.ts';

interface Word {
  readonly kind: TokenKind | 'reserved';
  readonly text: string;
}

export class Scanner {
  /** The current token. */
  kind: TokenKind = 'end';
  start = 0;
  end = 0;
  /** Of a `name`. */
  name = '';
  /** Of a `literal`. */
  value: Value = null;
  /** One past the last character of the token before this one. */
  previousEnd = 0;

  readonly #text: string;
  readonly #meter: Meter;
  readonly #words: Map<string, Word>;
  readonly #indents: number[] = [0];
  #brackets = 0;
  #atLineStart = true;
  #dedents = 0;

  constructor(text: string, meter: Meter) {
    this.#text = text;
    this.#meter = meter;
    this.#words = new Map();
    for (const text of keywords) this.#words.set(text, { kind: text, text });
    for (const text of reservedWords) this.#words.set(text, { kind: 'reserved', text });
  }

  /** Moves to the next token. At the end of the text it stays at `end`. */
  advance(): void {
    this.previousEnd = this.end;
    if (this.#dedents > 0) {
      this.#dedents -= 1;
      this.#emit('dedent', this.start, this.start);
      return;
    }
    if (this.#atLineStart && this.#brackets === 0) {
      this.#atLineStart = false;
      if (this.#measureIndentation()) return;
    }
    const at = this.#skipBlanks();
    const code = this.#text.charCodeAt(at);
    const symbol = singles[code];
    if (symbol !== undefined) {
      if (symbol === '(' || symbol === '[' || symbol === '{') this.#brackets += 1;
      else if (symbol === ')' || symbol === ']' || symbol === '}') this.#brackets -= 1;
      this.#emit(symbol, at, at + 1);
    } else if (isWordStart(code)) this.#scanWord(at);
    else if (code === doubleQuote || code === singleQuote) this.#scanString(at, { raw: false });
    else if (code === lineFeed) this.#endLine(at, at + 1);
    else if (Number.isNaN(code)) this.#endText(at);
    else if (isDigit(code) || (code === dot && isDigit(this.#text.charCodeAt(at + 1)))) {
      const number = scanNumber(this.#text, at, this.#meter.budget.intBits);
      this.#literal(number.value, at, number.end);
    } else this.#scanOperator(at);
  }

  /** Reads the text that follows the opening quotes of an `f-string` token. */
  openFormat(): { readonly style: QuoteStyle; readonly text: ScannedText } {
    const quoteAt = this.end;
    const raw = this.#text.charAt(quoteAt - 1) === 'r';
    const style = quoteStyleAt(this.#text, quoteAt, raw);
    return { style, text: this.#formatText(quoteAt + quoteLength(style), style) };
  }

  /** Reads on after the `}` that is the current token, which closed an expression inside an f-string. */
  continueFormat(style: QuoteStyle): ScannedText {
    return this.#formatText(this.end, style);
  }

  /** Steps from the `{` where an f-string's text stopped to the first token of the expression. */
  enterFormatExpression(braceAt: number): void {
    // Counted like a bracket: line ends inside the braces mean nothing. The closing brace counts it down again.
    this.#brackets += 1;
    this.#emit('{', braceAt, braceAt + 1);
    this.advance();
  }

  /** Steps past the closing quotes. */
  leaveFormat(end: number): void {
    this.end = end;
    this.advance();
  }

  #formatText(from: number, style: QuoteStyle): ScannedText {
    return scanText(this.#text, from, style, { braces: true, openedAt: this.start });
  }

  #emit(kind: TokenKind, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
  }

  #literal(value: Value, start: number, end: number): void {
    this.value = value;
    this.#emit('literal', start, end);
  }

  /** Spaces, comments, continued lines and, inside brackets, line ends. */
  #skipBlanks(): number {
    const text = this.#text;
    let at = this.end;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === space) at += 1;
      else if (code === lineFeed && this.#brackets > 0) at += 1;
      else if (code === hash) at = this.#commentEnd(at);
      else if (code === carriageReturn) at = this.#requireLineFeed(at);
      else if (code === backslash) {
        const next = text.charCodeAt(at + 1) === carriageReturn ? this.#requireLineFeed(at + 1) : at + 1;
        if (text.charCodeAt(next) !== lineFeed) throw this.#invalidCharacter(at);
        at = next + 1;
      } else if (code === tab) throw syntaxError('Tabs are not allowed: use spaces', at, at + 1);
      else return at;
    }
  }

  /**
   * Skips empty lines and, at the first line that has code, compares its indentation with the block's. Answers
   * whether that produced a token.
   */
  #measureIndentation(): boolean {
    const text = this.#text;
    let lineStart = this.end;
    let tabAt: number | undefined;
    for (let at = lineStart; ; at++) {
      let code = text.charCodeAt(at);
      if (code === space) continue;
      if (code === tab) {
        tabAt ??= at;
        continue;
      }
      if (code === hash) at = this.#commentEnd(at);
      if (text.charCodeAt(at) === carriageReturn) at = this.#requireLineFeed(at);
      code = text.charCodeAt(at);
      if (code === lineFeed) {
        lineStart = at + 1;
        tabAt = undefined;
        continue;
      }
      if (Number.isNaN(code)) {
        this.end = at;
        return false;
      }
      if (tabAt !== undefined)
        throw syntaxError('Tabs are not allowed: indent with spaces', tabAt, tabAt + 1);
      this.end = at;
      return this.#compareIndentation(lineStart, at);
    }
  }

  #compareIndentation(lineStart: number, at: number): boolean {
    const width = at - lineStart;
    const current = this.#indents.at(-1) ?? 0;
    if (width === current) return false;
    if (width > current) {
      this.#indents.push(width);
      this.#emit('indent', lineStart, at);
      return true;
    }
    let closed = 0;
    while ((this.#indents.at(-1) ?? 0) > width) {
      this.#indents.pop();
      closed += 1;
    }
    if ((this.#indents.at(-1) ?? 0) !== width) {
      throw syntaxError('Incorrect indentation: this line belongs to no open block', lineStart, at);
    }
    this.#dedents = closed - 1;
    this.#emit('dedent', at, at);
    return true;
  }

  #endLine(start: number, end: number): void {
    this.#atLineStart = true;
    this.#emit('newline', start, end);
  }

  /** A text without a final line end still ends its last line and every open block. */
  #endText(at: number): void {
    const isLineOpen = this.kind !== 'newline' && this.kind !== 'dedent' && this.kind !== 'end';
    if (this.#brackets > 0) this.#emit('end', at, at);
    else if (isLineOpen) this.#emit('newline', at, at);
    else if (this.#indents.length > 1) {
      this.#dedents = this.#indents.length - 2;
      this.#indents.length = 1;
      this.#emit('dedent', at, at);
    } else this.#emit('end', at, at);
  }

  #scanWord(start: number): void {
    const text = this.#text;
    let end = start + 1;
    while (isWordPart(text.charCodeAt(end))) end += 1;
    if (end - start <= 2) {
      const after = text.charCodeAt(end);
      if ((after === doubleQuote || after === singleQuote) && this.#scanPrefixed(start, end)) return;
    }
    const slice = text.slice(start, end);
    let word = this.#words.get(slice);
    if (word === undefined) {
      word = { kind: 'name', text: slice };
      this.#words.set(slice, word);
    }
    if (word.kind === 'reserved') {
      throw syntaxError(`Cannot use the reserved word \`${word.text}\``, start, end);
    }
    this.name = word.text;
    this.#emit(word.kind, start, end);
  }

  /** `r"…"`, `b"…"`, `f"…"` and `fr"…"`; answers false when the word before the quote is no prefix. */
  #scanPrefixed(start: number, end: number): boolean {
    switch (this.#text.slice(start, end)) {
      case 'r':
        this.#scanString(end, { raw: true, start });
        return true;
      case 'b':
        this.#scanBytes(end, { raw: false, start });
        return true;
      case 'br':
      case 'rb':
        this.#scanBytes(end, { raw: true, start });
        return true;
      case 'f':
      case 'fr':
        this.#emit('f-string', start, end);
        return true;
      default:
        return false;
    }
  }

  #scanString(quoteAt: number, options: { readonly raw: boolean; readonly start?: number }): void {
    const start = options.start ?? quoteAt;
    const plainEnd = plainStringEnd(this.#text, quoteAt);
    if (plainEnd !== undefined) {
      this.#literal(this.#text.slice(quoteAt + 1, plainEnd - 1), start, plainEnd);
      return;
    }
    const style = quoteStyleAt(this.#text, quoteAt, options.raw);
    const from = quoteAt + quoteLength(style);
    const scanned = scanText(this.#text, from, style, { braces: false, openedAt: start });
    this.#literal(scanned.value, start, scanned.end);
  }

  #scanBytes(quoteAt: number, options: { readonly raw: boolean; readonly start: number }): void {
    const style = quoteStyleAt(this.#text, quoteAt, options.raw);
    const from = quoteAt + quoteLength(style);
    const scanned = scanText(this.#text, from, style, {
      braces: false,
      openedAt: options.start,
      bytes: true,
    });
    this.#literal(new StarlarkBytes(encodeBytes(scanned.value)), options.start, scanned.end);
  }

  #scanOperator(at: number): void {
    const found = this.#operatorAt(at);
    if (found === undefined || (found === '!' && this.#brackets === 0)) throw this.#invalidCharacter(at);
    this.#emit(found, at, at + found.length);
  }

  #operatorAt(at: number): Symbol | undefined {
    const text = this.#text;
    if (text.charCodeAt(at) === equalsSign && text.charCodeAt(at + 1) !== equalsSign) return '=';
    for (const operator of operatorsByFirstCharacter.get(text.charAt(at)) ?? []) {
      if (text.startsWith(operator, at)) return operator;
    }
    return undefined;
  }

  /** Answers the offset of the line end (or the end of the text) after a comment. */
  #commentEnd(at: number): number {
    const text = this.#text;
    let end = at;
    for (
      let code = text.charCodeAt(end);
      code !== lineFeed && !Number.isNaN(code);
      code = text.charCodeAt(end)
    ) {
      if (code === carriageReturn) return this.#requireLineFeed(end);
      end += 1;
    }
    return end;
  }

  /** A lone carriage return is refused: some editors show it as a new line, and a rule would seem to stand there. */
  #requireLineFeed(at: number): number {
    const next = this.#text.charCodeAt(at + 1);
    const endsText = at + 1 === this.#text.length;
    if (next !== lineFeed && !endsText) throw this.#invalidCharacter(at);
    return at + 1;
  }

  #invalidCharacter(at: number): Error {
    const code = this.#text.codePointAt(at) ?? 0;
    const shown = code > 0x20 && code < 0x7f ? `\`${String.fromCodePoint(code)}\`` : unicodeName(code);
    return syntaxError(`Invalid character ${shown}`, at, at + (code > 0xffff ? 2 : 1));
  }
}

function unicodeName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const singles: readonly (Symbol | undefined)[] = singleSymbols();

function singleSymbols(): readonly (Symbol | undefined)[] {
  const table = new Array<Symbol | undefined>(128).fill(undefined);
  for (const symbol of ['(', ')', '[', ']', '{', '}', ',', ':', ';', '~'] as const) {
    table[symbol.charCodeAt(0)] = symbol;
  }
  return table;
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const dot = 46;
const equalsSign = 61;
const backslash = 92;
