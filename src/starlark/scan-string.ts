// String and bytes literals. Escapes are exactly the reference's: an escape nobody defined keeps its backslash, and
// `\/` is one of those, so JSON's `"\/"` is two characters here.
import { syntaxError } from './errors.ts';

export interface QuoteStyle {
  readonly quote: '"' | "'";
  readonly triple: boolean;
  readonly raw: boolean;
}

export interface ScannedText {
  readonly value: string;
  /** One past what was read: past the closing quote, or at the `{` of an f-string. */
  readonly end: number;
  readonly stop: 'quote' | 'brace';
}

/** Reads the opening quotes at `start`. */
export function quoteStyleAt(text: string, start: number, raw: boolean): QuoteStyle {
  const quote = text.charAt(start) === '"' ? '"' : "'";
  return { quote, triple: text.startsWith(quote.repeat(3), start), raw };
}

export function quoteLength(style: QuoteStyle): number {
  return style.triple ? 3 : 1;
}

/**
 * Reads text from `from`, which is past the opening quotes (or, in an f-string, past a `}`), up to the closing quotes.
 * With `braces`, also stops at a single `{`, and `{{` and `}}` stand for themselves.
 */
export function scanText(
  text: string,
  from: number,
  style: QuoteStyle,
  options: { readonly braces: boolean; readonly openedAt: number; readonly bytes?: boolean },
): ScannedText {
  const closing = style.quote.repeat(quoteLength(style));
  const pieces: string[] = [];
  let pieceStart = from;
  let at = from;
  const flush = (): void => {
    if (at > pieceStart) pieces.push(text.slice(pieceStart, at));
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === style.quote && text.startsWith(closing, at)) {
      flush();
      return { value: pieces.join(''), end: at + closing.length, stop: 'quote' };
    }
    if (character === '\\') {
      flush();
      const escape = style.raw ? rawEscape(text, at) : readEscape(text, at, options.bytes === true);
      pieces.push(escape.value);
      at = escape.end;
      pieceStart = at;
    } else if (character === '\n' && !style.triple) {
      break;
    } else if (character === '\r') {
      // Dropped wherever it stands, so that a file means the same with either kind of line end.
      flush();
      at += 1;
      pieceStart = at;
    } else if (options.braces && (character === '{' || character === '}')) {
      flush();
      const isDoubled = text.charAt(at + 1) === character;
      if (!isDoubled && character === '{') return { value: pieces.join(''), end: at, stop: 'brace' };
      if (!isDoubled)
        throw syntaxError('Unexpected `}` in an f-string: write `}}` for the character', at, at + 1);
      pieces.push(character);
      at += 2;
      pieceStart = at;
    } else {
      at += 1;
    }
  }
  throw syntaxError('Unfinished string literal: the closing quote is missing', options.openedAt, at);
}

interface Escape {
  readonly value: string;
  readonly end: number;
}

/** In a raw string a backslash is itself, except that it can keep a quote from closing the string. */
function rawEscape(text: string, at: number): Escape {
  const next = text.charAt(at + 1);
  if (next === '') return { value: '\\', end: at + 1 };
  const width = codePointWidth(text, at + 1);
  const following = text.slice(at + 1, at + 1 + width);
  return { value: next === '"' || next === "'" ? next : `\\${following}`, end: at + 1 + width };
}

function readEscape(text: string, at: number, bytes: boolean): Escape {
  const next = text.charAt(at + 1);
  const simple = simpleEscapes.get(next);
  if (simple !== undefined) return { value: simple, end: at + 2 };
  if (next === '\r' && text.charAt(at + 2) === '\n') return { value: '', end: at + 3 };
  const hex = hexLengths.get(next);
  if (hex !== undefined) {
    const digits = text.slice(at + 2, at + 2 + hex);
    const source = text.slice(at, at + 2 + hex);
    if (digits.length < hex || !/^[0-9a-fA-F]+$/.test(digits)) throw badEscape(source, at);
    const isByte = bytes && next === 'x';
    return { value: character(Number.parseInt(digits, 16), { source, at, isByte }), end: at + 2 + hex };
  }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) {
    const source = `\\${octal}`;
    const value = character(Number.parseInt(octal, 8), { source, at, isByte: bytes });
    return { value, end: at + source.length };
  }
  if (next === '' || next === '\r') throw badEscape('\\', at);
  const width = codePointWidth(text, at + 1);
  return { value: text.slice(at, at + 1 + width), end: at + 1 + width };
}

/** `source` is the escape as written. */
function character(
  code: number,
  { source, at, isByte }: { readonly source: string; readonly at: number; readonly isByte: boolean },
): string {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (isSurrogate || code > 0x10ffff) throw badEscape(source, at);
  if (isByte && code > 0xff) throw badEscape(source, at);
  // An escaped byte is kept apart from a character by a private mark, which encodeBytes undoes.
  return isByte && code >= 0x80 ? String.fromCharCode(byteMark + code) : String.fromCodePoint(code);
}

/** The bytes of what `scanText` read with `bytes` set: UTF-8, except for single bytes that were escaped. */
export function encodeBytes(value: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const part of value.split(/([\udc80-\udcff])/u)) {
    const code = part.charCodeAt(0);
    const isMarked = part.length === 1 && code >= byteMark + 0x80 && code <= byteMark + 0xff;
    parts.push(isMarked ? Uint8Array.of(code - byteMark) : encoder.encode(part));
  }
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function badEscape(source: string, at: number): Error {
  const shown = source.split('\n')[0] ?? '';
  return syntaxError(`Invalid string escape \`${shown}\``, at, at + shown.length);
}

function codePointWidth(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['\n', ''],
]);
const hexLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);
/** A lone low surrogate cannot occur in source text, which is checked to be well formed. */
const byteMark = 0xdc00;
