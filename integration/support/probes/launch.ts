// One command in the sandbox with a handle on it while it runs: for attacks that need the outside to act in between.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { PreparedCommand } from '../../../src/domain/index.ts';
import { encodeSignal, startFrame } from '../../../src/launcher/launcher-frames.ts';
import { FrameReader, type LauncherFrame } from '../../../src/launcher/launcher-reports.ts';
import { userOf } from './start-world.ts';

export interface Launch {
  readonly child: ChildProcess;
  readonly frames: readonly LauncherFrame[];
  /** Resolves when stdout holds `text`; rejects when the launcher ends first. */
  said(text: string): Promise<void>;
  write(text: string): void;
  signal(number: number): void;
  /** Resolves when the launcher is gone and its pipes are closed. */
  readonly ended: Promise<LaunchEnd>;
}

export interface LaunchEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | string;
  /** The command's own exit status, 128+N after signal N; undefined when it never ran. */
  readonly exit: number | undefined;
  readonly failure: string | undefined;
}

export function launch(command: PreparedCommand, uid = 0): Launch {
  if (command.kind !== 'launched') throw new Error('Cannot launch: the command is not for the launcher');
  const child = spawn(command.launcher, ['fd:3'], {
    ...userOf(uid),
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  const frames: LauncherFrame[] = [];
  const reader = new FrameReader();
  const waiting = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let over = false;
  channel.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => frames.push(...reader.push(chunk)));
  channel.write(startFrame(command.start));
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const wake of waiting) wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<LaunchEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      for (const wake of waiting) wake();
      resolve({ stdout, stderr, status: code ?? signal ?? 'unknown', ...concluded(frames) });
    });
  });
  return {
    child,
    frames,
    ended,
    write: (text) => child.stdin.write(text),
    signal: (number) => channel.write(encodeSignal(number)),
    said: async (text) => {
      await new Promise<void>((resolve, reject) => {
        const wake = (): void => {
          if (stdout.includes(text)) resolve();
          else if (over)
            reject(new Error(`It ended without ${text}: ${JSON.stringify({ stdout, stderr, frames })}`));
          else return;
          waiting.delete(wake);
        };
        waiting.add(wake);
        wake();
      });
    },
  };
}

function concluded(frames: readonly LauncherFrame[]): Pick<LaunchEnd, 'exit' | 'failure'> {
  const failed = frames.find((frame) => frame.kind === 'failed');
  const exited = frames.find((frame) => frame.kind === 'exited');
  const end = exited?.end;
  return {
    exit: end === undefined ? undefined : end.kind === 'exited' ? end.code : 128 + end.signal,
    failure: failed?.failure.message,
  };
}
