// From one command to the commands it would run itself: behind wrappers, in scripts handed to shells and `eval`, in
// `find -exec`, in what is piped into a shell, in options and variables that hold a command.
import { isShell, recogniseShell, scriptFileOf } from '../recognise-shell.ts';
import { behindCode, isLanguage } from './behind-code.ts';
import { behindCopy } from './behind-copy.ts';
import { fileWrittenBy } from './written-files.ts';
import { behindFiles, runsFilesOfItsOwn, startFilesOf } from './behind-file.ts';
import { inputOf, type ShellInput } from './shell-input.ts';
import type { Reader } from './lexing.ts';
import { isMarked, literalWord, looseExpansion, type MarkedWord, scriptText } from './marked-word.ts';
import { readWrapper, replacedWord } from './read-wrapper.ts';
import type { Wrapper } from './wrapper-row.ts';
import type { LooseCommand } from './reading.ts';
import type { Found } from './found.ts';
import { specials } from './specials.ts';
import { emulator, plainWrappers } from './plain-wrappers.ts';
import { wrappers } from './wrappers.ts';

/** What stands behind one command: further argvs, and texts to be read as scripts. */
export interface Behind extends Found {
  readonly name: string;
  readonly assignments: LooseCommand['assignments'];
  /** Whether the command behind it reads what it was given to read: `echo rm x | sudo bash`. */
  readonly passesInput: boolean;
  /** Who reads the scripts; undefined for the shell that read the command. */
  readonly reader: Reader | undefined;
  /** Whether something may run that is in none of them. */
  readonly isUnread: boolean;
}

const shellName = /sh(?:-?[\d.]+)?(?:\.exe)?$|^(?:cmd|elvish|ion|nu|powershell|rc)(?:\.exe)?$/i;

/** Every name in a table. */
const listed: ReadonlySet<string> = new Set([
  ...wrappers.keys(),
  ...plainWrappers.keys(),
  ...Object.keys(specials),
]);

/** Whether a program of this name may run another one. A quick no for nearly all of them. */
export function mayRunOthers(program: string): boolean {
  const name = program.slice(program.lastIndexOf('/') + 1);
  return (
    listed.has(name) ||
    emulator.test(name) ||
    runsFilesOfItsOwn(name) ||
    shellName.test(name) ||
    /^ld[-.]/.test(name) ||
    isLanguage(name)
  );
}

/** Undefined for a command that runs nothing but itself. Words must have their braces expanded. */
export function lookThrough(command: LooseCommand): Behind | undefined {
  const program = literalWord(command.words[0] ?? '');
  if (program === undefined) return undefined;
  const behind = mayRunOthers(program) ? behindProgram(command, program) : undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const written = behindFiles(name, command) ?? copied(name, command);
  if (written === undefined) return behind;
  if (behind === undefined) return { ...none, name, ...written };
  const scripts = [...behind.scripts, ...written.scripts];
  const argvs = [...behind.argvs, ...written.argvs];
  return { ...behind, argvs, scripts, isUnread: behind.isUnread || written.isUnread === true };
}

/** `tail -c +1 /usr/bin/rm > x`: whatever hands a file on can copy it. */
function copied(name: string, { words, redirects }: LooseCommand): Found | undefined {
  if (redirects.length === 0 || onlyNames.has(name)) return undefined;
  if (!redirects.some((redirect) => fileWrittenBy(redirect) !== undefined)) return undefined;
  const found = behindCopy(words);
  return found.argvs.length === 0 ? undefined : found;
}

/** What prints names, or what it is told about files, and never what is in them. */
const onlyNames: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'ls',
  'file',
  'stat',
  'ldd',
  'du',
  'which',
  'type',
  'command',
  'test',
  '[',
]);

const none = {
  argvs: [],
  scripts: [],
  assignments: [],
  passesInput: false,
  reader: undefined,
  isUnread: false,
};

function behindProgram(command: LooseCommand, program: string): Behind | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const special = Object.hasOwn(specials, name) ? specials[name] : undefined;
  const wrapper = wrapperOf(name);
  const wrapped = wrapper === undefined ? undefined : readWrapper(wrapper, command.words);
  const code = behindCode(name, command);
  if (special === undefined && wrapped === undefined && code === undefined) {
    const shell = behindShell(command, program);
    return shell === undefined ? undefined : { ...none, name, ...shell };
  }
  const found = special?.(command);
  const replaced = name === 'xargs' ? replacedWord(command.words) : undefined;
  const split = name === 'env' ? splitStringOf(command.words) : undefined;
  const own = split === undefined ? (wrapped?.scripts ?? []) : split.scripts;
  const scripts = [...own, ...(found?.scripts ?? []), ...(code?.scripts ?? [])];
  return {
    ...none,
    name,
    argvs: [...replacing(wrapped?.argvs ?? [], replaced), ...(split?.argvs ?? []), ...(found?.argvs ?? [])],
    scripts,
    assignments: wrapped?.assignments ?? [],
    passesInput: wrapper?.rest === 'argv' || found?.passesInput === true,
    reader: found?.isSameShell === true ? undefined : 'sh',
    isUnread: found?.isUnread === true || code?.isUnread === true || wrapped?.isUnread === true,
  };
}

/** What xargs reads may be the program; where it is only a word of one, what that word stands for does not matter. */
function replacing(
  argvs: readonly (readonly MarkedWord[])[],
  replaced: string | undefined,
): readonly (readonly MarkedWord[])[] {
  if (replaced === undefined || replaced === '') return argvs;
  return argvs.map((argv) => {
    const [program = ''] = argv;
    const isWrapper = wrapperOf(program.slice(program.lastIndexOf('/') + 1)) !== undefined;
    return argv.map((word, at) => (at === 0 || isWrapper ? word.replaceAll(replaced, looseExpansion) : word));
  });
}

function wrapperOf(name: string): Wrapper | undefined {
  if (emulator.test(name)) return plainWrappers.get('box64');
  return wrappers.get(/^ld[-.]/.test(name) ? 'ld.so' : name) ?? plainWrappers.get(name);
}

/** `env -S 'rm -rf' x`: the split string is the beginning of the command, and may begin with options of env again. */
function splitStringOf(words: readonly MarkedWord[]): Pick<Found, 'argvs' | 'scripts'> {
  for (const [index, word] of words.entries()) {
    const attached = index === 0 ? undefined : splitString.exec(scriptText(word))?.[1];
    if (attached === undefined) continue;
    const [text, from] =
      attached === '' ? [scriptText(words[index + 1] ?? ''), index + 2] : [attached, index + 1];
    const again = /^\s*-|=/.test(text) ? ['env'] : [];
    const rest = words.slice(from);
    if (/['"\\$#]/.test(text)) {
      return { argvs: [], scripts: [[...again, text, ...rest.map(asWord)].join(' ')] };
    }
    const own = text.split(/\s+/).filter((each) => each !== '');
    return { argvs: [[...again, ...own, ...rest]], scripts: [] };
  }
  return { argvs: [], scripts: [] };
}

const splitString = /^(?:-[A-Za-z0]*?S|--s(?:p(?:l(?:it[a-z-]*)?)?)?(?:=|$))([\s\S]*)$/;

function asWord(word: string): string {
  return isMarked(word) || /^[\w./=:@%+,-]+$/.test(word)
    ? scriptText(word)
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a shell reads before its script: `bash --rcfile f -ic :`, `bash -lc :`. */
function startTexts(command: LooseCommand, words: readonly string[]): ShellInput {
  const at = words.findIndex((word) => /^--?(?:rcfile|init-file)$/.test(word));
  const named = literalWord(command.words[at + 2] ?? '');
  const given =
    at === -1 ? [] : named === undefined ? [unreadable] : [command.files?.read(named) ?? { ...nothing }];
  const parts = [
    ...given,
    ...(words.some((word) => /^-[A-Za-z]*[il]|^--login/.test(word)) ? startFilesOf(command) : []),
  ];
  return { texts: parts.flatMap(({ texts }) => texts), isUnread: parts.some(({ isUnread }) => isUnread) };
}

const nothing: ShellInput = { texts: [], isUnread: false };
const unreadable: ShellInput = { texts: [], isUnread: true };

/** The script of `bash -c`, its positionals, and otherwise what its input is. */
function behindShell(command: LooseCommand, program: string): Partial<Behind> | undefined {
  const marked = command.words.slice(1);
  const words = marked.map(scriptText);
  const use = recogniseShell([program, ...words]);
  const name = program.slice(program.lastIndexOf('/') + 1);
  const reader: Reader = /^bash/.test(name)
    ? 'bash'
    : /^(?:da|a|ba|k|mk|z|ya|po)?sh/.test(name)
      ? 'sh'
      : 'other';
  // `bash -$x 'rm y'`: which word is a script depends on what the option turns into.
  const options = marked.slice(
    0,
    marked.findIndex((word) => !/^[-+]/.test(scriptText(word))),
  );
  if (options.some(isMarked)) return { scripts: words.slice(1), reader, isUnread: true };
  if (use.kind !== 'program' && use.script !== undefined) {
    // `bash -c '"$@"' _ rm -rf x` runs its positionals.
    const { positionals, script } = use;
    const tail = marked.slice(marked.length - positionals.length);
    const argvs = positionals.length === 0 ? [] : [tail, tail.slice(1)].filter((argv) => argv.length > 0);
    // What is expanded into a script may be any part of it.
    const start = startTexts(command, words);
    const isUnread =
      start.isUnread ||
      reader === 'other' ||
      marked.some((word) => isMarked(word) && scriptText(word) === script);
    return { argvs, scripts: [script, ...start.texts], reader, isUnread };
  }
  if (use.kind !== 'program') return { reader, isUnread: true };
  if (!isShell(program)) return undefined;
  const from = scriptFileOf(words);
  if (from.kind === 'nothing') return {};
  if (from.kind === 'file') {
    const file = literalWord(marked[from.at] ?? '');
    if (file === undefined || /^\/(?:dev\/fd|proc)\//.test(file) || from.alsoReads) return { isUnread: true };
    // Whatever `find` finds may be what the script wrote.
    if (file === '{}' && command.files !== undefined) return { isUnread: true };
    const written = command.files?.read(file);
    return written === undefined ? {} : { scripts: written.texts, reader, isUnread: written.isUnread };
  }
  const input = inputOf(command);
  return { scripts: input.texts, reader, isUnread: input.isUnread || from.alsoReads };
}
