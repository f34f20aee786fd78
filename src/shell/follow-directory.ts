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
  const first = commands.findIndex((command) => !isLeadingSet(command));
  const endsOnFailure = first > 0 && onlyEndsOnFailure(commands, first);
  let directory: ScriptDirectory = { kind: 'start' };
  let isHeld = false;
  for (const [index, command] of commands.entries()) {
    followed.push(plainCommand(command, directory, startedBy(index)));
    if (command.argv[0] === 'cd') {
      const target = literalTarget(command);
      if (index !== first || target === undefined)
        return obstacle('stateful-builtin', command.start, command.end);
      isHeld = endsOnFailure && (command.joiner === ';' || command.joiner === 'newline');
      directory =
        isHeld || command.joiner === '&&' ? { kind: 'changed', path: target } : { kind: 'uncertain' };
    } else if (!isHeld && directory.kind === 'changed' && command.joiner !== '&&' && command.joiner !== '|') {
      // After `;`, `||` or a newline the `cd` may have failed and the rest runs anyway.
      directory = { kind: 'uncertain' };
    }
  }
  return isNonEmpty(followed) ? { kind: 'followed', commands: followed } : obstacle('empty', 0, 0);
}

/** `set -e` in front changes nothing about where a script runs. */
function isLeadingSet({ argv, joiner }: SplitCommand): boolean {
  return argv[0] === 'set' && (joiner === ';' || joiner === 'newline' || joiner === '&&');
}

/** `set -e; cd x; ls`: where the `cd` failed nothing else runs, as long as nobody takes the option back. */
function onlyEndsOnFailure(commands: readonly SplitCommand[], first: number): boolean {
  const isSet = ({ argv }: SplitCommand): boolean => argv.some((word) => word === 'set');
  if (commands.slice(first).some(isSet)) return false;
  const words = commands.slice(0, first).flatMap(({ argv }) => argv.slice(1));
  const asks = words.some((word) => /^-[a-z]*e/.test(word) || word === 'errexit');
  return asks && !words.some((word) => word.startsWith('+'));
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
