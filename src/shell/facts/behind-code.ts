// Programs in other languages, handed over as words: `awk 'BEGIN{system("rm x")}'`, `python3 -c 'os.system("rm x")'`. No
// parser of those languages: code that can start a program may start any, and what it quotes is read as a script, so
// that the rule that is met can be named.
import type { Found } from './found.ts';
import { type Language, languages } from './languages.ts';
import { isMarked, scriptText, type MarkedWord } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';
import { inputOf } from './shell-input.ts';

/** It is asked about every command of a script; names come again. */
const known = new Map<string, readonly Language[]>();
const mostKnown = 1024;

function languagesOf(name: string): readonly Language[] {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = languages.filter(([names]) => names.test(name)).map(([, language]) => language);
  if (known.size < mostKnown && name.length < 64) known.set(name, found);
  return found;
}

/** Whether programs of this name run code of their words. */
export function isLanguage(name: string): boolean {
  return languagesOf(name).length > 0;
}

/** `name` is the base name of the program. Undefined when it runs no code of its words. */
export function behindCode(name: string, command: LooseCommand): Found | undefined {
  const found = languagesOf(name);
  if (found.length === 0) return undefined;
  const parts = found.map((language) => behindLanguage(language, command));
  return {
    argvs: [],
    scripts: parts.flatMap(({ scripts }) => scripts),
    isUnread: parts.some(({ isUnread }) => isUnread === true),
  };
}

function behindLanguage(language: Language, command: LooseCommand): Found {
  const given = codeIn(language, command.words);
  // Without code among its words, a program in no file is what it reads.
  const read = given.length === 0 || language.option === undefined ? readBy(command) : [];
  const texts = [...given, ...read];
  const starting = texts.filter((word) => language.starts.test(scriptText(word)));
  if (starting.length === 0)
    return { argvs: [], scripts: [], isUnread: given.some(isMarked) && language.option !== undefined };
  const { command: pattern } = language;
  const commands =
    pattern === undefined ? [] : starting.flatMap((word) => commandsIn(scriptText(word), pattern));
  const quoted = starting.flatMap((word) => quotedIn(scriptText(word)));
  return { argvs: [], scripts: [...commands, ...quoted, quoted.join(' ')], isUnread: true };
}

/** Here-documents and what is piped in, as far as it is known. */
function readBy(command: LooseCommand): readonly string[] {
  const { pipedFrom, redirects, around = [] } = command;
  const isFed =
    pipedFrom !== undefined || [...redirects, ...around].some(({ operator }) => operator.startsWith('<'));
  return isFed ? inputOf(command).texts : [];
}

function commandsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)]
    .slice(0, mostStrings)
    .flatMap(
      ([, ...groups]) =>
        (groups as readonly (string | undefined)[]).find((group) => group !== undefined) ?? [],
    );
}

function codeIn({ option }: Language, words: readonly MarkedWord[]): readonly MarkedWord[] {
  const args = words.slice(1);
  if (option === undefined) {
    // Any of its words may be the code: `-v` and `-f` take values.
    return args.some((word) => /^-[A-Za-z]*f|^--file/.test(word)) ? [] : args;
  }
  return args.flatMap((word, at) => {
    const found = option.exec(word);
    if (found === null) return [];
    const attached = found[1] ?? '';
    return attached === '' ? args.slice(at + 1, at + 2) : [attached];
  });
}

/** More strings than this are no one-liner. */
const mostStrings = 64;

function quotedIn(text: string): string[] {
  const strings = /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|`((?:\\[\s\S]|[^`\\])*)`/g;
  return [...text.matchAll(strings)]
    .slice(0, mostStrings)
    .map((found) => found[1] ?? found[2] ?? found[3] ?? '');
}
