// Splits an example the way a reader expects of a command line: quotes, backslashes and comments as in a POSIX shell,
// but operators, `$` and globs are ordinary characters. Examples show words, they never run.

/** Undefined when a quote is left open or a backslash is the last character. */
export function splitWords(text: string): readonly string[] | undefined {
  const simple = splitAtSpaces(text);
  if (simple !== undefined) return simple;
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (isBlank(character)) {
      at += 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end + 1;
    } else {
      const word = readWord(text, at);
      if (word === undefined) return undefined;
      words.push(word.value);
      at = word.end;
    }
  }
  return words;
}

/** Nearly every example is words and single spaces; undefined when this one is more. */
function splitAtSpaces(text: string): readonly string[] | undefined {
  if (quoting.test(text)) return undefined;
  const words = text.split(' ');
  return words.includes('') ? undefined : words;
}

/** Quotes, escapes, comments, and blanks that are no spaces. */
const quoting = /["'\\#\t\n]/;

interface Read {
  readonly value: string;
  readonly end: number;
}

const special = /["'\\ \t\n]/g;

function readWord(text: string, start: number): Read | undefined {
  let value = '';
  let at = start;
  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    value += text.slice(at, next);
    at = next;
    const character = text[at];
    if (character === undefined || isBlank(character)) break;
    const part = readQuoted(text, at, character);
    if (part === undefined) return undefined;
    value += part.value;
    at = part.end;
  }
  return { value, end: at };
}

function readQuoted(text: string, at: number, opener: string): Read | undefined {
  if (opener === "'") {
    const end = text.indexOf("'", at + 1);
    return end === -1 ? undefined : { value: text.slice(at + 1, end), end: end + 1 };
  }
  if (opener === '"') return readDoubleQuoted(text, at + 1);
  const escaped = text[at + 1];
  if (escaped === undefined) return undefined;
  return { value: escaped === '\n' ? '' : escaped, end: at + 2 };
}

function readDoubleQuoted(text: string, start: number): Read | undefined {
  let value = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    at += 1;
    const escaped = text[at];
    if (escaped === undefined) return undefined;
    if (escaped === '\n') continue;
    value += '$`"\\'.includes(escaped) ? escaped : `\\${escaped}`;
  }
  return undefined;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n';
}
