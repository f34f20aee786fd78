// `cd DIR && CMD` is what models write most. A leading literal `cd` moves what follows it; anywhere else it would
// depend on which commands succeeded, and the script is opaque.
import type { LiteralCommand, NonEmpty, PlainCommand, ScriptDirectory } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import { type Obstacle, obstacle } from './obstacle.ts';
import type { SplitCommand } from './split-script.ts';

/** `startedBy` tells what the command at an index would start itself. */
export function followDirectory(
  commands: readonly SplitCommand[],
  startedBy: (index: number) => readonly LiteralCommand[],
): { readonly kind: 'followed'; readonly commands: NonEmpty<PlainCommand> } | Obstacle {
  const followed: PlainCommand[] = [];
  let directory: ScriptDirectory = { kind: 'start' };
  for (const [index, command] of commands.entries()) {
    followed.push(plainCommand(command, directory, startedBy(index)));
    if (command.argv[0] === 'cd') {
      const target = literalTarget(command);
      if (index > 0 || target === undefined) return obstacle('stateful-builtin', command.start, command.end);
      directory = command.joiner === '&&' ? { kind: 'changed', path: target } : { kind: 'uncertain' };
    } else if (directory.kind === 'changed' && command.joiner !== '&&' && command.joiner !== '|') {
      // After `;`, `||` or a newline the `cd` may have failed and the rest runs anyway.
      directory = { kind: 'uncertain' };
    }
  }
  return isNonEmpty(followed) ? { kind: 'followed', commands: followed } : obstacle('empty', 0, 0);
}

function plainCommand(
  { argv, assignments, redirects }: SplitCommand,
  directory: ScriptDirectory,
  starts: readonly LiteralCommand[],
): PlainCommand {
  return {
    argv,
    directory,
    ...(isNonEmpty(assignments) ? { assignments } : {}),
    ...(isNonEmpty(redirects) ? { redirects } : {}),
    ...(isNonEmpty(starts) ? { starts } : {}),
  };
}

/** The directory of `cd DIR` or `cd -- DIR`; undefined for the home directory, `-`, options and stack entries. */
function literalTarget(command: SplitCommand): string | undefined {
  if (command.joiner === '|') return undefined;
  const words = command.argv[1] === '--' ? command.argv.slice(2) : command.argv.slice(1);
  const [target, ...rest] = words;
  if (target === undefined || rest.length > 0 || target === '') return undefined;
  return /^[-+]/.test(target) ? undefined : target;
}
