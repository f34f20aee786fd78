// What a script writes into files itself: `echo 'rm x' > s; sh s` runs `rm`. A file that stood there before is a program
// like any other, and nothing here looks at it.
import { literalWord, type MarkedWord } from './marked-word.ts';
import type { LooseCommand, LooseRedirect, WrittenText } from './reading.ts';
import { inputOf, printedBy, type ShellInput, together } from './shell-input.ts';

const writes = /^(?:&?>>?|>\||>&|<>)$/;
/** More files than this, or more pieces of one, and any of them is unreadable. */
const most = 256;
/** Characters of one file that are kept, and of all files that are handed out: each time costs a reading. */
const longest = 131_072;
const mostRead = 1_000_000;
const unreadable: ShellInput = { texts: [], isUnread: true };

export class WrittenFiles implements WrittenText {
  /** By the last part of the name: where the script stands by then is not followed. */
  #byName: Map<string, ShellInput> | undefined;
  /** Names that were asked for by a pattern, until there is a further one. */
  #matching: Map<RegExp, readonly string[]> | undefined;
  #isOverfull = false;
  #left = mostRead;
  /** Where `exec > s` leads everything that follows. */
  #output: string | undefined;

  get isEmpty(): boolean {
    return this.#byName === undefined;
  }

  /** What the script wrote into a file of this name; undefined when it wrote none. */
  read(path: string): ShellInput | undefined {
    const found = this.#byName?.get(lastPart(path));
    if (found === undefined || this.#isOverfull) return found === undefined ? undefined : unreadable;
    this.#left -= lengthOf(found);
    if (this.#left < 0) return unreadable;
    return { ...found, texts: found.texts.length > 1 ? [found.texts.join('\n')] : found.texts };
  }

  matching(pattern: RegExp): readonly string[] {
    const before = this.#matching?.get(pattern);
    if (before !== undefined) return before;
    const found = [...(this.#byName?.keys() ?? [])].filter((name) => pattern.test(name));
    this.#matching ??= new Map();
    this.#matching.set(pattern, found);
    return found;
  }

  /** Takes note of what one command writes, in the order of the script. */
  note(command: LooseCommand): void {
    const { words, redirects, around = [] } = command;
    const program = lastPart(words[0] ?? '');
    const writer = Object.hasOwn(writers, program) ? writers[program] : undefined;
    if (redirects.length + around.length === 0 && writer === undefined && this.#output === undefined) return;
    const paths = [...redirects, ...around].flatMap((redirect) => fileWrittenBy(redirect) ?? []);
    if (program === 'exec' && words.length === 1) this.#output = paths.at(-1) ?? this.#output;
    else if (this.#output !== undefined) paths.push(this.#output);
    const printed = paths.length === 0 ? undefined : printedBy(command);
    if (printed !== undefined) for (const path of paths) this.#add(path, printed);
    writer?.(command, {
      add: (path, text) => this.#add(path, text),
      read: (path) => this.read(path),
    });
  }

  #add(path: string, text: ShellInput): void {
    const name = lastPart(path);
    this.#byName ??= new Map();
    const before = this.#byName.get(name);
    this.#isOverfull ||= (before?.texts.length ?? 0) >= most || this.#byName.size >= most;
    if (this.#isOverfull && before !== undefined) return;
    if (before === undefined) this.#matching?.clear();
    const all = before === undefined ? text : together([before, text]);
    // Copies of copies grow without end.
    this.#byName.set(name, lengthOf(all) > longest ? unreadable : all);
  }
}

interface Files {
  add(path: string, text: ShellInput): void;
  read(path: string): ShellInput | undefined;
}

type Writer = (command: LooseCommand, files: Files) => void;

/** Whoever copies a file that the script wrote has written it, too. */
const copies: Writer = ({ words }, { add, read }) => {
  const operands = words.slice(1).filter((word) => !word.startsWith('-'));
  const to = literalWord(operands.at(-1) ?? '');
  if (to === undefined) return;
  for (const from of operands.slice(0, -1)) {
    const text = read(literalWord(from) ?? '');
    if (text !== undefined) add(to, text);
  }
};

const tee: Writer = (command, { add }) => {
  const input = inputOf(command);
  for (const word of command.words.slice(1)) {
    const path = word.startsWith('-') ? undefined : fileNamed(word);
    if (path !== undefined) add(path, input);
  }
};

const dd: Writer = (command, { add }) => {
  const input = inputOf(command);
  for (const word of command.words) {
    const path = word.startsWith('of=') ? fileNamed(word.slice(3)) : undefined;
    if (path !== undefined) add(path, input);
  }
};

const savedAs = /^(?:-[A-Za-z]*[oO]|--output(?:-document)?=?)(.*)$/s;

/** `curl -o s URL`, `wget -O s URL`, and without a name the last part of the address. */
const download: Writer = ({ words }, { add }) => {
  for (const [at, word] of words.entries()) {
    const attached = at === 0 ? undefined : savedAs.exec(word)?.[1];
    const path = attached === undefined || attached !== '' ? attached : words[at + 1];
    const named = path ?? (/^\w+:\/\//.test(word) ? word.replace(/\0?[?#].*$/s, '') : undefined);
    const file = named === undefined ? undefined : fileNamed(named);
    if (file !== undefined) add(file, unreadable);
  }
};

const writers: Readonly<Record<string, Writer>> = {
  tee,
  dd,
  curl: download,
  wget: download,
  ...Object.fromEntries(['cp', 'mv', 'ln', 'install', 'link'].map((name) => [name, copies])),
};

/** The file a redirection writes; undefined for what is computed, and for what is no file. */
export function fileWrittenBy({ operator, target }: LooseRedirect): string | undefined {
  return writes.test(operator) ? fileNamed(target) : undefined;
}

/** `"$PWD/s"` is some file called `s`. */
function fileNamed(word: MarkedWord): string | undefined {
  const path = literalWord(word) ?? literalWord(word.slice(word.lastIndexOf('/') + 1));
  return path === undefined || path === '' || /^(?:-|\d+-?|\/dev\/.*)$/s.test(path) ? undefined : path;
}

function lengthOf({ texts }: ShellInput): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
