// Whether a command is a builtin that the split cannot vouch for: one that changes what later words mean, runs its
// arguments, or expands them a second time. `cd` is judged where directories are followed.
import type { Argv, OpaqueReason } from '../domain/index.ts';
import type { Dialect } from './dialect.ts';

export function judgeBuiltin(argv: Argv, dialect: Dialect): OpaqueReason | undefined {
  const program = argv[0];
  if (program === 'set' && onlyMinds(argv.slice(1), dialect)) return undefined;
  if (dialect.stateful.has(program)) return 'stateful-builtin';
  const guard = guards.get(program);
  return guard === undefined || guard(argv.slice(1), dialect) ? undefined : 'stateful-builtin';
}

const errorLetters = /^[-+][eux]*o?$/;
const errorNames: ReadonlySet<string> = new Set(['errexit', 'nounset', 'pipefail', 'xtrace']);

/** `set -euo pipefail`: what fails may end the script, and nothing in it means something else. */
function onlyMinds(args: readonly string[], { name }: Dialect): boolean {
  if (name === 'zsh' || args.length === 0) return false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!errorLetters.test(word) || word.length < 2) return false;
    if (!word.endsWith('o')) continue;
    at += 1;
    if (!errorNames.has(args[at] ?? '')) return false;
  }
  return true;
}

type Guard = (args: readonly string[], dialect: Dialect) => boolean;

const guards: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  // `-v` and `-R` take a variable, and the subscript in `'x[$(id)]'` is expanded; ksh as sh does so for `-eq` too.
  ['test', holdsNoVariable],
  ['[', holdsNoVariable],
  // `-v` assigns, and so does the conversion `%n`: `printf %n PATH` sets PATH to 0.
  ['printf', printsOnly],
  // `command -v x` only tells; `command cd x` is still `cd`.
  ['command', runsWhatItNames],
]);

function holdsNoVariable(args: readonly string[], dialect: Dialect): boolean {
  if (args.includes('-v') || args.includes('-R')) return false;
  return dialect.name === 'bash' || !args.some((word) => /[$`]/.test(word));
}

const assigningConversion = /%[^A-Za-z%]*[hjlLqtz]*n/;

function printsOnly(args: readonly string[], dialect: Dialect): boolean {
  if (args[0]?.startsWith('-v') === true) return false;
  if (args.some((word) => assigningConversion.test(word))) return false;
  return dialect.name === 'bash' || !args.some((word) => /[$`]/.test(word));
}

function runsWhatItNames(args: readonly string[], dialect: Dialect): boolean {
  const [first, ...rest] = args;
  if (first === '-v' || first === '-V') return true;
  if (first === undefined || first.startsWith('-') || first === 'cd') return false;
  return judgeBuiltin([first, ...rest], dialect) === undefined;
}
