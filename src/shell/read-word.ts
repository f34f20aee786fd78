// Reads one word and decodes it to what bash would pass to a program, or stops at the first character whose meaning
// depends on anything but the text: a variable, the directory's content, the home directory, an option of the shell.
import { type Dialect, type DialectName, dialects } from './dialect.ts';
import { nameDollar, nameObstacle } from './name-obstacle.ts';
import { type Obstacle, obstacle } from './obstacle.ts';

/** The first character from `from` on that is neither a blank nor part of a line continuation. */
export function skipBlanks(script: string, from: number): number {
  let at = from;
  for (;;) {
    const character = script[at];
    if (character === ' ' || character === '\t') at += 1;
    else if (character === '\\' && script[at + 1] === '\n') at += 2;
    else return at;
  }
}

export interface Word {
  readonly kind: 'word';
  /** Decoded. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether any part was quoted or escaped: a quoted reserved word is an ordinary word. */
  readonly quoted: boolean;
}

const plain = 1;
const end = 2;
const special = 3;
const refused = 4;
const classes: Readonly<Record<DialectName, Uint8Array>> = {
  bash: characterClasses(dialects.bash),
  sh: characterClasses(dialects.sh),
  zsh: characterClasses(dialects.zsh),
};

const gitReflogSuffix = /\{[\w-]+\}/y;
const tildeIsLiteralAfter = /[\w.^/#!,@%+\]-]/;
// White space, and marks that reorder or hide text: a person and bash would read two different words.
const misleading = /[\p{White_Space}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u;

/** `position` tells a program's name from an argument: `{}` and `!` are ordinary only as arguments. */
export function readWord(
  script: string,
  start: number,
  position: 'program' | 'argument',
  dialect: Dialect,
): Word | Obstacle {
  const classOf = classes[dialect.name];
  let at = start;
  let text = '';
  let quoted = false;
  for (;;) {
    const runStart = at;
    while (at < script.length && classOf[script.charCodeAt(at)] === plain) at += 1;
    if (at > runStart) text += script.slice(runStart, at);
    if (at >= script.length) break;

    const code = script.charCodeAt(at);
    const kind = code < 128 ? classOf[code] : special;
    if (kind === end) break;
    if (kind === refused) return nameRefused(script, at, start, position);

    const piece = readSpecial(script, at, { start, position, dialect });
    if (piece.kind === 'obstacle') return piece;
    text += piece.text;
    quoted ||= piece.quotes;
    at = piece.end;
  }
  return { kind: 'word', text, start, end: at, quoted };
}

function nameRefused(script: string, at: number, start: number, position: 'program' | 'argument'): Obstacle {
  if (script[at] === '}' && position === 'program' && at === start) return obstacle('group', at, at + 1);
  return nameObstacle(script, at);
}

/** The word a character stands in. */
interface Place {
  readonly start: number;
  readonly position: 'program' | 'argument';
  readonly dialect: Dialect;
}

interface Piece {
  readonly kind: 'piece';
  readonly text: string;
  readonly end: number;
  readonly quotes: boolean;
}

function readSpecial(script: string, at: number, { start, position, dialect }: Place): Piece | Obstacle {
  switch (script[at]) {
    case "'":
      return readSingleQuotes(script, at);
    case '"':
      return readDoubleQuotes(script, at);
    case '\\':
      return readEscape(script, at);
    case '~':
      // bash expands a tilde at the start of a word and after `=` or `:`; inside `HEAD~1` it is a letter.
      if (at === start || !tildeIsLiteralAfter.test(script.charAt(at - 1))) return nameObstacle(script, at);
      return piece('~', at + 1);
    case '{':
      return readBrace(script, at, start, position);
    case '[':
      if (position === 'program' && at === start && script[at + 1] === '[') {
        return obstacle('reserved-word', at, at + 2);
      }
      // The program `[`; anything longer is a pattern.
      if (position === 'argument' || at !== start || !endsWord(script, at + 1))
        return nameObstacle(script, at);
      return piece('[', at + 1);
    case '=':
      if (at === start && dialect.leadingEqualsExpands && !endsWord(script, at + 1)) {
        return obstacle('expansion', at, at + 1);
      }
      return piece('=', at + 1);
    default:
      return readNonAscii(script, at);
  }
}

function readSingleQuotes(script: string, at: number): Piece | Obstacle {
  const close = script.indexOf("'", at + 1);
  if (close === -1) return obstacle('syntax-error', at, script.length);
  return { kind: 'piece', text: script.slice(at + 1, close), end: close + 1, quotes: true };
}

const doubleQuoteStop = /["$`\\]/g;

function readDoubleQuotes(script: string, open: number): Piece | Obstacle {
  let text = '';
  let at = open + 1;
  for (;;) {
    doubleQuoteStop.lastIndex = at;
    const stop = doubleQuoteStop.exec(script);
    if (stop === null) return obstacle('syntax-error', open, script.length);
    text += script.slice(at, stop.index);
    at = stop.index;
    const next = script[at + 1];
    switch (stop[0]) {
      case '"':
        return { kind: 'piece', text, end: at + 1, quotes: true };
      case '`':
        return nameObstacle(script, at);
      case '$':
        // `"^x$"`: nothing follows that could be a name.
        if (next !== '"') return nameDollar(script, at);
        text += '$';
        at += 1;
        break;
      default:
        if (next === undefined) return obstacle('syntax-error', open, script.length);
        if (next === '$' || next === '`' || next === '"' || next === '\\') text += next;
        else if (next !== '\n') text += `\\${next}`;
        at += 2;
    }
  }
}

function readEscape(script: string, at: number): Piece | Obstacle {
  const next = script[at + 1];
  if (next === undefined) return obstacle('syntax-error', at, at + 1);
  if (next === '\n') return piece('', at + 2);
  if (next > '~') return obstacle('non-ascii-word', at, at + 2);
  return { kind: 'piece', text: next, end: at + 2, quotes: true };
}

/** `{}` by itself and git's `@{u}` hold neither a comma nor `..`, so no shell expands them. */
function readBrace(
  script: string,
  at: number,
  wordStart: number,
  position: 'program' | 'argument',
): Piece | Obstacle {
  if (position === 'program' && at === wordStart && endsWord(script, at + 1))
    return obstacle('group', at, at + 1);
  if (position === 'argument' && at === wordStart && script[at + 1] === '}' && endsWord(script, at + 2)) {
    return piece('{}', at + 2);
  }
  gitReflogSuffix.lastIndex = at;
  const suffix = position === 'argument' && script[at - 1] === '@' ? gitReflogSuffix.exec(script) : null;
  return suffix === null ? nameObstacle(script, at) : piece(suffix[0], at + suffix[0].length);
}

/**
 * Letters of any alphabet are fine. Refused: what misleads a reader, and characters whose UTF-8 holds byte 0x85 or
 * 0xA0, which the C library of macOS calls a blank in UTF-8 locales, so that bash there splits `voilà-x` in two.
 */
function readNonAscii(script: string, at: number): Piece | Obstacle {
  const point = script.codePointAt(at) ?? 0;
  const length = point > 0xffff ? 2 : 1;
  const character = script.slice(at, at + length);
  for (
    let bits = point > 0xffff ? point & 0x3ffff : point > 0x7ff ? point & 0xfff : point & 0x3f;
    ;
    bits >>= 6
  ) {
    const byte = 0x80 | (bits & 0x3f);
    if (byte === 0x85 || byte === 0xa0) return obstacle('non-ascii-word', at, at + length);
    if (bits < 64) break;
  }
  if (misleading.test(character)) return obstacle('non-ascii-word', at, at + length);
  return piece(character, at + length);
}

function piece(text: string, pieceEnd: number): Piece {
  return { kind: 'piece', text, end: pieceEnd, quotes: false };
}

function endsWord(script: string, from: number): boolean {
  let at = from;
  while (script[at] === '\\' && script[at + 1] === '\n') at += 2;
  return at >= script.length || ' \t\n;&|'.includes(script.charAt(at));
}

function characterClasses({ patternCharacters }: Dialect): Uint8Array {
  const table = new Uint8Array(128).fill(refused);
  const mark = (characters: string, kind: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = kind;
  };
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', plain);
  // `!` only means something to an interactive shell or at the start of a command; `#` only at the start of a word.
  mark('_./:@%+,^-]!#', plain);
  mark(' \t\n;&|<>', end);
  mark('\'"\\~{[=', special);
  mark(patternCharacters, refused);
  return table;
}
