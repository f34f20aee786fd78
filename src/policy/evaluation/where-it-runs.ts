// Directories that the commands of an input run in: the one it starts in, and those a `cd` leads to. Which of them a
// command runs in is not followed; what holds must hold in each.
import type { AbsolutePath, LiteralCommand, LiteralWord } from '../../domain/index.ts';
import { operandsOf } from './computed-operands.ts';
import type { World } from './context.ts';
import { pathFrom } from './reach.ts';

/** More directories than these are not looked at one by one. */
const most = 16;

/** Each command runs in one of these or below it; none when nobody can tell. */
export function directoriesOf(commands: readonly LiteralCommand[], world: World): readonly AbsolutePath[] {
  const start = world.directoryOf({ kind: 'start' });
  const found = start === undefined ? [] : [start];
  for (const command of commands) {
    if (command.assignments.some(({ name }) => name === 'CDPATH')) return [];
    if (!mayMove(command)) continue;
    const targets = targetsOf(command, found, world);
    if (targets === undefined || found.length + targets.length > most) return [];
    found.push(...targets);
  }
  return found;
}

/**
 * Whether commands behind it may run in a directory that is not below this one: what a relative path without `..`
 * names lies below this one either way.
 */
export function mayMove({ words: [program, ...args] }: Pick<LiteralCommand, 'words'>): boolean {
  if (program === undefined) return true;
  if (program === 'cd' || program === 'pushd') return !isDownward(args);
  return /^(?:chdir|popd|source|\.|eval)$/.test(program);
}

function isDownward([target, ...more]: readonly LiteralWord[]): boolean {
  return target !== undefined && more.length === 0 && isBelow(target);
}

function isBelow(target: string): boolean {
  return /^(?![-+~/])/.test(target) && target !== '' && !target.split('/').includes('..');
}

/** Where one `cd` leads beside downwards; undefined when nobody can tell. */
function targetsOf(
  { words: [program, target, ...more], possible }: LiteralCommand,
  directories: readonly AbsolutePath[],
  world: World,
): readonly AbsolutePath[] | undefined {
  if (program !== 'cd' || more.length > 0 || directories.length === 0) return undefined;
  const texts = target === undefined ? textsOf(possible?.[1] ?? [], directories, world) : [target];
  // `cd $NOTHING` is `cd`, and `cd "$NOTHING"` was meant to lead somewhere.
  if (texts === undefined || texts.every((text) => text === '')) return undefined;
  const found: AbsolutePath[] = [];
  for (const text of texts) {
    // `cd ""` leads nowhere.
    if (text === '' || isBelow(text)) continue;
    const path = text.startsWith('/') ? pathFrom(undefined, text) : undefined;
    if (path === undefined) return undefined;
    found.push(path);
  }
  return found;
}

function textsOf(
  possible: NonNullable<LiteralCommand['possible']>[number],
  directories: readonly AbsolutePath[],
  { env }: World,
): readonly string[] | undefined {
  const operands = possible.some(({ isBare }) => isBare === true)
    ? []
    : operandsOf(possible, { directories, env });
  const texts = operands.flatMap((operand) => (operand.kind === 'text' ? [operand.text] : []));
  return texts.length === operands.length ? texts : undefined;
}
