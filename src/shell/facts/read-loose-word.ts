// One word of a script that may hold anything: what is literal is decoded, what is expanded is marked, and commands
// inside substitutions are handed back to the command reader.
import { withoutContinuations } from './draft.ts';
import { looseExpansion, mark, type MarkedWord, processFile, scriptText } from './marked-word.ts';
import { readDollar, readExpandable, readSubstitution, skipGroup } from './read-group.ts';
import { noteLiteral, readApostrophes, readBackticks } from './read-quotes.ts';
import { deeper, peek, peekNext, type Reading } from './reading.ts';

const ordinary = /[^\s;&|()<>\\'"$`{},*?[~\0+@!]+/y;
const wordEnd = /[ \t\n;&|()<>]/;

/** What a word is to the grammar around it. */
export type WordRole =
  /** Where a command may begin: `a[x y]=1` is one word. */
  | 'start'
  /** Behind the first word. */
  | 'argument'
  /** In `a=( … )`: `[x y]=1` is one word. */
  | 'element'
  /** Right of `==` in `[[ ]]`: extended patterns are on. */
  | 'pattern'
  /** Right of `=~` in `[[ ]]`: parentheses and bars belong to the word. */
  | 'regex';

export function readLooseWord(reading: Reading, role: WordRole): MarkedWord {
  const { text, lexing } = reading;
  const start = reading.at;
  const hasPatterns = lexing.isBash && (lexing.hasExtendedPatterns || role === 'pattern' || role === 'regex');
  let word = '';
  for (let character = peek(reading); character !== ''; character = peek(reading)) {
    ordinary.lastIndex = reading.at;
    const run = ordinary.exec(text);
    if (run !== null) {
      word += run[0];
      reading.at += run[0].length;
      continue;
    }
    if (role === 'regex' && (character === '(' || character === '|')) {
      if (character === '(') skipPattern(reading);
      else reading.at += 1;
      word += looseExpansion;
    } else if (hasPatterns && '?*+@!'.includes(character) && peekNext(reading) === '(') {
      reading.at += 1;
      peek(reading);
      skipPattern(reading);
      word += looseExpansion;
    } else if (hasPatterns && character === '$' && isPatternBehindDollar(text, reading.at)) {
      // Bash looks for patterns before it looks for parameters: `$@(…)` is no `$@`.
      reading.at += 1;
      word += looseExpansion;
    } else if (isProcessSubstitution(reading, character)) {
      reading.at += 1;
      peek(reading);
      readSubstitution(reading);
      word += processFile;
    } else if (wordEnd.test(character)) {
      break;
    } else if (character === '[' && isSubscript(reading, { role, word, start })) {
      word += readSubscript(reading, role);
    } else {
      word += readPiece(reading, { character, start, word });
    }
  }
  if (/(?:^|[^\0])\$|`/.test(word)) noteLiteral(reading, scriptText(word));
  return word;
}

export function isProcessSubstitution(reading: Reading, character: string): boolean {
  return reading.lexing.isBash && (character === '<' || character === '>') && peekNext(reading) === '(';
}

function isPatternBehindDollar(text: string, at: number): boolean {
  return '?*@!'.includes(text[at + 1] ?? ' ') && text[at + 2] === '(';
}

/** At `(` of a pattern. */
function skipPattern(reading: Reading): void {
  const start = reading.at;
  reading.at += 1;
  deeper(reading, () => skipGroup(reading, { open: '(', close: ')', kind: 'pattern', place: 'bare' }));
  const inner = reading.text.slice(start + 1, reading.at - 1);
  if (!reading.stopped && /[$`]/.test(inner)) reading.later.push({ text: inner, as: 'expandable' });
}

const longestName = 1024;

function isSubscript(
  { lexing, text, at }: Reading,
  { role, word, start }: { readonly role: WordRole; readonly word: MarkedWord; readonly start: number },
): boolean {
  if (!lexing.isBash) return false;
  if (role === 'element') return word === '';
  // A name that long is nobody's; looking at ever longer words would take for ever.
  if (role !== 'start' || word.length > longestName || !/^[A-Za-z_]\w*$/.test(word)) return false;
  // A name with a quote in it names no variable.
  return withoutContinuations(text.slice(start, at)) === word;
}

/** At `[`: a subscript is arithmetic, or the key of an association; either way it is expanded. */
function readSubscript(reading: Reading, role: WordRole): MarkedWord {
  const start = reading.at;
  reading.at += 1;
  deeper(reading, () => skipGroup(reading, { open: '[', close: ']', kind: 'subscript', place: 'bare' }));
  if (reading.stopped) return '';
  const source = reading.text.slice(start, reading.at);
  // Also what is assigned: bash writes a subscript with a blank in it anew inside a substitution.
  if (/[^\d[\]]/.test(source)) reading.evaluatesAgain = true;
  if (source.includes('\\')) noteLiteral(reading, source.replaceAll('\\', ''));
  // Where the word is no assignment after all, its quotes go as those of any word do.
  if ((role === 'element' ? /[$`]/ : /[$`'"\\]/).test(source)) return `[${looseExpansion}]`;
  return source.replaceAll(mark, '');
}

interface Piece {
  readonly character: string;
  /** Where its word starts, and what that is so far. */
  readonly start: number;
  readonly word: MarkedWord;
}

function readPiece(reading: Reading, { character, start, word }: Piece): MarkedWord {
  const { text } = reading;
  switch (character) {
    case '\\': {
      const next = text[reading.at + 1];
      reading.at += 2;
      // The last character of all stands for itself, or for nothing where quotes came before it.
      return next ?? (word === '' ? '\\' : looseExpansion);
    }
    case "'":
      return readApostrophes(reading);
    case '"':
      reading.at += 1;
      return readExpandable(reading, 'quotes');
    case '$':
      return readDollar(reading, 'bare');
    case '`':
      return readBackticks(reading, 'bare');
    case '~': {
      const before = text[reading.at - 1];
      reading.at += 1;
      return reading.at - 1 === start || before === '=' || before === ':' ? `${mark}~` : '~';
    }
    case '{':
    case ',':
    case '}':
      reading.at += 1;
      // Braces are text to dash.
      return reading.lexing.isBash ? mark + character : character;
    case '*':
    case '?':
    case '[':
      reading.at += 1;
      return mark + character;
    case mark:
      reading.at += 1;
      return '';
    default:
      // White space that bash does not split on, and what may begin an extended pattern.
      reading.at += 1;
      return character;
  }
}
