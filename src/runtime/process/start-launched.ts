// Starts the launcher for one program: nothing in its argv or environment, the control channel on descriptor 3.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  err,
  maxStartBytes,
  ok,
  type PreparedCommand,
  type Result,
  type SpawnFailure,
} from '../../domain/index.ts';
import type { ProgramIo } from './direct-process.ts';
import { exactEnvironment } from './exact-environment.ts';
import { errnoOf, meaningOf } from './explain-spawn-error.ts';
import { LaunchedProcess, type LaunchTools } from './launched-process.ts';
import type { StartedProcess } from './started-process.ts';

type LaunchedCommand = Extract<PreparedCommand, { readonly kind: 'launched' }>;

export async function startLaunched(
  command: LaunchedCommand,
  io: ProgramIo,
  tools: LaunchTools,
): Promise<Result<StartedProcess, SpawnFailure>> {
  if (command.start.length > maxStartBytes) return err(tooLong);
  try {
    const child = spawn(command.launcher, ['fd:3'], {
      cwd: '/',
      env: exactEnvironment(new Map()),
      detached: true,
      stdio: [io.stdin, 'pipe', 'pipe', 'pipe'],
    });
    if (child.pid === undefined) return err(noLauncher((await once(child, 'error'))[0]));
    return ok(new LaunchedProcess(child, child.pid, { start: command.start, deliver: io.deliver, tools }));
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
