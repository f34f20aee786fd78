// What each command is for, in a word, for people. Nothing is ever decided by it: it reads options the way a friendly
// person would, not the way an attacker writes them.
import type { CommandSummary, ParsedCommand, PlainCommand, PlainRedirect } from '../domain/index.ts';
import { quoteArgv } from './quote-argv.ts';

/**
 * One summary a command, neighbours that say the same merged, and commands left out that only move (`cd`) or trim what
 * another printed (`| head`). One `unknown` for everything once one command is unknown: half a story misleads.
 */
export function summarizeCommand(parsed: ParsedCommand): CommandSummary[] {
  if (parsed.kind === 'opaque') return [{ kind: 'unknown', command: parsed.argv.at(-1) ?? '' }];
  const summaries: CommandSummary[] = [];
  for (const command of parsed.commands) {
    const summary = summarize(command);
    if (summary === 'nothing to tell') continue;
    if (summary.kind === 'unknown') return [unknownAll(parsed.commands)];
    const last = summaries.at(-1);
    if (last === undefined || JSON.stringify(last) !== JSON.stringify(summary)) summaries.push(summary);
  }
  return summaries.length === 0 ? [unknownAll(parsed.commands)] : summaries;
}

function unknownAll(commands: readonly PlainCommand[]): CommandSummary {
  return { kind: 'unknown', command: commands.map(({ argv }) => quoteArgv(argv)).join(' … ') };
}

type Told = CommandSummary | 'nothing to tell';

function summarize(command: PlainCommand): Told {
  const [program, ...args] = command.argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const shown = quoteArgv(command.argv);
  if (command.redirects?.some(isWritten) === true) return { kind: 'unknown', command: shown };
  const teller = Object.hasOwn(tellers, name) ? tellers[name] : undefined;
  return (
    teller?.(args, { shown, locate: (path) => locate(command, path) }) ?? { kind: 'unknown', command: shown }
  );
}

function isWritten({ action, target }: PlainRedirect): boolean {
  return (action === 'write' || action === 'append') && target !== '/dev/null';
}

interface Telling {
  readonly shown: string;
  /** The path as seen from where the script starts. */
  readonly locate: (path: string) => string;
}

function locate({ directory }: PlainCommand, path: string): string {
  if (directory.kind !== 'changed' || path.startsWith('/')) return path;
  return `${directory.path.replace(/\/+$/, '')}/${path}`;
}

type Teller = (args: readonly string[], telling: Telling) => Told | undefined;

const silent: Teller = () => 'nothing to tell';

const tellers: Readonly<Record<string, Teller>> = {
  cd: silent,
  true: silent,
  ':': silent,
  wc: trims,
  sort: trims,
  uniq: trims,
  cut: trims,
  tr: silent,
  column: trims,
  nl: reads(''),
  cat: reads(''),
  bat: reads(''),
  less: reads(''),
  more: reads(''),
  head: reads('nc'),
  tail: reads('nc'),
  sed: (args, telling) => (args[0] === '-n' ? reads('')(args.slice(2), telling) : undefined),
  ls: lists,
  tree: lists,
  eza: lists,
  find: (args, telling) =>
    args.some((word) => /^-(?:exec|ok|delete|f)/.test(word))
      ? undefined
      : listed(
          telling,
          args.find((word) => !/^[-(!]/.test(word)),
        ),
  fd: (args, telling) => searched(telling, operands(args, 'tedE')),
  rg: (args, telling) =>
    args.includes('--files')
      ? listed(telling, operands(args, 'gtT')[0])
      : searched(telling, patternFirst(args, 'gtTABCmMEjd')),
  grep: (args, telling) => searched(telling, patternFirst(args, 'ABCm')),
  egrep: (args, telling) => searched(telling, patternFirst(args, 'ABCm')),
  fgrep: (args, telling) => searched(telling, patternFirst(args, 'ABCm')),
  git: (args, telling) => {
    if (args[0] === 'grep') return searched(telling, patternFirst(args.slice(1), 'ABC'));
    return args[0] === 'ls-files' ? listed(telling, operands(args.slice(1), '')[0]) : undefined;
  },
};

function trims(args: readonly string[], telling: Telling): Told {
  const [path] = operands(args, 'kntdfw');
  return path === undefined
    ? 'nothing to tell'
    : { kind: 'read', command: telling.shown, path: telling.locate(path) };
}

function reads(valued: string): Teller {
  return (args, telling) => {
    const [path] = operands(args, valued);
    return path === undefined
      ? 'nothing to tell'
      : { kind: 'read', command: telling.shown, path: telling.locate(path) };
  };
}

function lists(args: readonly string[], telling: Telling): Told {
  return listed(telling, operands(args, 'LI')[0]);
}

function listed({ shown, locate: from }: Telling, path: string | undefined): Told {
  return { kind: 'list-files', command: shown, path: path === undefined ? undefined : from(path) };
}

function searched({ shown, locate: from }: Telling, [query, path]: readonly (string | undefined)[]): Told {
  return { kind: 'search', command: shown, query, path: path === undefined ? undefined : from(path) };
}

/** `-e PATTERN` is the pattern wherever it stands. */
function patternFirst(args: readonly string[], valued: string): readonly (string | undefined)[] {
  const at = args.indexOf('-e');
  if (at === -1) return operands(args, valued);
  return [args[at + 1], ...operands(args.toSpliced(at, 2), valued)];
}

/** Words that are no option and no value of one of the `valued` short options. */
function operands(args: readonly string[], valued: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return [...found, ...args.slice(at + 1)];
    if (!word.startsWith('-') || word === '-') found.push(word);
    else if (/^-[A-Za-z]$/.test(word) && valued.includes(word.charAt(1))) at += 1;
  }
  return found;
}
