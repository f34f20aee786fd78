// Commands that run others in a way no table of options describes: builtins, `find`, git, tar, make, gdb, ….
import { behindGit } from './behind-git.ts';
import { behindCopy, copiers } from './behind-copy.ts';
import { behindMake } from './behind-make.ts';
import { behindAlias, behindHash, behindSource } from './behind-names.ts';
import { behindOwnShell, programsWithShells } from './behind-own-shell.ts';
import { behindTar } from './behind-tar.ts';
import type { Found } from './found.ts';
import { isMarked, type MarkedWord, scriptText } from './marked-word.ts';
import type { LooseCommand } from './reading.ts';
import { laterText } from './possible-operands.ts';
import { inputOf } from './shell-input.ts';
import { commandsInOptions, programsWithCommandOptions } from './command-options.ts';
import { behindRunner, runners } from './runners.ts';

type Special = (command: LooseCommand) => Found;

const onlyScripts = (scripts: readonly string[]): Found => ({ argvs: [], scripts });

/** Builtins that run a script they are given, in the shell that reads them. */
function evaluated(words: readonly MarkedWord[]): Found {
  const script = words.map(scriptText).join(' ');
  // An expansion may turn into any part of a script.
  return { argvs: [], scripts: [script], isSameShell: true, isUnread: words.some(isMarked) };
}

/** `trap "rm -rf $tmp" EXIT` is read with the variable in it: what that holds by then can be told. */
function behindTrap({ words, sources }: LooseCommand): Found {
  const at = words.findIndex((word, index) => index > 0 && isOperand(word));
  const word = words[at];
  if (word === undefined) return onlyScripts([]);
  const found = evaluated([word]);
  const later = isMarked(word) ? laterText(sources?.[at]) : undefined;
  return later === undefined ? found : { ...found, scripts: [later] };
}

/** The words behind any of `options`, each a script. */
function behindOption(words: readonly MarkedWord[], options: RegExp): Found {
  const scripts = words.flatMap((marked, index) => {
    const found = options.exec(scriptText(marked));
    if (found === null || index === 0) return [];
    const attached = found.groups?.['value'] ?? '';
    return [attached === '' ? scriptText(words[index + 1] ?? '') : attached];
  });
  return {
    argvs: [],
    // What is called back is given words of its own.
    scripts: scripts.map((script) => `${script} \${_}`),
    isSameShell: true,
    isUnread: scripts.some((script) => script.includes('${_}')),
  };
}

const builtins: Readonly<Record<string, Special>> = {
  eval: ({ words }) => evaluated(words.slice(1).filter((word, index) => index > 0 || word !== '--')),
  trap: (command) => behindTrap(command),
  mapfile: ({ words }) => behindOption(words, /^-[A-Za-z]*?C(?<value>.*)$/s),
  readarray: ({ words }) => behindOption(words, /^-[A-Za-z]*?C(?<value>.*)$/s),
  compgen: ({ words }) => behindOption(words, /^-[A-Za-z]*?[CFWP](?<value>.*)$/s),
  complete: ({ words }) => behindOption(words, /^-[A-Za-z]*?[CFW](?<value>.*)$/s),
  bind: ({ words }) => behindBind(words),
  jobs: ({ words }) => ({ argvs: words[1] === '-x' ? [words.slice(2)] : [], scripts: [] }),
  set: ({ words }) => withHistory(words),
  shopt: ({ words }) => withHistory(words),
  '.': (command) => behindSource(command),
  source: (command) => behindSource(command),
  // dash knows no options of it: `exec -x` runs `-x`.
  exec: ({ words }) => ({
    argvs: /^-(?!-?$|[acl]+$)/.test(words[1] ?? '') ? [words.slice(1)] : [],
    scripts: [],
  }),
  alias: ({ words }) => behindAlias(words),
  hash: ({ words }) => behindHash(words),
  enable: ({ words }) => ({
    argvs: [],
    scripts: [],
    isUnread: words.some((word) => /^-[A-Za-z]*f/.test(word)),
  }),
  fc: () => ({ argvs: [], scripts: [], isUnread: true }),
  declare: ({ words }) => assigned(words),
  typeset: ({ words }) => assigned(words),
  local: ({ words }) => assigned(words),
  export: ({ words }) => assigned(words),
  readonly: ({ words }) => assigned(words),
  read: ({ words }) => namesTable(words),
  printf: ({ words }) => namesTable(words),
  unset: () => onlyScripts([]),
};

/** `bind -x '"\C-x": rm x'`. */
function behindBind(words: readonly MarkedWord[]): Found {
  if (!words.some((word) => /^-[A-Za-z]*x/.test(word))) return onlyScripts([]);
  return evaluated(words.slice(2).map((word) => word.replace(/^[^:]*:/s, '')));
}

/** `set -H -o history`, then `!!`: bash puts words of earlier lines in before it reads a line. */
function withHistory(words: readonly MarkedWord[]): Found {
  const isUnread = words.some((word) => word === 'histexpand' || /^-[A-Za-z]*H/.test(word));
  return { argvs: [], scripts: [], isUnread };
}

const tables = /^(?:BASH_CMDS|BASH_ALIASES)\b/;

/** `declare BASH_ENV=f`, `export GIT_SSH_COMMAND='rm x'`: an assignment by another name. */
function assigned(words: readonly MarkedWord[]): Found {
  const argv = words.slice(1).filter((word) => /^[A-Za-z_]\w*(?:\[.*\])?\+?=/s.test(word));
  const isUnread = words
    .slice(1)
    .some((word) => tables.test(word) || /=(?:BASH_CMDS|BASH_ALIASES)$/.test(word));
  // Read once more as what stands before a command, where variables that carry code are known.
  return {
    argvs: argv.length === 0 ? [] : [['env', ...argv, ':']],
    scripts: [],
    isSameShell: true,
    isUnread,
  };
}

function namesTable(words: readonly MarkedWord[]): Found {
  return { argvs: [], scripts: [], isUnread: words.slice(1).some((word) => tables.test(word)) };
}

function isOperand(word: MarkedWord): boolean {
  return !word.startsWith('-');
}

const findActions: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir']);
const fdActions: ReadonlySet<string> = new Set(['-x', '-X', '--exec', '--exec-batch']);

/** Every command after one of `actions`, up to `;` or `+`. */
function executedBy(words: readonly MarkedWord[], actions: ReadonlySet<string>): (readonly MarkedWord[])[] {
  const found: (readonly MarkedWord[])[] = [];
  let start = -1;
  for (let at = 1; at <= words.length; at += 1) {
    const word = words[at];
    if (start !== -1 && (word === undefined || word === ';' || word === '+')) {
      if (at > start) found.push(words.slice(start, at));
      start = -1;
    } else if (start === -1 && word !== undefined && (actions.has(word) || isMarked(word))) {
      // A word bash computes may be `-exec` as well.
      start = at + 1;
    }
  }
  return found;
}

/** An editor of lines that runs what stands behind `!` in what it reads. */
function fedWith(command: LooseCommand, runs: RegExp): Found {
  const { texts, isUnread } = inputOf(command);
  return {
    argvs: [],
    scripts: texts.flatMap((text) => [...text.matchAll(runs)].map((found) => found[1] ?? '')),
    isUnread,
  };
}

/** `gdb -ex 'shell rm x'`, `gdb -ex '!rm x'`. */
function behindGdb(words: readonly MarkedWord[]): Found {
  const scripts = words.flatMap((word) => {
    const found =
      /^\s*(?:--?i?(?:ex|eval-command)=)?\s*(?:!|(?:she(?:ll)?|mak(?:e)?)\s|pipe\s|\|)(.*)$/s.exec(
        scriptText(word),
      );
    return found?.[1] === undefined ? [] : [found[1]];
  });
  return onlyScripts(scripts);
}

/** `sed '1e rm x'` runs that; `e` alone, and the flag in `s/x/y/e`, run what the text holds. */
function behindSed({ words, files }: LooseCommand): Found {
  const named = words.slice(1).flatMap((word) => files?.read(word.replace(/^--file=/, ''))?.texts ?? []);
  const isComputed = words.some((word, at) => /^-[A-Za-z]*f$/.test(words[at - 1] ?? '') && isMarked(word));
  const texts = [...words.slice(1), ...named]
    .map((word) => scriptText(word).replace(/^--expression=/, ''))
    .filter((word) => !/^-(?![ne])/.test(word));
  const scripts = texts.flatMap((text) =>
    [...text.matchAll(/(?:^|[\n;{}\d$/!])[ \t]*e[ \t]+([^\n]+)/g)].map(([, code = '']) => code),
  );
  const runsText = /[/|#,@!_:%][gIpimM0-9]*e[gIpimM0-9]*[ \t]*(?=$|[\n;}])|^\d*e$/;
  return { argvs: [], scripts, isUnread: isComputed || texts.some((text) => runsText.test(text)) };
}

/** `setarch x86_64 -R rm x`: the architecture may be left out. */
function fromAnyOperand(words: readonly MarkedWord[]): (readonly MarkedWord[])[] {
  return words.slice(0, 8).flatMap((word, at) => (at === 0 || !isOperand(word) ? [] : [words.slice(at)]));
}

/** `yarn node -e …`: the word itself is the program. */
function fromWord(program: string, words: readonly MarkedWord[]): (readonly MarkedWord[])[] {
  const at = words.indexOf(program, 1);
  return at === -1 ? [] : [words.slice(at)];
}

/** `tmux new -d \\; run-shell 'rm x'`: one command of tmux behind another. */
function behindSemicolon(words: readonly MarkedWord[]): (readonly MarkedWord[])[] {
  const at = words.findIndex((word) => /(?:^|[^\\]);$/.test(word));
  return at === -1 || at === words.length - 1 ? [] : [['tmux', ...words.slice(at + 1)]];
}

/** Each line of a table that is read from the input ends in a command. */
function behindCrontab(command: LooseCommand): Found {
  const isRead = command.words.slice(1).every((word) => word.startsWith('-'));
  if (!isRead || command.words.some((word) => /^-[lre]/.test(word))) return onlyScripts([]);
  const { texts, isUnread } = inputOf(command);
  const scripts = texts.map((text) => text.replace(/^[ \t]*(?:@\w+|(?:[^\s#]+[ \t]+){5})/gm, ''));
  return { argvs: [], scripts, isUnread };
}

/** Words that a program takes apart itself: `-o ProxyCommand=…`, `EXEC:…`. */
function embedded(pattern: RegExp): Special {
  return ({ words }) =>
    onlyScripts(words.slice(1).flatMap((word) => pattern.exec(scriptText(word))?.[1] ?? []));
}

const ofPrograms: Readonly<Record<string, Special>> = {
  find: ({ words }) => ({ argvs: executedBy(words, findActions), scripts: [] }),
  fd: ({ words }) => ({ argvs: executedBy(words, fdActions), scripts: [] }),
  fdfind: ({ words }) => ({ argvs: executedBy(words, fdActions), scripts: [] }),
  git: ({ words }) => behindGit(words),
  tar: ({ words }) => onlyScripts(behindTar(words)),
  bsdtar: ({ words }) => onlyScripts(behindTar(words)),
  make: (command) => behindMake(command),
  gmake: (command) => behindMake(command),
  bmake: (command) => behindMake(command),
  gtar: ({ words }) => onlyScripts(behindTar(words)),
  gsed: (command) => behindSed(command),
  setarch: ({ words }) => ({ argvs: fromAnyOperand(words), scripts: [] }),
  yarn: ({ words }) => ({ argvs: fromWord('node', words), scripts: [] }),
  pnpm: ({ words }) => ({ argvs: fromWord('node', words), scripts: [] }),
  tmux: ({ words }) => ({ argvs: behindSemicolon(words), scripts: [] }),
  crontab: (command) => behindCrontab(command),
  ed: (command) => fedWith(command, /^\s*(?:r\s*|w\s*|e\s*)?!(.*)$/gm),
  ex: (command) => fedWith(command, /^[\s:]*(?:r\s*|w\s*|%|\d*,?\$?)?!(.*)$/gm),
  ...Object.fromEntries(copiers.map((name) => [name, ({ words }: LooseCommand) => behindCopy(words)])),
  gdb: ({ words }) => behindGdb(words),
  sed: (command) => behindSed(command),
  ssh: embedded(/(?:^|-o\s*)(?:Proxy|Local|KnownHosts|Remote)Command[= ](.*)$/is),
  scp: embedded(/(?:^|-o\s*)(?:Proxy|Local|KnownHosts)Command[= ](.*)$/is),
  sftp: embedded(/(?:^|-o\s*)(?:Proxy|Local|KnownHosts)Command[= ](.*)$/is),
  socat: embedded(/^(?:EXEC|SYSTEM|SHELL):"?([^,"]*)/is),
  apt: embedded(/(?:Invoke|Options|Program|Bin)[^=]*=(.*)$/is),
  'apt-get': embedded(/(?:Invoke|Options|Program|Bin)[^=]*=(.*)$/is),
  concurrently: ({ words }) => onlyScripts(words.slice(1).filter(isOperand).map(scriptText)),
  hyperfine: ({ words }) => onlyScripts(words.slice(1).map(scriptText)),
  parallel: ({ words }) => {
    const at = words.findIndex((word) => /^:::/.test(word));
    return onlyScripts(at === -1 ? [] : words.slice(at + 1).map(scriptText));
  },
  at: () => ({ argvs: [], scripts: [], isUnread: true }),
  batch: () => ({ argvs: [], scripts: [], isUnread: true }),
};

const ofRunners: Readonly<Record<string, Special>> = Object.fromEntries(
  [...runners.keys()].map((name) => [name, ({ words }: LooseCommand): Found => behindRunner(name, words)]),
);

const ofOptions: Readonly<Record<string, Special>> = Object.fromEntries(
  programsWithCommandOptions.map((name) => [
    name,
    ({ words }: LooseCommand): Found => onlyScripts(commandsInOptions(name, words)),
  ]),
);

const ofShells: Readonly<Record<string, Special>> = Object.fromEntries(
  programsWithShells.map((name) => [name, (command: LooseCommand): Found => behindOwnShell(name, command)]),
);

export const specials: Readonly<Record<string, Special>> = merge(
  ofRunners,
  ofOptions,
  ofPrograms,
  ofShells,
  builtins,
);

function merge(...tables: readonly Readonly<Record<string, Special>>[]): Record<string, Special> {
  const merged: Record<string, Special> = {};
  for (const table of tables) {
    for (const [name, special] of Object.entries(table)) {
      const before = merged[name];
      merged[name] = before === undefined ? special : (command) => both(before(command), special(command));
    }
  }
  return merged;
}

function both(one: Found, other: Found): Found {
  return {
    argvs: [...one.argvs, ...other.argvs],
    scripts: [...one.scripts, ...other.scripts],
    isSameShell: one.isSameShell === true || other.isSameShell === true,
    passesInput: one.passesInput === true || other.passesInput === true,
    isUnread: one.isUnread === true || other.isUnread === true,
  };
}
