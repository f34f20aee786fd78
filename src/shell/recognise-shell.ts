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
  const stem = name.replace(/\.exe$/i, '');
  if (!splitShells.has(stem) && !otherShells.test(stem) && !/^(?:bash|zsh)-?\d/.test(stem)) {
    return { kind: 'program' };
  }

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
      command ||= /^-[A-Za-z]*c/.test(word);
      if (/^[-+][A-Za-z]*[oO]$|^--(?:rcfile|init-file)$/.test(word)) index += 1;
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
