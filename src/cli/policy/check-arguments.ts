// The command line of `policy check`. Scripts were written against it, so it reads its arguments the way they expect:
// options first, and everything from the first other word on is the command, whatever it looks like.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';

export interface CheckArguments {
  readonly rules: readonly string[];
  readonly pretty: boolean;
  readonly resolveHostExecutables: boolean;
  readonly exitByDecision: boolean;
  readonly command: Argv;
}

const switches = ['--pretty', '--resolve-host-executables', '--exit-by-decision'] as const;
type Switch = (typeof switches)[number];

export function readCheckArguments(args: readonly string[]): CheckArguments {
  const rules: string[] = [];
  const on = new Set<Switch>();
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
    } else break;
  }
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
    rules,
    pretty: on.has('--pretty'),
    resolveHostExecutables: on.has('--resolve-host-executables'),
    exitByDecision: on.has('--exit-by-decision'),
    command,
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
