// Options of ours, then a command of theirs: options end at `--` or at the first word that is none.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { UsageError } from '../edge.ts';

export interface CommandArguments {
  readonly json: boolean;
  /** Values of the options that take one, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<string>;
  readonly command: Argv;
}

export interface Allowed {
  readonly withValue: readonly string[];
  /** Options without one. Default none. */
  readonly flags?: readonly string[];
  /** What the command is called in the usage line. */
  readonly command: string;
  /** An option that takes the place of the command. */
  readonly insteadOfCommand?: string;
}

export function readCommandArguments(args: readonly string[], allowed: Allowed): CommandArguments {
  const values = new Map<string, readonly string[]>();
  const flags = new Set<string>();
  let json = false;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') break;
    const [name = '', attached] = word.split(/=(.*)/s);
    if (word === '--json') json = true;
    else if (allowed.flags?.includes(word) === true) flags.add(word);
    else if (allowed.withValue.includes(name)) {
      const value = attached ?? args[(at += 1)];
      if (value === undefined || value === '') throw new UsageError(`${name} needs a value`);
      values.set(name, [...(values.get(name) ?? []), value]);
    } else throw new UsageError(`unknown option ${JSON.stringify(word)}`);
  }
  if (args[at] === '--') at += 1;
  const command = args.slice(at);
  const instead = allowed.insteadOfCommand;
  if (instead !== undefined && values.has(instead)) {
    if (command.length > 0) throw new UsageError(`${instead} leaves no room for ${allowed.command}`);
    return { json, values, flags, command: [''] };
  }
  if (!isNonEmpty(command)) throw new UsageError(`missing ${allowed.command}`);
  return { json, values, flags, command };
}
