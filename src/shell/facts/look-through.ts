// From one command to the commands it would run itself: behind wrappers, in scripts handed to shells and `eval`, in
// `find -exec`, and in what is piped into a shell.
import { recogniseShell } from '../recognise-shell.ts';
import { behindTar } from './behind-tar.ts';
import { literalWord, looseExpansion, type MarkedWord, plainMarked, scriptText } from './marked-word.ts';
import { readWrapper } from './read-wrapper.ts';
import type { LooseCommand } from './reading.ts';
import { wrappers } from './wrappers.ts';

/** What stands behind one command: further argvs, and texts to be read as scripts. */
export interface Behind {
  readonly name: string;
  readonly argvs: readonly (readonly MarkedWord[])[];
  readonly scripts: readonly string[];
  readonly assignments: LooseCommand['assignments'];
  /** Whether the command behind it reads what it was given to read: `echo rm x | sudo bash`. */
  readonly passesInput: boolean;
}

const shellName = /sh(?:-?[\d.]+)?(?:\.exe)?$|^(?:cmd|elvish|ion|nu|powershell|rc)(?:\.exe)?$/i;

/** Whether a program of this name may run another one. A quick no for nearly all of them. */
export function mayRunOthers(program: string): boolean {
  const name = program.slice(program.lastIndexOf('/') + 1);
  return wrappers.has(name) || Object.hasOwn(specials, name) || shellName.test(name);
}

/** Undefined for a command that runs nothing but itself. Words must have their braces expanded. */
export function lookThrough(command: LooseCommand): Behind | undefined {
  const program = literalWord(command.words[0] ?? '');
  if (program === undefined || !mayRunOthers(program)) return undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const special = Object.hasOwn(specials, name) ? specials[name] : undefined;
  if (special !== undefined) return { name, assignments: [], passesInput: false, ...special(command) };
  const wrapper = wrappers.get(name);
  if (wrapper !== undefined) {
    const wrapped = readWrapper(wrapper, command.words);
    const passesInput = wrapper.rest === 'argv';
    return { name, passesInput, ...wrapped, ...(name === 'env' ? joinSplitString(wrapped) : {}) };
  }
  const shell = behindShell(command, program);
  return shell === undefined ? undefined : { name, assignments: [], passesInput: false, ...shell };
}

type Found = Pick<Behind, 'argvs' | 'scripts'>;

const specials: Readonly<Record<string, (command: LooseCommand) => Found>> = {
  eval: ({ words }) => ({ argvs: [], scripts: [words.slice(1).map(scriptText).join(' ')] }),
  trap: ({ words }) => ({ argvs: [], scripts: words.slice(1).filter(isOperand).slice(0, 1).map(scriptText) }),
  find: ({ words }) => ({ argvs: executedBy(words, findActions), scripts: [] }),
  fd: ({ words }) => ({ argvs: executedBy(words, fdActions), scripts: [] }),
  fdfind: ({ words }) => ({ argvs: executedBy(words, fdActions), scripts: [] }),
  git: ({ words }) => behindGit(words),
  tar: ({ words }) => ({ argvs: [], scripts: behindTar(words) }),
};

const findActions: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir']);
const fdActions: ReadonlySet<string> = new Set(['-x', '-X', '--exec', '--exec-batch']);

function isOperand(word: MarkedWord): boolean {
  return !word.startsWith('-');
}

/** Every command after one of `actions`, up to `;` or `+`. */
function executedBy(words: readonly MarkedWord[], actions: ReadonlySet<string>): (readonly MarkedWord[])[] {
  const found: (readonly MarkedWord[])[] = [];
  let start = -1;
  for (let at = 1; at <= words.length; at += 1) {
    const word = words[at];
    if (start !== -1 && (word === undefined || word === ';' || word === '+')) {
      if (at > start) found.push(words.slice(start, at));
      start = -1;
    } else if (start === -1 && word !== undefined && actions.has(word)) {
      start = at + 1;
    }
  }
  return found;
}

const gitRunner = /^(?:(?:-c)?alias\..*=!|--exec|-x|run$|foreach$)/s;

/** `git -c alias.x='!cmd' x`, `git rebase --exec cmd`, `git bisect run cmd`, `git submodule foreach cmd`. */
function behindGit(words: readonly MarkedWord[]): Found {
  const scripts: string[] = [];
  const argvs: (readonly MarkedWord[])[] = [];
  for (const [index, marked] of words.entries()) {
    if (!gitRunner.test(marked)) continue;
    const word = scriptText(marked);
    const rest = words.slice(index + 1);
    if (/alias\./.test(word)) scripts.push(word.slice(word.indexOf('!') + 1));
    else if (word.startsWith('--exec=')) scripts.push(word.slice('--exec='.length));
    else if (word.startsWith('-x') && word !== '-x') scripts.push(word.slice(2));
    else if (rest.length === 0) continue;
    else if (word === 'run') argvs.push(words[index - 1] === 'bisect' ? rest : []);
    else if (word === 'foreach') scripts.push(rest.filter(isOperand).map(scriptText).join(' '));
    else scripts.push(scriptText(rest[0] ?? ''));
  }
  return { argvs: argvs.filter((argv) => argv.length > 0), scripts };
}

/** `env -S 'rm -rf' x`: the split string is the beginning of the command. */
function joinSplitString({ argvs, scripts }: Found): Partial<Found> {
  if (scripts.length === 0) return {};
  const rest = argvs[0] ?? [];
  return { scripts: scripts.map((script) => [script, ...rest.map(scriptText)].join(' ')) };
}

/** The script of `bash -c`, its positionals, and otherwise what its input is. */
function behindShell(command: LooseCommand, program: string): Found | undefined {
  const words = command.words.slice(1).map(scriptText);
  const use = recogniseShell([program, ...words]);
  if (use.kind !== 'program' && use.script !== undefined) {
    // `bash -c '"$@"' _ rm -rf x` runs its positionals.
    const { positionals } = use;
    const tail = command.words.slice(command.words.length - positionals.length);
    const argvs = positionals.length === 0 ? [] : [tail, tail.slice(1)].filter((argv) => argv.length > 0);
    return { argvs, scripts: [use.script] };
  }
  if (
    use.kind === 'program' &&
    !/^(?:ba|z|da|k|a|mk)?sh$/.test(program.slice(program.lastIndexOf('/') + 1))
  ) {
    return undefined;
  }
  return { argvs: [], scripts: inputOf(command) };
}

/** Here-documents, here-strings, and the text of an `echo`, `printf` or `cat <<E` on the other side of a pipe. */
function inputOf({ redirects, pipedFrom }: LooseCommand): string[] {
  const texts = redirects
    .filter(({ operator }) => operator.startsWith('<<'))
    .map(({ target }) => scriptText(target));
  if (pipedFrom === undefined) return texts;
  const [program = looseExpansion, ...args] = pipedFrom.words;
  if (program === 'cat') return [...texts, ...inputOf({ ...pipedFrom, pipedFrom: undefined })];
  if (program !== 'echo' && program !== 'printf') return texts;
  const said = args.map(scriptText).join(program === 'echo' ? ' ' : '\n');
  return [...texts, plainMarked(said.replaceAll('\\n', '\n'))];
}
