// A launcher for one program: the one that waits, or a new one.
import { once } from 'node:events';
import { err, ok, type PreparedCommand, type Result, type SpawnFailure } from '../../domain/index.ts';
import { maxStartBytes } from '../../launcher/index.ts';
import type { ProgramIo } from './direct-process.ts';
import { errnoOf, meaningOf } from './explain-spawn-error.ts';
import { LaunchedProcess, type LaunchTools } from './launched-process.ts';
import { spawnLauncher, type SpareLauncher } from './spare-launcher.ts';
import type { StartedProcess } from './started-process.ts';

type LaunchedCommand = Extract<PreparedCommand, { readonly kind: 'launched' }>;

export async function startLaunched(
  command: LaunchedCommand,
  io: ProgramIo,
  tools: LaunchTools & { readonly spare: SpareLauncher },
): Promise<Result<StartedProcess, SpawnFailure>> {
  if (command.start.length > maxStartBytes) return err(tooLong);
  try {
    const { launcher, start } = command;
    const ready = io.stdin === 'ignore' ? tools.spare.take(launcher) : undefined;
    const child = ready ?? spawnLauncher(launcher, [io.stdin, 'pipe', 'pipe']);
    if (child.pid === undefined) return err(noLauncher((await once(child, 'error'))[0]));
    const started = new LaunchedProcess(child, child.pid, { start, deliver: io.deliver, tools });
    tools.spare.refill(launcher);
    return ok(started);
  } catch (error) {
    return err(noLauncher(error));
  }
}

const tooLong: SpawnFailure = {
  stage: 'exec',
  errno: 'E2BIG',
  message: `Cannot start the program: ${meaningOf('E2BIG')}`,
};

function noLauncher(error: unknown): SpawnFailure {
  const errno = errnoOf(error);
  return { stage: 'launcher', errno, message: `Cannot start the launcher: ${meaningOf(errno)}` };
}
