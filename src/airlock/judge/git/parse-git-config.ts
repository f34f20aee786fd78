// A git configuration file read exactly as git reads it (`config.c` of git 2.39, without running git): byte order
// mark, continued lines, comments after values, quoted and dotted subsections, keys on the line of their section.
// Text is one character a byte (latin1). Every entry knows the bytes it stands on, so that it can be cut out alone.

export interface GitConfigEntry {
  /** `section.key` or `section.Sub Section.key`: section and key in lower case, the subsection as written. */
  readonly name: string;
  /** Null: a key without `=`, which git takes for true. */
  readonly value: string | null;
  /** The first byte of the key, and the first after the end of its value (a line feed, or the end). */
  readonly start: number;
  readonly end: number;
}

/** `broken`: git refuses the whole file; also for NUL, which git's own text ends at. */
export type ParsedGitConfig =
  | { readonly kind: 'entries'; readonly entries: readonly GitConfigEntry[] }
  | { readonly kind: 'broken'; readonly at: number };

const isSpace = (c: string): boolean => c === ' ' || c === '\t' || c === '\n' || c === '\r';
const isKeyCharacter = (c: string): boolean => /^[A-Za-z0-9-]$/.test(c);
// Not toLowerCase: latin1 letters are bytes of UTF-8 here, and git folds ASCII alone.
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

class Broken extends Error {}

/** One character at a time, with `\r\n` as one line feed and the end of the file as a last one. */
class Characters {
  position = 0;
  ended = false;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  next(): string {
    const c = this.text[this.position];
    if (c === undefined) {
      this.ended = true;
      return '\n';
    }
    this.position += 1;
    if (c === '\r' && this.text[this.position] === '\n') {
      this.position += 1;
      return '\n';
    }
    return c;
  }

  /** Where the line feed that was read last begins: the end of a value. */
  beforeLineFeed(): number {
    if (this.ended) return this.position;
    return this.position - (this.text[this.position - 2] === '\r' ? 2 : 1);
  }
}

/** Never throws. `text` is latin1. */
export function parseGitConfig(text: string): ParsedGitConfig {
  const characters = new Characters(text);
  if (text.includes('\0')) return { kind: 'broken', at: text.indexOf('\0') };
  try {
    return { kind: 'entries', entries: readEntries(characters, text) };
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', at: characters.position };
    throw error;
  }
}

function readEntries(characters: Characters, text: string): GitConfigEntry[] {
  const entries: GitConfigEntry[] = [];
  if (text.startsWith('\xef')) {
    if (!text.startsWith('\xef\xbb\xbf')) throw new Broken();
    characters.position = 3;
  }
  let section = '';
  let comment = false;
  for (;;) {
    const c = characters.next();
    if (c === '\n') {
      if (characters.ended) return entries;
      comment = false;
    } else if (comment || isSpace(c)) continue;
    else if (c === '#' || c === ';') comment = true;
    else if (c === '[') {
      section = readSection(characters);
      if (section === '') throw new Broken();
      section += '.';
    } else if (/^[A-Za-z]$/.test(c)) entries.push(readEntry(characters, section, c));
    else throw new Broken();
  }
}

function readSection(characters: Characters): string {
  let name = '';
  for (;;) {
    const c = characters.next();
    if (characters.ended) throw new Broken();
    if (c === ']') return name;
    if (isSpace(c)) return readSubsection(characters, name, c);
    if (!isKeyCharacter(c) && c !== '.') throw new Broken();
    name += lower(c);
  }
}

function readSubsection(characters: Characters, section: string, first: string): string {
  let c = first;
  do {
    if (c === '\n') throw new Broken();
    c = characters.next();
  } while (isSpace(c));
  if (c !== '"') throw new Broken();
  let name = `${section}.`;
  for (;;) {
    c = characters.next();
    if (c === '\n') throw new Broken();
    if (c === '"') break;
    if (c === '\\') {
      c = characters.next();
      if (c === '\n') throw new Broken();
    }
    name += c;
  }
  if (characters.next() !== ']') throw new Broken();
  return name;
}

function readEntry(characters: Characters, section: string, first: string): GitConfigEntry {
  const start = characters.position - 1;
  let name = section + lower(first);
  let c = characters.next();
  while (!characters.ended && isKeyCharacter(c)) {
    name += lower(c);
    c = characters.next();
  }
  while (c === ' ' || c === '\t') c = characters.next();
  if (c !== '\n' && c !== '=') throw new Broken();
  const value = c === '\n' ? null : readValue(characters);
  return { name, value, start, end: characters.beforeLineFeed() };
}

const escapes: Readonly<Record<string, string>> = { t: '\t', b: '\b', n: '\n', '\\': '\\', '"': '"' };

function readValue(characters: Characters): string {
  let value = '';
  let quoted = false;
  let comment = false;
  let spaces = 0;
  for (;;) {
    let c = characters.next();
    if (c === '\n') {
      if (quoted) throw new Broken();
      return value;
    }
    if (comment) continue;
    if (!quoted && isSpace(c)) {
      if (value !== '') spaces += 1;
      continue;
    }
    if (!quoted && (c === ';' || c === '#')) {
      comment = true;
      continue;
    }
    value += ' '.repeat(spaces);
    spaces = 0;
    if (c === '"') {
      quoted = !quoted;
      continue;
    }
    if (c === '\\') {
      c = characters.next();
      if (c === '\n') continue;
      const escaped = escapes[c];
      if (escaped === undefined) throw new Broken();
      c = escaped;
    }
    value += c;
  }
}
