// A command without a sandbox, handed to the launcher all the same: it finds daemons that left every group, knows every
// signal, puts real pipes between the program and Node's sockets, and ends the tree with the host.
import {
  type AbsolutePath,
  err,
  limitsOfEachProcess,
  ok,
  type PreparedCommand,
  type Result,
  type SpawnFailure,
} from '../domain/index.ts';
import { encodeStart } from './launcher-frames.ts';

export type LaunchedCommand = Extract<PreparedCommand, { readonly kind: 'launched' }>;

/** The same command as the launcher takes it; one that is for the launcher already stays as it is. */
export function supervised(
  command: PreparedCommand,
  launcher: AbsolutePath,
): Result<LaunchedCommand, SpawnFailure> {
  if (command.kind === 'launched') return ok(command);
  const { argv, cwd, cwdIdentity, env, enforcement, limits } = command;
  const identity = cwdIdentity === undefined ? {} : { cwdIdentity };
  const bounds = limits === undefined ? {} : { limits: limitsOfEachProcess(limits) };
  try {
    const start = encodeStart({ mode: 'supervise', argv, cwd, ...identity, env, ...bounds });
    return ok({ kind: 'launched', launcher, start, enforcement });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return err({ stage: 'exec', errno: 'E2BIG', message: error.message });
  }
}
