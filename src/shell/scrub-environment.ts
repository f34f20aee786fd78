// Takes out of an environment what would change the meaning of a plain word before the script's first character is
// read: start-up files, options, imported functions, preloaded libraries, another alphabet. Names and reasons are data.

interface ScrubbedName {
  /** A whole name, or a prefix when it ends in `*`. */
  readonly name: string;
  readonly because: string;
}

const scrubbedNames: readonly ScrubbedName[] = [
  { name: 'BASH_ENV', because: 'bash sources this file before every script' },
  { name: 'ENV', because: 'sh sources this file' },
  { name: 'ZDOTDIR', because: 'zsh sources .zshenv from this directory before every script' },
  { name: 'BASHOPTS', because: 'switches shell options on, such as expand_aliases and extglob' },
  { name: 'SHELLOPTS', because: 'switches shell options on, such as noglob and xtrace' },
  { name: 'BASH_COMPAT', because: 'makes bash read scripts as an older version would' },
  { name: 'POSIXLY_CORRECT', because: 'puts bash into posix mode, where aliases are expanded' },
  { name: 'PS4', because: 'is expanded, command substitutions included, for every traced command' },
  { name: 'BASH_XTRACEFD', because: 'sends the trace to any open descriptor' },
  { name: 'PROMPT_COMMAND', because: 'is run before a prompt' },
  { name: 'SSH_CLIENT', because: 'makes bash source ~/.bashrc before a script' },
  { name: 'SSH2_CLIENT', because: 'makes bash source ~/.bashrc before a script' },
  { name: 'CDPATH', because: 'sends `cd src` to another directory' },
  { name: 'cdpath', because: 'sends `cd src` to another directory in zsh' },
  { name: 'GLOBIGNORE', because: 'changes what a pattern matches' },
  { name: 'EXECIGNORE', because: 'hides programs from the search on PATH' },
  { name: 'IFS', because: 'changes where words are split in some shells' },
  { name: 'FPATH', because: 'holds functions that ksh and zsh load on first use' },
  { name: 'BASH_LOADABLES_PATH', because: 'holds builtins that can be loaded from files' },
  { name: 'MODULE_PATH', because: 'holds modules that zsh can load' },
  { name: 'NULLCMD', because: 'is what zsh runs for a lone redirection' },
  { name: 'READNULLCMD', because: 'is what zsh runs for a lone input redirection' },
  { name: 'BASH_FUNC_*', because: 'defines a function that runs in place of a program' },
  { name: '__BASH_FUNC*', because: 'defines a function that runs in place of a program' },
  { name: 'LD_*', because: 'loads code into every program' },
  { name: 'DYLD_*', because: 'loads code into every program on macOS' },
  { name: 'GCONV_PATH', because: 'loads character set converters from files' },
  { name: 'LOCPATH', because: 'loads a locale from files, which says what a blank is' },
  { name: 'RIPGREP_CONFIG_PATH', because: 'gives every rg options such as --pre, which runs a program' },
  { name: 'GLIBC_TUNABLES', because: 'changes how every program is loaded' },
];

const wholeNames = new Set(scrubbedNames.map(({ name }) => name).filter((name) => !name.endsWith('*')));
const prefixes = scrubbedNames.flatMap(({ name }) => (name.endsWith('*') ? [name.slice(0, -1)] : []));
const localeNames = new Set(['LC_ALL', 'LC_CTYPE', 'LANG', 'LANGUAGE']);

/**
 * The environment without those names, and the names that were taken out, sorted. Also leaves out values that are
 * function definitions, and locales whose characters may end in a byte such as `\` or `|` (Big5, GBK, Shift-JIS).
 * Never touches another value.
 */
export function scrubShellEnvironment(env: ReadonlyMap<string, string>): {
  env: Map<string, string>;
  removed: string[];
} {
  const kept = new Map<string, string>();
  const removed: string[] = [];
  for (const [name, value] of env) {
    if (changesMeaning(name, value)) removed.push(name);
    else kept.set(name, value);
  }
  return { env: kept, removed: removed.sort() };
}

/** Whether a variable of this name or value changes how a shell or a loader reads what follows. */
export function changesMeaning(name: string, value: string): boolean {
  if (wholeNames.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) return true;
  if (localeNames.has(name)) return !hasSafeAlphabet(value);
  // Before 2014 bash imported a function from any variable of this shape; some systems still ship such a bash.
  return value.startsWith('() {');
}

function hasSafeAlphabet(locale: string): boolean {
  const [language = '', alphabet] = locale.split('@')[0]?.split('.') ?? [];
  if (alphabet !== undefined) return /^(?:utf-?8|iso-?8859-?\d+|us-ascii|ansi_x3\.4-1968)$/i.test(alphabet);
  return !/^(?:zh|ja|ko)/i.test(language);
}
