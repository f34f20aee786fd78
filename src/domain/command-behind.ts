// The one command of a script that an offered prefix is about.
import type { ParsedCommand } from './parsed-command.ts';
import type { Argv } from './primitives.ts';

/** Undefined where there is none, or more than one. */
export function commandBehind(prefix: Argv, parsed: ParsedCommand): Argv | undefined {
  if (parsed.kind !== 'plain') return undefined;
  const covered = parsed.commands.filter(({ argv }) => prefix.every((word, index) => argv[index] === word));
  // With several commands behind it a longer prefix would leave one of them out.
  return covered.length === 1 ? covered[0]?.argv : undefined;
}
