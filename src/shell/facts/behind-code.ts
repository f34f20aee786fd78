// Programs in other languages, handed over as words: `awk 'BEGIN{system("rm x")}'`, `python3 -c 'os.system("rm x")'`. No
// parser of those languages: code that can start a program may start any, and what it quotes is read as a script, so
// that the rule that is met can be named.
import type { Found } from './found.ts';
import { type Language, languages } from './languages.ts';
import { isMarked, scriptText, type MarkedWord } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';
import { standardInput } from '../recognise-shell.ts';
import { inputOf, type ShellInput } from './shell-input.ts';

/** Every name at once: it is asked about every command of a script. */
const anyName = new RegExp(languages.map(([names]) => names.source).join('|'));

function languagesOf(name: string): readonly Language[] {
  if (!anyName.test(name)) return [];
  return languages.filter(([names]) => names.test(name)).map(([, language]) => language);
}

/** Whether programs of this name run code of their words. */
export function isLanguage(name: string): boolean {
  return anyName.test(name);
}

/** `name` is the base name of the program. Undefined when it runs no code of its words. */
export function behindCode(name: string, command: LooseCommand): Found | undefined {
  const found = languagesOf(name);
  if (found.length === 0) return undefined;
  return allOf(found.map((language) => behindLanguage(language, command)));
}

/** What code of the language that `name` runs might start. */
export function behindText(name: string, text: string): Found {
  return allOf(languagesOf(name).map((language) => startedBy(language, [text])));
}

function allOf(parts: readonly Found[]): Found {
  return {
    argvs: [],
    scripts: parts.flatMap(({ scripts }) => scripts),
    isUnread: parts.some(({ isUnread }) => isUnread === true),
  };
}

function behindLanguage(language: Language, command: LooseCommand): Found {
  const given = codeIn(language, command.words);
  const file = inFiles(command, language);
  // Without code among its words, a program in no file is what it reads.
  const mayRead = (): boolean =>
    given.length === 0 || language.option === undefined || isInteractive(command);
  const read = isFed(command) && mayRead() ? readBy(command, language) : nothingRead;
  const found = startedBy(language, [
    ...given,
    ...file.texts,
    ...read.texts,
    ...inModules(command, language),
  ]);
  const isMarkedCode = given.some(isMarked) && language.option !== undefined;
  const isUnread = found.isUnread === true || isMarkedCode || file.isUnread || read.isUnread;
  return { ...found, isUnread };
}

function startedBy(language: Language, texts: readonly string[]): Found {
  const starting = texts.filter((word) => {
    const code = scriptText(word);
    return language.starts.test(language.withoutText?.(code) ?? code);
  });
  if (starting.length === 0) return { argvs: [], scripts: [] };
  const { command: pattern } = language;
  const commands =
    pattern === undefined ? [] : starting.flatMap((word) => commandsIn(scriptText(word), pattern));
  const quoted = starting.flatMap((word) => quotedIn(scriptText(word)));
  return {
    argvs: [],
    scripts: [...commands, ...quoted, quoted.join(' ')],
    isUnread: language.isWhole !== true || starting.some(isMarked),
  };
}

const nothingRead: ShellInput = { texts: [], isUnread: false };

/** Here-documents and what is piped in, as far as it is known. */
function readBy(command: LooseCommand, { option }: Language): ShellInput {
  const { words } = command;
  const { texts, isUnread } = inputOf(command);
  // Only a program without a file and without code takes its program from there.
  const isProgram = option !== undefined && words.slice(1).every((word) => isItsInput(word));
  return { texts, isUnread: isProgram && isUnread };
}

function isFed({ pipedFrom, redirects, around }: LooseCommand): boolean {
  const isInput = ({ operator }: { readonly operator: string }): boolean => operator.startsWith('<');
  return pipedFrom !== undefined || redirects.some(isInput) || around?.some(isInput) === true;
}

function isItsInput(word: MarkedWord): boolean {
  return standardInput.test(word) || (word.startsWith('-') && !/^--?(?:version|help|m|V|h)/.test(word));
}

/** `python3 -i`, `node -i`: what it reads is run behind what it was given. */
function isInteractive({ words }: LooseCommand): boolean {
  return words.some((word) => /^-[A-Za-z]*i/.test(word));
}

/** Programs in files: what the script wrote into them itself, and what another process writes there. */
function inFiles({ words, files }: LooseCommand, { option }: Language): ShellInput {
  if (files === undefined && !words.some((word) => word.includes('/dev/fd/'))) return nothingRead;
  const parts = words.slice(1).flatMap((word, index) => {
    const isFirst = words.slice(1, index + 1).every((each) => each.startsWith('-'));
    const isNamed = isFirst || words[index]?.startsWith('-') === true;
    if (word.startsWith('-') ? !/^-[A-Za-z]+|=/.test(word) : !isNamed) return [];
    const name = word.replace(/^--[\w-]+=/, '').replace(/^-[A-Za-z]/, '');
    // What another process writes there: only where a program is expected.
    const isProgram = option === undefined ? /^-[A-Za-z]*[fxS]$/.test(words[index] ?? '') : isFirst;
    if (name.startsWith('/dev/fd/')) return isProgram ? [unread] : [];
    const found = files?.read(name) ?? files?.read(`${name}.py`);
    if (found === undefined) return [];
    return [{ texts: found.texts, isUnread: found.isUnread && isProgram }];
  });
  return { texts: parts.flatMap(({ texts }) => texts), isUnread: parts.some(({ isUnread }) => isUnread) };
}

/** Whatever the script wrote that the language could take for a module: a name on a path of its own decides. */
function inModules({ files }: LooseCommand, { modules }: Language): readonly string[] {
  if (files === undefined || modules === undefined) return [];
  return files.matching(modules).flatMap((name) => files.read(name)?.texts ?? []);
}

const unread: ShellInput = { texts: [], isUnread: true };

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
  // `python3 -m timeit -s CODE CODE`: every word may be code.
  if (args.some((word, at) => word === '-m' && runsItsWords.test(args[at + 1] ?? ''))) return args;
  return args.flatMap((word, at) => {
    const found = option.exec(word);
    if (found === null) return [];
    const attached = found[1] ?? '';
    return attached === '' ? args.slice(at + 1, at + 2) : [attached];
  });
}

const runsItsWords = /^(?:timeit|pdb|trace|profile|cProfile)$/;

/** More strings than this are no one-liner. */
const mostStrings = 64;

function quotedIn(text: string): string[] {
  const strings = /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|`((?:\\[\s\S]|[^`\\])*)`/g;
  return [...text.matchAll(strings)]
    .slice(0, mostStrings)
    .map((found) => found[1] ?? found[2] ?? found[3] ?? '');
}
