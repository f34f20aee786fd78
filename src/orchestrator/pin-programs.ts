// Keeps a trusted program the one that was judged, where others can write directories of `PATH` in front of it: it is
// run by its path, and where no sandbox holds what they might bring, those directories are left out of `PATH`.
import type { Argv, Evaluation } from '../domain/index.ts';

/** The argv with the program's name replaced by the path it was trusted at. */
export function pinProgram(argv: Argv, { pinned }: Evaluation): Argv {
  const [name, ...rest] = argv;
  const found = pinned?.programs.find((program) => program.name === name);
  return found === undefined ? argv : [found.path, ...rest];
}

/** Only where trust was why the command runs: a person who approved it, or a policy that asks nobody, trusted no name. */
export function pinPath(
  env: ReadonlyMap<string, string>,
  evaluation: Evaluation,
): ReadonlyMap<string, string> {
  const { pinned, verdict } = evaluation;
  const path = env.get('PATH');
  if (pinned === undefined || path === undefined || (verdict !== 'allowed' && verdict !== 'safe')) return env;
  const kept = path.split(':').filter((entry) => !pinned.dropFromPath.includes(entry));
  return new Map([...env, ['PATH', kept.join(':')]]);
}
