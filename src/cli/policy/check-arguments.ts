// The command line of `policy check`. Scripts were written against it, so it reads its arguments the way they expect:
// options first, and everything from the first other word on is the command, whatever it looks like.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';

export interface CheckArguments {
  readonly kind: 'command';
  readonly rules: readonly string[];
  readonly pretty: boolean;
  readonly resolveHostExecutables: boolean;
  readonly exitByDecision: boolean;
  readonly command: Argv;
}

/** `--network HOST:PORT`: a connection instead of a command. */
export interface ConnectionArguments {
  readonly kind: 'connection';
  readonly rules: readonly string[];
  readonly pretty: boolean;
  readonly exitByDecision: boolean;
  /** As it was written. */
  readonly endpoint: string;
}

const switches = ['--pretty', '--resolve-host-executables', '--exit-by-decision'] as const;
type Switch = (typeof switches)[number];

export function readCheckArguments(args: readonly string[]): CheckArguments | ConnectionArguments {
  const rules: string[] = [];
  const on = new Set<Switch>();
  let endpoint: string | undefined;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const known = switches.find((each) => each === word);
    if (known !== undefined) {
      if (on.has(known)) throw new UsageError(`${known} cannot be given twice`);
      on.add(known);
      continue;
    }
    const withValue = switches.find((each) => word.startsWith(`${each}=`));
    if (withValue !== undefined) throw new UsageError(`${withValue} takes no value`);
    const value = attachedFile(word);
    if (value !== undefined) {
      rules.push(value);
    } else if (word === '--rules' || word === '-r') {
      const next = args[at + 1];
      if (next === undefined || (next.startsWith('-') && next !== '-'))
        throw new UsageError(`${word} needs a file`);
      rules.push(next);
      at += 1;
    } else if (word === '--network' || word.startsWith('--network=')) {
      if (endpoint !== undefined) throw new UsageError('--network cannot be given twice');
      if (word === '--network') at += 1;
      endpoint = word === '--network' ? (args[at] ?? '') : word.slice('--network='.length);
      if (endpoint === '') throw new UsageError('--network needs HOST:PORT');
    } else break;
  }
  if (endpoint !== undefined) return aboutConnection(endpoint, args.slice(at), rules, on);
  // A leading `--` is ours; a second one belongs to the command.
  if (args[at] === '--') at += 1;
  const command = args.slice(at);
  const missing = [rules.length === 0 ? '--rules FILE' : '', command.length === 0 ? 'COMMAND' : ''].filter(
    (each) => each !== '',
  );
  if (missing.length > 0 || !isNonEmpty(command)) {
    throw new UsageError(`missing ${missing.join(' and ')}`);
  }
  return {
    kind: 'command',
    rules,
    pretty: on.has('--pretty'),
    resolveHostExecutables: on.has('--resolve-host-executables'),
    exitByDecision: on.has('--exit-by-decision'),
    command,
  };
}

function aboutConnection(
  endpoint: string,
  further: readonly string[],
  rules: readonly string[],
  on: ReadonlySet<Switch>,
): ConnectionArguments {
  if (further.length > 0) throw new UsageError('--network takes no command');
  if (on.has('--resolve-host-executables'))
    throw new UsageError('--network takes no --resolve-host-executables');
  if (rules.length === 0) throw new UsageError('missing --rules FILE');
  return {
    kind: 'connection',
    rules,
    pretty: on.has('--pretty'),
    exitByDecision: on.has('--exit-by-decision'),
    endpoint,
  };
}

/** `--rules=FILE`, `-rFILE`, `-r=FILE`. */
function attachedFile(word: string): string | undefined {
  if (word.startsWith('--rules=')) return nonEmpty(word.slice('--rules='.length), '--rules');
  if (!word.startsWith('-r') || word.length === 2) return undefined;
  return nonEmpty(word.slice(word[2] === '=' ? 3 : 2), '-r');
}

function nonEmpty(file: string, option: string): string {
  if (file === '') throw new UsageError(`${option} needs a file`);
  return file;
}
