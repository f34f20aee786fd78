// Text to tokens, one at a time and only when asked: the parser looks at one token and never goes back. Knows
// indentation, brackets and line ends; knows nothing of grammar.
import type { Meter } from './budget.ts';
import { bracketDepth, isDigit, isWordPart, isWordStart } from './character-table.ts';
import { syntaxError } from './errors.ts';
import { NextOccurrence } from './next-occurrence.ts';
import { invalidCharacter, nextIndentation, skipBlanks } from './scan-blanks.ts';
import { scanNumber } from './scan-number.ts';
import { encodeBytes, quoteLength, quoteStyleAt, scanText } from './scan-string.ts';
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
  readonly #words: Map<string, Word> = new Map();
  readonly #specials: readonly NextOccurrence[];
  readonly #indents: number[] = [0];
  #brackets = 0;
  #isAtLineStart = true;
  #dedents = 0;

  constructor(text: string, meter: Meter) {
    this.#text = text;
    this.#meter = meter;
    for (const word of keywords) this.#words.set(word, { kind: word, text: word });
    for (const word of reservedWords) this.#words.set(word, { kind: 'reserved', text: word });
    this.#specials = ['\\', '\n', '\r'].map((character) => new NextOccurrence(text, character));
  }

  /** Moves to the next token. At the end of the text it stays at `end`. */
  advance(): void {
    this.previousEnd = this.end;
    if (this.#isAtLineStart && this.#brackets === 0 && this.#startLine()) return;
    const text = this.#text;
    let at = this.end;
    let code = text.charCodeAt(at);
    if (mayBeBlank(code)) {
      at = skipBlanks(text, at, this.#brackets);
      code = text.charCodeAt(at);
    }
    const symbol = singles[code];
    if (symbol !== undefined) {
      this.#brackets += bracketDepth[code] ?? 0;
      this.kind = symbol;
      this.start = at;
      this.end = at + 1;
    } else if (isWordStart(code)) this.#scanWord(at);
    else if (code === doubleQuote || code === singleQuote) this.#scanString(at, { raw: false, start: at });
    else if (code === lineFeed) {
      this.#isAtLineStart = true;
      this.#emit('newline', at, at + 1);
    } else if (at >= text.length) this.#endText(at);
    else if (isDigit(code) || (code === dot && isDigit(text.charCodeAt(at + 1)))) {
      const number = scanNumber(text, at, this.#meter.budget.intBits);
      this.#literal(number.value, at, number.end);
    } else this.#scanOperator(at);
  }

  /** Whether a single `=` follows the current token: the token names an argument. */
  isBeforeEqualsSign(): boolean {
    const text = this.#text;
    let at = this.end;
    if (mayBeBlank(text.charCodeAt(at))) at = skipBlanks(text, at, this.#brackets);
    return text.charCodeAt(at) === equalsSign && text.charCodeAt(at + 1) !== equalsSign;
  }

  /** Whether the current token is a whole list item: a comma or the closing bracket follows at once. */
  endsItem(): boolean {
    const code = this.#text.charCodeAt(this.end);
    return code === comma || code === closingBracket;
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

  /** Compares the next line's indentation with the open blocks; answers whether that produced a token. */
  #startLine(): boolean {
    if (this.#dedents > 0) {
      this.#dedents -= 1;
      this.#isAtLineStart = this.#dedents > 0;
      this.#emit('dedent', this.start, this.start);
      return true;
    }
    this.#isAtLineStart = false;
    const current = this.#indents.at(-1) ?? 0;
    // Most lines of a rule file begin at once, in no block.
    if (current === 0 && isWordStart(this.#text.charCodeAt(this.end))) return false;
    const { lineStart, at } = nextIndentation(this.#text, this.end);
    this.end = at;
    if (at >= this.#text.length) return false;
    const width = at - lineStart;
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
    this.#closeBlocks(closed, at);
    return true;
  }

  /** The first `dedent` now, the others each time the scanner is asked again. */
  #closeBlocks(count: number, at: number): void {
    this.#dedents = count - 1;
    this.#isAtLineStart = this.#dedents > 0;
    this.#emit('dedent', at, at);
  }

  /** A text without a final line end still ends its last line and every open block. */
  #endText(at: number): void {
    const isLineOpen = this.kind !== 'newline' && this.kind !== 'dedent' && this.kind !== 'end';
    if (this.#brackets > 0) this.#emit('end', at, at);
    else if (isLineOpen) this.#emit('newline', at, at);
    else if (this.#indents.length > 1) {
      const closed = this.#indents.length - 1;
      this.#indents.length = 1;
      this.#closeBlocks(closed, at);
    } else this.#emit('end', at, at);
  }

  #scanWord(start: number): void {
    const text = this.#text;
    let end = start + 1;
    while (isWordPart(text.charCodeAt(end))) end += 1;
    const after = text.charCodeAt(end);
    if ((after === doubleQuote || after === singleQuote) && this.#scanPrefixed(start, end)) return;
    const slice = text.slice(start, end);
    let word = this.#words.get(slice);
    if (word === undefined) {
      word = { kind: 'name', text: slice };
      this.#words.set(slice, word);
    }
    if (word.kind === 'reserved') throw syntaxError(`Cannot use the reserved word \`${slice}\``, start, end);
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

  #scanString(quoteAt: number, options: { readonly raw: boolean; readonly start: number }): void {
    const plainEnd = this.#plainStringEnd(quoteAt);
    if (plainEnd !== undefined) {
      this.#literal(this.#text.slice(quoteAt + 1, plainEnd - 1), options.start, plainEnd);
      return;
    }
    const style = quoteStyleAt(this.#text, quoteAt, options.raw);
    const from = quoteAt + quoteLength(style);
    const scanned = scanText(this.#text, from, style, { braces: false, openedAt: options.start });
    this.#literal(scanned.value, options.start, scanned.end);
  }

  /** Finds most strings' ends without looking at each character: one line, no escape, no triple quotes. */
  #plainStringEnd(quoteAt: number): number | undefined {
    const quote = this.#text.charAt(quoteAt);
    const close = this.#text.indexOf(quote, quoteAt + 1);
    if (close === -1 || (close === quoteAt + 1 && this.#text.charAt(close + 1) === quote)) return undefined;
    for (const special of this.#specials) if (special.from(quoteAt) < close) return undefined;
    return close + 1;
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
    if (found === undefined || (found === '!' && this.#brackets === 0))
      throw invalidCharacter(this.#text, at);
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
}

/** Blanks, the beginnings of comments and continued lines: everything else begins a token. */
function mayBeBlank(code: number): boolean {
  return code <= space || code === hash || code === backslash;
}

/** Symbols that are never the beginning of a longer one, by character code. */
const singles: readonly (Symbol | undefined)[] = Array.from({ length: 128 }, (_, code) =>
  (['(', ')', '[', ']', '{', '}', ',', ':', ';', '~'] as const).find(
    (symbol) => symbol.charCodeAt(0) === code,
  ),
);

const lineFeed = 10;
const doubleQuote = 34;
const singleQuote = 39;
const dot = 46;
const comma = 44;
const equalsSign = 61;
const closingBracket = 93;
const space = 32;
const hash = 35;
const backslash = 92;
