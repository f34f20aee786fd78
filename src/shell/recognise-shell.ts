// Tells a shell with a script from any other program, by its argv alone.
import type { Argv } from '../domain/index.ts';
import { type Dialect, type DialectName, dialects } from './dialect.ts';

export type ShellUse =
  /** Not a shell, or a shell that runs a file or reads its input: an ordinary program with arguments. */
  | { readonly kind: 'program' }
  | {
      readonly kind: 'script';
      readonly dialect: Dialect;
      readonly shell: string;
      readonly login: boolean;
      readonly script: string;
      /** `$0` and on. */
      readonly positionals: readonly string[];
    }
  | {
      readonly kind: 'unsupported';
      readonly reason: 'unsupported-shell' | 'unsupported-shell-option';
      /** The script as far as it can be told, for deny decisions. */
      readonly script: string | undefined;
      readonly positionals: readonly string[];
    };

const splitShells: ReadonlySet<string> = new Set<DialectName>(['bash', 'sh', 'zsh']);
const otherShells =
  /^(?:ash|csh|dash|elvish|fish|hush|ion|ksh(?:\d+)?|mksh|nu|osh|posh|rbash|rc|tcsh|xonsh|yash)$/;
const windowsShells = /^(?:cmd|powershell|pwsh)(?:\.exe)?$/i;
/** Where a shell is a shell. One anywhere else may be anybody's program under that name. */
const shellDirectories: ReadonlySet<string> = new Set([
  '/bin',
  '/usr/bin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/run/current-system/sw/bin',
]);

export function recogniseShell(argv: Argv): ShellUse {
  const [program, ...args] = argv;
  const name = baseName(program);
  if (windowsShells.test(name)) return windowsShell(args);
  if (!hasShellName(name)) return { kind: 'program' };

  const options = readOptions(args);
  if (options.kind === 'no-script') return { kind: 'program' };
  const { script, positionals } = options;
  if (!splitShells.has(name) || !isShellPath(program)) {
    return { kind: 'unsupported', reason: 'unsupported-shell', script, positionals };
  }
  if (options.kind === 'unreadable') {
    return { kind: 'unsupported', reason: 'unsupported-shell-option', script, positionals };
  }
  const dialect = dialects[name as DialectName];
  return {
    kind: 'script',
    dialect,
    shell: program,
    login: options.login,
    script: options.script,
    positionals,
  };
}

/** Whether a program of this name reads a script from its input when it is given none. */
export function isShell(program: string): boolean {
  return hasShellName(baseName(program)) || windowsShells.test(baseName(program));
}

function hasShellName(name: string): boolean {
  const stem = name.replace(/\.exe$/i, '');
  return splitShells.has(stem) || otherShells.test(stem) || /^(?:bash|zsh)-?\d/.test(stem);
}

/** Where a shell that was given no `-c` takes its script from. */
export type ScriptFile =
  | { readonly kind: 'nothing' }
  /** `at` is its place among the words behind the shell's name. */
  | { readonly kind: 'file'; readonly at: number; readonly alsoReads: boolean }
  | { readonly kind: 'input'; readonly alsoReads: boolean };

/** Names of what a process reads by default. */
export const standardInput: RegExp = /^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/(?:self|\$\$)\/fd\/0)$/;

/** `args` are the words behind the name of a shell that `recogniseShell` calls a program. */
export function scriptFileOf(args: readonly string[]): ScriptFile {
  let alsoReads = false;
  let readsInput = false;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') {
      at += 1;
      break;
    }
    if (!/^[-+]/.test(word)) break;
    if (/^--?(?:version|help)$/.test(word)) return { kind: 'nothing' };
    if (/^--?(?:rcfile|init-file)/.test(word)) alsoReads = true;
    if (/^[-+][A-Za-z]*[si]/.test(word) && !word.startsWith('--')) readsInput = true;
    at += valuesOf(word);
  }
  const file = args[at];
  if (file === undefined || readsInput || standardInput.test(file)) return { kind: 'input', alsoReads };
  return { kind: 'file', at, alsoReads };
}

/** Bash takes its long options with one dash as well. */
const longNames =
  /^--?(?:debugger|dump-(?:po-)?strings|login|noediting|noprofile|norc|posix|pretty-print|protected|restricted|verbose|wordexp)$/;

/** How many of the next words an option takes: each `o` of a cluster takes one. */
function valuesOf(word: string): number {
  if (longNames.test(word)) return 0;
  if (/^--?(?:rcfile|init-file|init-command|profile)$/.test(word)) return 1;
  return word.startsWith('--') ? 0 : (word.match(/[oO]/g)?.length ?? 0);
}

/** A caller's own word for a shell, as in `{ kind: 'script', shell }`. */
export function dialectOf(shell: string): Dialect | undefined {
  const name = baseName(shell);
  return splitShells.has(name) && isShellPath(shell) ? dialects[name as DialectName] : undefined;
}

function isShellPath(program: string): boolean {
  const slash = program.lastIndexOf('/');
  return slash === -1 || shellDirectories.has(program.slice(0, slash));
}

type Options =
  | { readonly kind: 'no-script'; readonly script: undefined; readonly positionals: readonly string[] }
  | {
      readonly kind: 'unreadable';
      readonly script: string | undefined;
      readonly positionals: readonly string[];
    }
  | {
      readonly kind: 'read';
      readonly login: boolean;
      readonly script: string;
      readonly positionals: readonly string[];
    };

/**
 * The options that change nothing a split depends on: `-l`, `-c`, `-e` and `-u` in any cluster, `--login`, and
 * `-o` with `errexit`, `nounset` or `pipefail`, alone or behind such a cluster. Every other option before a script makes it unreadable.
 */
function readOptions(args: readonly string[]): Options {
  let known = true;
  let login = false;
  let command = false;
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--' || word === '-') {
      known &&= word === '--';
      index += 1;
      break;
    }
    if (word === '--login') login = true;
    else if (/^-[lceu]*o$/.test(word) && /^(?:errexit|nounset|pipefail)$/.test(args[index + 1] ?? '')) {
      login ||= word.includes('l');
      command ||= word.includes('c');
      index += 1;
    } else if (/^-[lceu]+$/.test(word)) {
      login ||= word.includes('l');
      command ||= word.includes('c');
    } else if (word.startsWith('-') || word.startsWith('+')) {
      known = false;
      const attached = /^--commands?=(.*)$/s.exec(word)?.[1];
      if (attached !== undefined)
        return { kind: 'unreadable', script: attached, positionals: args.slice(index + 1) };
      // Bash takes `+c` for `-c`, and the value of an `o` anywhere in a cluster from the words behind it.
      const isLong = longNames.test(word) || word === '-rcfile';
      command ||= /^[-+][A-Za-z]*c|^--commands?$/.test(word) && !isLong;
      index += valuesOf(word);
    } else break;
  }
  const [script, ...positionals] = args.slice(index);
  if (!command) {
    // `bash build.sh`, `bash --version`, `bash`: a program and its arguments.
    return { kind: 'no-script', script: undefined, positionals: [] };
  }
  if (!known || script === undefined) return { kind: 'unreadable', script, positionals };
  return { kind: 'read', login, script, positionals };
}

/** PowerShell and cmd are never split; what follows their command flag is the script. */
function windowsShell(args: readonly string[]): ShellUse {
  const flag = args.findIndex((word) => /^(?:[-/]c|[-/]k|[-/]command:?)$/i.test(word));
  const script = flag === -1 ? undefined : args.slice(flag + 1).join(' ');
  return { kind: 'unsupported', reason: 'unsupported-shell', script, positionals: [] };
}

function baseName(program: string): string {
  return program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
}
