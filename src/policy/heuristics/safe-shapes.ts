// Safe programs whose arguments are a language of their own, each with the part of it that only reads.

export interface SafeShape {
  readonly because: string;
  /** What to say when the arguments are anything else. */
  readonly otherwise: string;
  accepts(args: readonly string[]): boolean;
}

export const safeShapes: ReadonlyMap<string, SafeShape> = new Map<string, SafeShape>([
  [
    'cd',
    {
      because: 'it changes the directory for the commands behind it',
      otherwise: '`cd` is safe only with one directory',
      accepts: (args) => args.length === 1 && !/^[-+]/.test(args[0] ?? '-'),
    },
  ],
  ['echo', { because: 'it prints its arguments', otherwise: '', accepts: () => true }],
  [
    'exit',
    {
      because: 'it ends the script',
      otherwise: '`exit` is safe only with a number',
      accepts: (args) => args.length === 0 || (args.length === 1 && /^\d{1,3}$/.test(args[0] ?? '')),
    },
  ],
  [
    'set',
    {
      because: 'it says what becomes of the script when a command fails',
      otherwise: '`set` is safe only as `set -e`, `-u`, `-x` and `-o pipefail`',
      accepts: (args) =>
        args.length > 0 &&
        args.every((word) => /^(?:[-+][eux]*o?|errexit|nounset|pipefail|xtrace)$/.test(word)),
    },
  ],
  [
    'sleep',
    {
      because: 'it waits',
      otherwise: '`sleep` is safe only with lengths of time',
      accepts: (args) => args.length > 0 && args.every((word) => /^\d+(?:\.\d+)?[smh]?$/.test(word)),
    },
  ],
  [':', { because: 'it does nothing', otherwise: '', accepts: () => true }],
  [
    'printf',
    {
      because: 'it prints its arguments',
      otherwise: '`printf` is safe only when it cannot assign a variable',
      accepts: (args) =>
        args[0]?.startsWith('-') !== true && !args.some((word) => /%[^A-Za-z%]*[hjlLqtz]*n/.test(word)),
    },
  ],
  ['test', conditions()],
  ['[', conditions()],
  [
    'command',
    {
      because: 'it prints where a program is',
      otherwise: '`command` runs the program it names',
      accepts: (args) => (args[0] === '-v' || args[0] === '-V') && args.length > 1,
    },
  ],
  ...['awk', 'gawk', 'mawk', 'nawk'].map((name) => [name, printsFields()] as const),
  [
    'sed',
    {
      because: 'it prints lines of files',
      otherwise: '`sed` is safe only as `sed -n` with line numbers and `p`, such as `sed -n 1,5p file`',
      accepts: printsLines,
    },
  ],
  [
    'find',
    {
      because: 'it lists files',
      otherwise: '`find` is safe only with tests and prints that are listed, none of which run or write',
      accepts: onlyFinds,
    },
  ],
]);

function conditions(): SafeShape {
  return {
    because: 'it checks a condition',
    otherwise: '`test` is safe only without a variable to look at',
    accepts: (args) => !args.some((word) => word === '-v' || word === '-R' || /[$`]/.test(word)),
  };
}

/** No pipe, no file, no program, no code from elsewhere: what is left of awk prints. */
function printsFields(): SafeShape {
  return {
    because: 'it prints parts of lines',
    otherwise: '`awk` is safe only with a program that neither writes, starts nor loads anything',
    accepts: (args) => {
      let at = 0;
      while (/^-[Fv]/.test(args[at] ?? '')) at += (args[at] ?? '').length === 2 ? 2 : 1;
      const program = args[at];
      if (program === undefined || program.startsWith('-')) return false;
      // gawk opens a connection for a name of a certain form.
      const isPlain = !/[|>@`\0]|\b(?:system|getline|close|fflush|extension)\b|inet/.test(program);
      return isPlain && args.slice(at + 1).every((file) => !/^-|inet/.test(file));
    },
  };
}

const lineNumbers = /^(?:\d+|\$)(?:,(?:\d+|\$))?p(?:;(?:\d+|\$)(?:,(?:\d+|\$))?p)*$/;

/** `sed -n 1p '-ew F'` writes F: behind the line numbers nothing may look like an option. */
function printsLines(args: readonly string[]): boolean {
  const [quiet, script, ...files] = args;
  if (quiet !== '-n' || script === undefined || !lineNumbers.test(script)) return false;
  return files.every((file) => !file.startsWith('-'));
}

const findFlags: ReadonlySet<string> = new Set(
  `-a -and -o -or -not ! ( ) , -true -false -print -print0 -ls -prune -quit -depth -d -xdev -mount -daystart -follow -empty
  -readable -writable -executable -nouser -nogroup -H -L -P -E -s -x -X -O0 -O1 -O2 -O3 -noleaf -nowarn -warn
  -ignore_readdir_race -noignore_readdir_race`.split(/\s+/),
);
const findValued: ReadonlySet<string> = new Set(
  `-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -lname -ilname -type -xtype -maxdepth
  -mindepth -size -newer -anewer -cnewer -mtime -mmin -atime -amin -ctime -cmin -used -user -group -uid -gid -perm -links
  -inum -samefile -fstype -printf -newermt -newerat -newerct -newerBt -newermm`.split(/\s+/),
);

function onlyFinds(args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (findFlags.has(word)) continue;
    if (findValued.has(word)) {
      at += 1;
      if (at >= args.length) return false;
    } else if (/^[-!(),]/.test(word)) {
      return false;
    }
  }
  return true;
}
