// Asks the kernel what it enforces the only way that cannot be wrong: by running the launcher with a harmless command
// in an empty directory where no command can write, and reading its report.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbsolutePath, Availability } from '../../domain/index.ts';
import { encodeStart, launcherAlone, LaunchedRun, spawnSeat } from '../../launcher/index.ts';
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
    directory = mkdtempSync(join(place.value, 'probe-'));
    mkdirSync(join(directory, 'hidden'));
    return await askOnce(launcher, directory);
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

async function askOnce(launcher: AbsolutePath, directory: string): Promise<Availability> {
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
  const seat = await spawnSeat(launcher, { kind: 'none' });
  if (!seat.ok) return missing(seat.error.message, 'Run `npm rebuild cordon`');
  const run = new LaunchedRun(seat.value, start, {
    trees: launcherAlone(seat.value),
    startLimitMs: limitMs,
    goneLimitMs: limitMs,
    killGraceMs: 500,
  });
  const running = await run.running;
  const end = await run.ended;
  await run.sweep();
  if (running !== undefined) return { kind: 'available', enforcement: running.enforcement };
  const failure = end.kind === 'spawn-failed' ? end.failure : undefined;
  return missing(
    failure?.message ?? 'Cannot probe the sandbox: the launcher said nothing',
    failure?.hint ?? 'See `cordon doctor`',
  );
}

function missing(what: string, hint: string): Availability {
  return { kind: 'missing', what, hint };
}
