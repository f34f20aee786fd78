// Starts one program below `outer`, directly or through a prepared sandbox, and collects everything it said. Speaks
// the launcher's protocol by itself, so that what is measured is the launcher and not the runtime around it.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { PreparedCommand } from '../../../src/domain/index.ts';
import { startFrame } from '../../../src/launcher/launcher-frames.ts';
import { FrameReader, type LauncherFrame } from '../../../src/launcher/launcher-reports.ts';
import { systemPath, userOf } from './start-world.ts';

export interface OuterRun {
  readonly outer: string;
  readonly settings: string;
  readonly uid: number;
  /** Options of `outer`: `--descriptors`, `--terminal`, `--no-namespaces`, `--stdin FILE`. */
  readonly flags: readonly string[];
  readonly secret: string;
  readonly command: PreparedCommand;
  /** Called with all of stdout so far; answering true kills `outer` and with it the agent's side, as kill -9 would. */
  readonly killWhen?: (stdout: string) => boolean;
}

export interface OuterEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** As a shell reports it. */
  readonly status: number | undefined;
  readonly frames: readonly LauncherFrame[];
}

export async function runInSandbox(run: OuterRun): Promise<OuterEnd> {
  const { command } = run;
  const argv = command.kind === 'direct' ? command.argv : [command.launcher, 'fd:3'];
  const child = spawn(run.outer, [run.settings, ...run.flags, '--', ...argv], {
    ...userOf(run.uid),
    cwd: command.kind === 'direct' ? command.cwd : '/',
    env: {
      ...(command.kind === 'direct' ? Object.fromEntries(command.env) : { PATH: systemPath }),
      RUNNER_SECRET: run.secret,
    },
    stdio: ['ignore', 'pipe', 'pipe', command.kind === 'launched' ? 'pipe' : 'ignore'],
  });
  const frames: LauncherFrame[] = [];
  if (command.kind === 'launched') speak(child.stdio[3] as Duplex, command.start, frames);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (run.killWhen?.(stdout) === true) killAgent(child);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    // A killed agent's command may keep its pipes open for ever: then the process alone is waited for.
    child.once(run.killWhen === undefined ? 'close' : 'exit', (code: number | null) => {
      resolve(code ?? undefined);
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  return { stdout, stderr, status, frames };
}

function speak(channel: Duplex, start: Uint8Array, frames: LauncherFrame[]): void {
  const reader = new FrameReader();
  channel.on('data', (chunk: Buffer) => frames.push(...reader.push(chunk)));
  channel.on('error', () => undefined);
  channel.write(startFrame(start));
}

/** The agent dies without a chance to clean up: its process, and its end of the control channel. */
function killAgent(child: ChildProcess): void {
  child.kill('SIGKILL');
  (child.stdio[3] as Duplex | null)?.destroy();
}
