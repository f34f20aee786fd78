// What stands between an opener and its closer inside a word: `${…}`, arithmetic, a subscript, a pattern in
// parentheses, double quotes, backticks. Where a group ends is decided as bash decides it when it reads a line, which is
// before anything is expanded; what is expanded in it is read on the way, or afterwards where bash looks again.
import { decodeAnsiC } from './ansi-c-quotes.ts';
import { looseExpansion, type MarkedWord, quotedExpansion } from './marked-word.ts';
import { noteLiteral, type Place, readAnsiC, readApostrophes, readBackticks } from './read-quotes.ts';
import { deeper, peek, peekNext, type Reading, stop, takeTwo } from './reading.ts';

const expandableStop = /["\\$`]/g;

/** Text in which bash expands but does not split, up to the closing quote, or else up to the end of the text. */
export function readExpandable(reading: Reading, place: Exclude<Place, 'bare'>): MarkedWord {
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
        if (place === 'quotes') return word;
        word += '"';
        break;
      case '$':
        word += readDollar(reading, place);
        break;
      case '`':
        word += readBackticks(reading, place);
        break;
      default:
        reading.at += 2;
        if (next === undefined || next === '\n') break;
        word += (place === 'quotes' ? /[$`"\\]/ : /[$`\\]/).test(next) ? next : `\\${next}`;
    }
  }
  if (place === 'quotes') reading.doubtful = true;
  return word;
}

const name = /[A-Za-z_]\w*|[0-9@*#?$!_-]/y;

/** At `$`. */
export function readDollar(reading: Reading, place: Place): MarkedWord {
  const { lexing } = reading;
  const expansion = place === 'bare' ? looseExpansion : quotedExpansion;
  reading.at += 1;
  const next = peek(reading);
  if (next === '(') {
    if (peekNext(reading) === '(') readDoubleParenthesis(reading);
    else readSubstitution(reading);
    return expansion;
  }
  if (next === '{') {
    readBraces(reading, place);
    return expansion;
  }
  if (next === '[' && lexing.isBash) {
    readArithmeticGroup(reading, '[', ']');
    return expansion;
  }
  if (place === 'bare' && lexing.isBash && next === "'") return readAnsiC(reading);
  if (place === 'bare' && lexing.isBash && next === '"') return '';
  name.lastIndex = reading.at;
  const found = name.exec(reading.text);
  if (found === null) return '$';
  reading.at += found[0].length;
  // `"$@"` is no word at all when there are no arguments.
  return found[0] === '@' ? looseExpansion : expansion;
}

/** At the `(` of `$(`, `<(` or `>(`: a script of its own, with here-documents of its own. */
export function readSubstitution(reading: Reading): void {
  // Bash takes `<((` for the beginning of arithmetic while it looks for the end.
  if (reading.lexing.isBash && peekNext(reading) === '(') {
    const start = reading.at + 1;
    skipArithmetic(reading, '(', ')');
    if (!reading.stopped)
      reading.later.push({ text: reading.text.slice(start, reading.at - 1), as: 'script' });
    return;
  }
  const { heredocs, isSubstitution, pipedFrom } = reading;
  reading.at += 1;
  reading.heredocs = [];
  reading.isSubstitution = true;
  const { hasBody } = reading;
  reading.hasBody = false;
  reading.pipedFrom = undefined;
  const ended = deeper(reading, () => reading.readCommands(reading));
  // A body that was announced and has not begun stands on the lines behind this one; what is left of this line is
  // read first. Nobody writes that.
  if (ended !== 'closed' || reading.heredocs.length > 0) reading.doubtful = true;
  reading.heredocs = heredocs;
  reading.isSubstitution = isSubstitution;
  reading.hasBody = hasBody;
  reading.pipedFrom = pipedFrom;
}

/** At the `((` of `$((`: when it does not close as arithmetic does, the text in between is a script. */
function readDoubleParenthesis(reading: Reading): void {
  const start = reading.at + 1;
  readArithmeticGroup(reading, '(', ')');
  const inner = reading.text.slice(start, reading.at - 1);
  if (reading.stopped) return;
  const unquoted = inner.replace(/'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]/g, '_');
  if (!isParenthesised(inner) || !isParenthesised(unquoted))
    reading.later.push({ text: inner, as: 'script' });
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

/** At the opener: skips to its closer, and has what is inside read afterwards, apostrophes and all. */
function readArithmeticGroup(reading: Reading, open: '(' | '[', close: ')' | ']'): void {
  const start = reading.at + 1;
  skipArithmetic(reading, open, close);
  expandLater(reading, reading.text.slice(start, reading.at - 1));
}

/** Bash takes such text apart once more when it runs: quotes in it hide nothing. */
function expandLater(reading: Reading, text: string): void {
  if (/[A-Za-z_$`]/.test(text)) reading.evaluatesAgain = true;
  if (/[$`]/.test(text)) reading.later.push({ text, as: 'expandable' });
}

function skipArithmetic(reading: Reading, open: '(' | '[', close: ')' | ']'): void {
  const { found, later } = reading;
  const [foundBefore, laterBefore] = [found.length, later.length];
  reading.at += 1;
  deeper(reading, () => skipGroup(reading, { open, close, kind: 'arithmetic', place: 'text' }));
  if (reading.stopped) return;
  found.length = foundBefore;
  later.length = laterBefore;
}

/**
 * At `((`: skips arithmetic up to `))`. Answers false, back where it started, when the parentheses close apart from
 * each other: then bash sees two subshells.
 */
export function readArithmetic(reading: Reading): boolean {
  const start = reading.at;
  takeTwo(reading);
  reading.at -= 1;
  const inner = reading.at + 1;
  skipArithmetic(reading, '(', ')');
  if (reading.stopped) return true;
  if (reading.text[reading.at] === ')') {
    expandLater(reading, reading.text.slice(inner, reading.at - 1));
    reading.at += 1;
    return true;
  }
  if (reading.rewindsLeft === 0) {
    stop(reading);
    return true;
  }
  reading.rewindsLeft -= 1;
  // Bash has read on by now; where the bodies of here-documents in here begin is a matter of its version.
  if (reading.text.slice(start, reading.at).includes('<<')) reading.doubtful = true;
  reading.at = start;
  return false;
}

/** At `{` of `${`. */
function readBraces(reading: Reading, place: Place): void {
  const { text } = reading;
  const start = reading.at + 1;
  reading.at = start;
  noteSecondEvaluation(reading);
  if (!reading.lexing.isBash) passOperator(reading);
  const isQuoted = place !== 'bare';
  deeper(reading, () => skipGroup(reading, { open: '{', close: '}', kind: 'braces', place }));
  if (reading.stopped) return;
  const inner = text.slice(start, reading.at - 1).replaceAll('\\\n', '');
  if (/@[A-Za-z]$/.test(inner)) {
    reading.evaluatesAgain = true;
    // A prompt is decoded, then expanded: no literal shows what will be run.
    if (inner.endsWith('P')) reading.doubtful = true;
  }
  // Inside double quotes an apostrophe pairs when the line is read and is text when it is expanded.
  if (isQuoted && inner.includes("'") && /[$`]/.test(inner)) {
    reading.later.push({ text: inner, as: 'expandable' });
    const decoded = inner.replace(/\$'((?:\\[\s\S]|[^'\\])*)'/g, (_, quoted: string) => decodeAnsiC(quoted));
    if (decoded !== inner) reading.later.push({ text: decoded, as: 'expandable' });
  }
}

/** dash takes the character behind a name for an operator, whatever it is: `${x$` holds no expansion. */
function passOperator(reading: Reading): void {
  const named = /(?:[A-Za-z_]\w*|\d+|[@*#?$!-])(:?)(?=([\s\S]))/y;
  named.lastIndex = reading.at;
  const [whole = '', colon = '', next = '}'] = named.exec(reading.text) ?? [];
  if ((colon === '' ? '}-+?=%#' : '}-+?=').includes(next)) return;
  reading.at += whole.length + 1;
}

/** `${!x}`, `${x[i]}` and `${x:i:n}` evaluate what they name, and so what that holds. */
const evaluating = /![A-Za-z_0-9@*#?$-]|[!#]?(?:\w+|[@*#?$!-])(?:\[|:[^-=?+}])/y;

function noteSecondEvaluation(reading: Reading): void {
  peek(reading);
  evaluating.lastIndex = reading.at;
  if (evaluating.test(reading.text)) reading.evaluatesAgain = true;
}

interface Group {
  readonly open: '(' | '[' | '{';
  readonly close: ')' | ']' | '}';
  /** In braces and subscripts bash reads every substitution; in arithmetic and patterns it counts parentheses. */
  readonly kind: 'braces' | 'subscript' | 'arithmetic' | 'pattern';
  readonly place: Place;
}

/** Skips to the character that closes, over nested pairs and quotes; reads the substitutions on the way. */
export function skipGroup(reading: Reading, { open, close, kind, place }: Group): void {
  const { text, lexing } = reading;
  const readsAll = kind === 'braces' || kind === 'subscript';
  // dash reads arithmetic without quotes, and every expansion in it.
  const quotesPair = lexing.isBash || kind !== 'arithmetic';
  const textApostrophes =
    kind === 'braces' && lexing.isPosix && place !== 'bare' && !isPatternOperation(reading);
  let nested = 0;
  while (reading.at < text.length) {
    const character = text.charAt(reading.at);
    const next = text[reading.at + 1];
    if (character === close) {
      reading.at += 1;
      if (nested === 0) return;
      nested -= 1;
    } else if (character === '\\') {
      reading.at += 2;
    } else if (character === '"' && quotesPair) {
      reading.at += 1;
      readExpandable(reading, 'quotes');
    } else if (character === "'" && quotesPair && !textApostrophes) {
      noteLiteral(reading, readApostrophes(reading));
    } else if (character === '`') {
      readBackticks(reading, place === 'bare' ? 'bare' : 'quotes');
    } else if (character === '$') {
      if (readsAll || (kind === 'arithmetic' && !lexing.isBash)) readInGroup(reading, place);
      else skipDollar(reading, kind);
    } else if (readsAll && lexing.isBash && (character === '<' || character === '>') && next === '(') {
      reading.at += 1;
      readSubstitution(reading);
    } else {
      if (character === open && kind !== 'braces') nested += 1;
      reading.at += 1;
    }
  }
  reading.doubtful = true;
}

function skipDollar(reading: Reading, kind: Group['kind']): void {
  const { lexing } = reading;
  reading.at += 1;
  const next = peek(reading);
  if (next === "'" && lexing.isBash) noteLiteral(reading, readAnsiC(reading));
  else if (next === '$') reading.at += 1;
  else if (next === '(' && kind === 'arithmetic') readNestedParenthesis(reading);
}

/** `$(` inside `((`: read as commands where it is one, for a `)` in them closes nothing. */
function readNestedParenthesis(reading: Reading): void {
  if (peekNext(reading) === '(') skipArithmetic(reading, '(', ')');
  else readSubstitution(reading);
}

function readInGroup(reading: Reading, place: Place): void {
  const { lexing, text } = reading;
  let at = reading.at + 1;
  while (text[at] === '\\' && text[at + 1] === '\n') at += 2;
  if (text[at] === "'" && lexing.isBash) {
    reading.at = at;
    noteLiteral(reading, readAnsiC(reading));
  } else {
    readDollar(reading, place);
  }
}

/** Inside double quotes, `${x:-'a'}` holds two ordinary apostrophes, but `${x#'a'}` a quoted pattern. */
function isPatternOperation({ text, at, lexing }: Reading): boolean {
  const operation = lexing.isBash
    ? /[!#]?(?:\w+|[@*#?$!-])(?:\[[^\]]{0,64}\])?[%#^,~/]/y
    : /(?:\w+|[@*#?$!-])[%#]/y;
  operation.lastIndex = at;
  return operation.test(text);
}
