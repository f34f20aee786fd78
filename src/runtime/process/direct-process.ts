// Starts a program that no launcher watches over: its own session and group, and a tree killer outside of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import {
  err,
  ok,
  type PreparedCommand,
  type Result,
  RuntimeError,
  type SpawnFailure,
} from '../../domain/index.ts';
import { coverDescriptors } from './covered-descriptors.ts';
import { exactEnvironment } from '../../launcher/index.ts';
import { type HeldDirectory, holdDirectory } from './held-directory.ts';
import { explainSpawnError } from './explain-spawn-error.ts';
import type { HostGuard } from './host-guard.ts';
import { type Deliver, OutputPump } from './output-pump.ts';
import type { ProcessTable } from './process-table.ts';
import { ProcessTree } from './process-tree.ts';
import type { ProcessEnd, StartedProcess } from './started-process.ts';

export interface DirectTools {
  readonly platform: NodeJS.Platform;
  readonly table: ProcessTable;
  readonly guard: HostGuard;
  readonly ownPid: number;
  /** Milliseconds between TERM and KILL. */
  readonly killGraceMs: number;
  /** The variable whose value is unique to one attempt, when the command carries one. */
  readonly markName: string;
}

/** What a program is started with besides itself. */
export interface ProgramIo {
  readonly stdin: 'ignore' | 'pipe' | number;
  readonly deliver: Deliver;
}

type DirectCommand = Extract<PreparedCommand, { readonly kind: 'direct' }>;

export async function startDirect(
  command: DirectCommand,
  io: ProgramIo,
  tools: DirectTools,
): Promise<Result<StartedProcess, SpawnFailure>> {
  const [program, ...args] = command.argv;
  const explain = (error: unknown): { ok: false; error: SpawnFailure } =>
    err(explainSpawnError(error, program, command.cwd));
  if (!tools.guard.isReady()) return err(noGuard);
  const covered = coverDescriptors([io.stdin, 'pipe', 'pipe'], tools.platform);
  let place: HeldDirectory | undefined;
  try {
    place = holdDirectory(command.cwd, command.cwdIdentity, tools.platform);
    const child = spawn(program, args, {
      cwd: place.path,
      env: exactEnvironment(command.env),
      detached: true,
      stdio: covered.stdio,
    });
    if (child.pid === undefined) return explain((await once(child, 'error'))[0]);
    tools.guard.watch(child.pid);
    return ok(watchOver(child, child.pid, { command, deliver: io.deliver, tools }));
  } catch (error) {
    return explain(error); // Node throws some errnos (E2BIG) and emits the others.
  } finally {
    covered.close();
    place?.close();
  }
}

const noGuard: SpawnFailure = {
  stage: 'launcher',
  errno: undefined,
  message: 'Cannot start the program: the shell that would end it if this process died cannot be started',
  hint: 'Look at the limits on processes and descriptors, and whether /bin/sh is there.',
};

function watchOver(
  child: ChildProcess,
  pid: number,
  { command, deliver, tools }: { command: DirectCommand; deliver: Deliver; tools: DirectTools },
): StartedProcess {
  const markValue = command.env.get(tools.markName);
  const startedAt = tools.table.find(pid)?.startedAt ?? 0;
  const root = {
    pid,
    startedAt,
    mark: markValue === undefined ? undefined : `${tools.markName}=${markValue}`,
  };
  // The mark reaches processes that left the group and the session: wanted when a command is stopped, not when it
  // succeeded and left a daemon behind on purpose.
  const everything = new ProcessTree(root, tools.table, tools.ownPid);
  const attached = new ProcessTree({ ...root, mark: undefined }, tools.table, tools.ownPid);
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      resolve(signal === null ? { kind: 'exited', exitCode: exitCode ?? 1 } : { kind: 'signalled', signal });
    });
  });
  child.on('error', () => undefined);
  return {
    running: Promise.resolve({ enforcement: command.enforcement, pid }),
    output: readOutput(child, deliver),
    input: inputOf(child),
    ended,
    interrupt: () => attached.interrupt(),
    async terminate() {
      await everything.terminate();
      if (await everything.emptied(tools.killGraceMs)) return;
      await everything.kill();
      await everything.emptied(tools.killGraceMs);
    },
    async sweep(pipesOpen) {
      if (pipesOpen || attached.groupExists()) await attached.kill();
      tools.guard.forget(pid);
    },
    report: () => ({ enforcement: undefined, denials: [] }),
  };
}

/** A program that stopped reading is no error of ours. */
export function inputOf(child: ChildProcess): Writable | undefined {
  child.stdin?.on('error', () => undefined);
  return child.stdin ?? undefined;
}

export function readOutput(child: ChildProcess, deliver: Deliver): OutputPump {
  return new OutputPump({ stdout: pipeOf(child.stdout), stderr: pipeOf(child.stderr) }, deliver);
}

export function pipeOf<Pipe>(pipe: Pipe | null | undefined): Pipe {
  if (pipe === null || pipe === undefined)
    throw new RuntimeError('E_INVARIANT', 'Cannot read the output: the pipe that was asked for is missing');
  return pipe;
}
