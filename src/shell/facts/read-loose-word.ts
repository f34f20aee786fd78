// One word of a script that may hold anything: what is literal is decoded, what is expanded is marked, and commands
// inside substitutions are handed back to the command reader.
import { decodeAnsiC } from './ansi-c-quotes.ts';
import { looseExpansion, mark, type MarkedWord, quotedExpansion } from './marked-word.ts';
import { deeper, type Reading, stop } from './reading.ts';

const ordinary = /[^\s;&|()<>\\'"$`{},*?[~\0]+/y;
const wordEnd = /[ \t\n;&|()<>]/;

export function readLooseWord(reading: Reading): MarkedWord {
  const { text } = reading;
  const start = reading.at;
  let word = '';
  while (reading.at < text.length) {
    ordinary.lastIndex = reading.at;
    const run = ordinary.exec(text);
    if (run !== null) {
      word += run[0];
      reading.at += run[0].length;
      continue;
    }
    const character = text.charAt(reading.at);
    if ((character === '<' || character === '>') && text[reading.at + 1] === '(') {
      reading.at += 2;
      deeper(reading, () => reading.readCommands(reading));
      word += looseExpansion;
    } else if (wordEnd.test(character)) {
      break;
    } else {
      word += readPiece(reading, character, start);
    }
  }
  return word;
}

function readPiece(reading: Reading, character: string, start: number): MarkedWord {
  const { text } = reading;
  switch (character) {
    case '\\': {
      const next = text[reading.at + 1];
      reading.at += 2;
      return next === undefined || next === '\n' ? '' : next;
    }
    case "'": {
      const close = text.indexOf("'", reading.at + 1);
      const end = close === -1 ? text.length : close;
      const quoted = text.slice(reading.at + 1, end);
      reading.at = end + 1;
      return quoted;
    }
    case '"':
      reading.at += 1;
      return readExpandable(reading, '"');
    case '$':
      return readDollar(reading, looseExpansion);
    case '`':
      return readBackticks(reading, looseExpansion);
    case '~': {
      const before = text[reading.at - 1];
      reading.at += 1;
      return reading.at - 1 === start || before === '=' || before === ':' ? `${mark}~` : '~';
    }
    case '{':
    case ',':
    case '}':
    case '*':
    case '?':
    case '[':
      reading.at += 1;
      return mark + character;
    case mark:
      reading.at += 1;
      return '';
    default:
      // White space that bash does not split on.
      reading.at += 1;
      return character;
  }
}

const expandableStop = /["\\$`]/g;

/** Text in which bash expands but does not split: inside `"`, or the body of a here-document (`close` undefined). */
export function readExpandable(reading: Reading, close: '"' | undefined): MarkedWord {
  const { text } = reading;
  let word = '';
  while (reading.at < text.length) {
    expandableStop.lastIndex = reading.at;
    const found = expandableStop.exec(text);
    const end = found === null ? text.length : found.index;
    word += text.slice(reading.at, end);
    reading.at = end;
    if (found === null) break;
    const next = text[end + 1];
    switch (found[0]) {
      case '"':
        reading.at += 1;
        if (close !== undefined) return word;
        word += '"';
        break;
      case '$':
        word += readDollar(reading, quotedExpansion);
        break;
      case '`':
        word += readBackticks(reading, quotedExpansion);
        break;
      default:
        reading.at += 2;
        if (next === undefined || next === '\n') break;
        word += /[$`"\\]/.test(next) ? next : `\\${next}`;
    }
  }
  return word;
}

const name = /[A-Za-z_]\w*|[0-9@*#?$!_-]/y;

function readDollar(reading: Reading, expansion: MarkedWord): MarkedWord {
  const { text } = reading;
  reading.at += 1;
  while (text.startsWith('\\\n', reading.at)) reading.at += 2;
  const next = text[reading.at];
  if (next === '(') {
    if (text[reading.at + 1] === '(') {
      readDoubleParenthesis(reading);
    } else {
      reading.at += 1;
      deeper(reading, () => reading.readCommands(reading));
    }
    return expansion;
  }
  if (next === '{' || next === '[') {
    reading.at += 1;
    deeper(reading, () => skipNested(reading, next === '{' ? '}' : ']', expansion));
    return expansion;
  }
  if (expansion === looseExpansion && next === "'") return readAnsiC(reading);
  if (expansion === looseExpansion && next === '"') return '';
  name.lastIndex = reading.at;
  const found = name.exec(text);
  if (found === null) return '$';
  reading.at += found[0].length;
  // `"$@"` is no word at all when there are no arguments.
  return found[0] === '@' ? looseExpansion : expansion;
}

function readAnsiC(reading: Reading): MarkedWord {
  const { text } = reading;
  const start = reading.at + 1;
  let end = start;
  while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
  reading.at = end + 1;
  return decodeAnsiC(text.slice(start, Math.min(end, text.length)));
}

function readBackticks(reading: Reading, expansion: MarkedWord): MarkedWord {
  const { text } = reading;
  const start = reading.at + 1;
  let end = start;
  while (end < text.length && text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
  const escapes = expansion === quotedExpansion ? /\\([$`\\"])/g : /\\([$`\\])/g;
  reading.later.push({ text: text.slice(start, end).replace(escapes, '$1'), as: 'script' });
  reading.at = end + 1;
  return expansion;
}

/**
 * At the `((` of `$((`: bash takes everything up to the parenthesis that closes the first, counting only parentheses
 * and quotes, and only then asks whether that is arithmetic. When it is not, the text in between is a script.
 */
function readDoubleParenthesis(reading: Reading): void {
  const start = reading.at + 1;
  reading.at = start;
  deeper(reading, () => skipNested(reading, ')', quotedExpansion));
  const inner = reading.text.slice(start, reading.at - 1);
  if (!reading.stopped && !isParenthesised(inner)) reading.later.push({ text: inner, as: 'script' });
}

/** Whether the first character's parenthesis is closed by the last character. */
function isParenthesised(text: string): boolean {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '(') open += 1;
    else if (character === ')') open -= 1;
    if (open === 0) return at === text.length - 1;
  }
  return false;
}

/**
 * At `((`: skips arithmetic up to `))`, reading the substitutions in it. Answers false, back where it started, when
 * the parentheses close apart from each other: then bash sees two subshells.
 */
export function readArithmetic(reading: Reading): boolean {
  const start = reading.at;
  const foundBefore = reading.found.length;
  reading.at += 2;
  const closed = deeper(reading, () => {
    skipNested(reading, ')', quotedExpansion);
    return reading.text[reading.at] === ')';
  });
  if (closed !== false || reading.stopped) {
    reading.at += 1;
    return true;
  }
  if (reading.rewindsLeft === 0) {
    stop(reading);
    return true;
  }
  reading.rewindsLeft -= 1;
  reading.found.length = foundBefore;
  reading.at = start;
  return false;
}

const openerOf = { ')': '(', '}': '{', ']': '[' } as const;

/** Skips to the character that closes, over nested pairs and quotes; reads the substitutions on the way. */
function skipNested(reading: Reading, close: ')' | '}' | ']', expansion: MarkedWord): void {
  const { text } = reading;
  const open = openerOf[close];
  const quotesCount = close !== '}' || singleQuotesCount(text, reading.at, expansion);
  let nested = 0;
  while (reading.at < text.length) {
    const character = text.charAt(reading.at);
    if (character === close && nested === 0) {
      reading.at += 1;
      return;
    }
    if (character === close) nested -= 1;
    else if (character === open && close !== '}') nested += 1;
    if (character === '"') {
      reading.at += 1;
      readExpandable(reading, '"');
    } else if (character === '$') {
      readDollar(reading, quotedExpansion);
    } else if (character === '`') {
      readBackticks(reading, quotedExpansion);
    } else if (character === '\\') {
      reading.at += 2;
    } else if (character === "'" && quotesCount) {
      const end = text.indexOf("'", reading.at + 1);
      reading.at = end === -1 ? text.length : end + 1;
    } else {
      reading.at += 1;
    }
  }
}

/** Inside double quotes, `${x:-'a'}` holds two ordinary apostrophes, but `${x#'a'}` a quoted pattern. */
function singleQuotesCount(text: string, start: number, expansion: MarkedWord): boolean {
  if (expansion === looseExpansion) return true;
  const operation = /[!#]?(?:\w+|[@*#?$!-])(?:\[[^\]]{0,64}\])?(:?[-=?+])?/y;
  operation.lastIndex = start;
  return operation.exec(text)?.[1] === undefined;
}
