// The smallest rules that would have allowed what was asked about again and again, and what else each would allow.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { whyNotOpenEnded } from '../save/open-ended.ts';
import { hasSubcommands, usualPrefix } from '../store/usual-prefix.ts';

export interface SeenCommand {
  readonly argv: Argv;
  readonly times: number;
}

export interface Suggestion {
  readonly pattern: Argv;
  /** Nothing may follow: only one command was seen, or more would be too broad. */
  readonly exact: boolean;
  /** The commands it would have allowed, most frequent first. */
  readonly covers: readonly SeenCommand[];
}

/** Groups by the longest words they share; a group that would allow nearly anything becomes its commands one by one. */
export function suggestRules(seen: readonly Argv[]): readonly Suggestion[] {
  const counted = count(seen);
  const groups = new Map<string, SeenCommand[]>();
  for (const command of counted) {
    const key = JSON.stringify(command.argv.slice(0, 2));
    groups.set(key, [...(groups.get(key) ?? []), command]);
  }
  const suggestions = [...groups.values()].flatMap(suggestFor);
  return suggestions.toSorted((a, b) => total(b) - total(a));
}

function suggestFor(group: readonly SeenCommand[]): readonly Suggestion[] {
  const [only, ...others] = group;
  if (only === undefined) return [];
  const shared = sharedWords(group.map(({ argv }) => argv));
  const isNarrow =
    shared.length >= 2 &&
    isNonEmpty(shared) &&
    whyNotOpenEnded(shared) === undefined &&
    // What deletes or publishes is suggested whole, as an answer to a question would save it.
    (!hasSubcommands(shared) || usualPrefix(shared) !== undefined);
  // An option is no place to end: what it takes may be anything.
  if (others.length > 0 && isNarrow && !(shared.at(-1) ?? '').startsWith('-')) {
    return [{ pattern: shared, exact: false, covers: group }];
  }
  return group.map((command) => ({ pattern: command.argv, exact: true, covers: [command] }));
}

function sharedWords(commands: readonly Argv[]): readonly string[] {
  const [first, ...others] = commands;
  if (first === undefined) return [];
  const end = first.findIndex((word, at) => others.some((argv) => argv[at] !== word));
  return end === -1 ? first : first.slice(0, end);
}

function count(seen: readonly Argv[]): readonly SeenCommand[] {
  const counted = new Map<string, SeenCommand>();
  for (const argv of seen) {
    const key = JSON.stringify(argv);
    counted.set(key, { argv, times: (counted.get(key)?.times ?? 0) + 1 });
  }
  return [...counted.values()].toSorted((a, b) => b.times - a.times);
}

function total({ covers }: Suggestion): number {
  return covers.reduce((sum, { times }) => sum + times, 0);
}
