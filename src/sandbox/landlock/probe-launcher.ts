// Asks the kernel what it enforces the only way that cannot be wrong: by running the launcher with a harmless command
// in an empty directory where no command can write, and reading its report.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbsolutePath, Availability } from '../../domain/index.ts';
import { encodeStart, FrameReader, type LauncherFrame, startFrame } from '../../launcher/index.ts';
import { privatePlace } from '../private-place.ts';
import { protectedNames } from '../protected-paths.ts';

const limitMs = 10_000;

export async function probeLauncher(
  launcher: AbsolutePath,
  findPlace: () => ReturnType<typeof privatePlace> = anyPrivatePlace,
): Promise<Availability> {
  const place = findPlace();
  if (!place.ok) return { kind: 'missing', ...place.error };
  let directory: string | undefined;
  try {
    directory = await mkdtemp(join(place.value, 'probe-'));
    await mkdir(join(directory, 'hidden'));
    return judge(await runOnce(launcher, directory));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'missing', what: `Cannot probe the sandbox: ${why}`, hint: 'See `cordon doctor`' };
  } finally {
    if (directory !== undefined) await removeEmpty(join(directory, 'hidden'), directory);
  }
}

function anyPrivatePlace(): ReturnType<typeof privatePlace> {
  return privatePlace({ env: {}, userId: process.getuid?.(), roots: [] });
}

/** Never with what is in them: nothing but a probe's own empty directories can be removed here. */
async function removeEmpty(...directories: readonly string[]): Promise<void> {
  for (const directory of directories) await rmdir(directory).catch(() => undefined);
}

function judge(frames: readonly LauncherFrame[]): Availability {
  for (const frame of frames) {
    if (frame.kind === 'started') return { kind: 'available', enforcement: frame.enforcement };
    if (frame.kind === 'failed') {
      return { kind: 'missing', what: frame.failure.message, hint: frame.hint ?? 'See `cordon doctor`' };
    }
  }
  return {
    kind: 'missing',
    what: 'Cannot probe the sandbox: the launcher said nothing',
    hint: 'Run `npm rebuild cordon`',
  };
}

async function runOnce(launcher: AbsolutePath, directory: string): Promise<readonly LauncherFrame[]> {
  const start = encodeStart({
    mode: 'workspace-write',
    require: 'best-effort',
    network: 'none',
    denyRead: [join(directory, 'hidden')],
    privateTmp: true,
    writable: [{ path: directory, guard: 'all' }],
    protect: [],
    protectedNames: protectedNames.map((name) => ({ name, whenMissing: 'forbid' })),
    // Surely there, also when this package lies below /tmp, which the probe hides behind a private one.
    argv: ['/bin/sh', '-c', ':'],
    cwd: '/',
    env: new Map(),
  });
  const child = spawn(launcher, ['fd:3'], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const frames: LauncherFrame[] = [];
  const reader = new FrameReader();
  const channel = child.stdio[3];
  if (channel === null || channel === undefined || !('write' in channel))
    throw new Error('no control channel');
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    channel.once('error', () => undefined);
    channel.on('data', (chunk: Buffer) => {
      try {
        frames.push(...reader.push(chunk));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    child.once('close', () => {
      clearTimeout(timer);
      resolve(frames);
    });
    channel.write(startFrame(start));
  });
}
