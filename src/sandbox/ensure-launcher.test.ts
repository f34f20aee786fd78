import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureLauncher, launcherBuildChannel } from './ensure-launcher.ts';

const here = fileURLToPath(new URL('../..', import.meta.url));
let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-ensure-')));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

/** A package whose build script does what a test needs. */
function makePackage(script: string): string {
  const directory = join(base, 'package');
  for (const room of ['build', 'run']) mkdirSync(join(directory, 'native', room), { recursive: true });
  mkdirSync(join(directory, 'scripts'));
  writeFileSync(join(directory, 'native', 'run', 'main.c'), 'int main(void) { return 0; }\n');
  writeFileSync(join(directory, 'scripts', 'build-native.mjs'), script);
  return directory;
}

function program(path: string, mode = 0o755): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n', { mode });
  chmodSync(path, mode);
  return path;
}

function writeForeign(path: string, bytes: Buffer): string {
  writeFileSync(program(path), bytes);
  return path;
}

const builds = `import { writeFileSync, mkdirSync } from 'node:fs';
const at = process.argv.indexOf('--out');
const out = at < 0 ? new URL('../native/build', import.meta.url).pathname : process.argv[at + 1];
mkdirSync(out, { recursive: true });
writeFileSync(out + '/cordon-launcher', '#!/bin/sh\\n', { mode: 0o755 });
`;
const failsInPlace = `if (!process.argv.includes('--out')) { console.error('Cannot write\\nAsk the owner'); process.exit(1); }
${builds}`;
const fails = `console.error('Cannot build: no compiler\\nInstall one'); process.exit(1);`;

describe('ensureLauncher', () => {
  it('takes the one the user chose, by its real path', async () => {
    const chosen = program(join(base, 'chosen'));
    symlinkSync(base, join(base, 'link'));
    expect(await ensureLauncher({ override: join(base, 'link', 'chosen') })).toEqual({
      ok: true,
      value: chosen,
    });
  });

  const untrusted: readonly { says: string; make: () => string; what: RegExp }[] = [
    { says: 'is relative', make: () => 'launcher', what: /its path is not absolute$/u },
    { says: 'is not there', make: () => join(base, 'gone'), what: /it does not exist$/u },
    { says: 'is a directory', make: () => base, what: /it is not a regular file$/u },
    {
      says: 'is not executable',
      make: () => program(join(base, 'x'), 0o644),
      what: /it is not executable$/u,
    },
    {
      says: 'can be written by everybody',
      make: () => program(join(base, 'x'), 0o757),
      what: /can be written by everybody$/u,
    },
    {
      says: 'lies where everybody can replace it',
      make: () => {
        const path = program(join(base, 'open', 'x'));
        chmodSync(join(base, 'open'), 0o777);
        return path;
      },
      what: /can be written by everybody$/u,
    },
  ];
  for (const { says, make, what } of untrusted) {
    it(`refuses a chosen one that ${says}`, async () => {
      const answer = await ensureLauncher({ override: make() });
      expect(answer.ok ? answer.value : answer.error.what).toMatch(what);
    });
  }

  it('refuses one that belongs to somebody else', async () => {
    const path = program(join(base, 'x'));
    const answer = await ensureLauncher({ override: path, userId: 4242 });
    const isOwnedByRoot = process.getuid?.() === 0;
    expect(answer.ok).toBe(isOwnedByRoot);
  });

  it('builds into the package when nothing is there, and again when the sources are newer', async () => {
    const directory = makePackage(builds);
    const target = join(directory, 'native', 'build', 'cordon-launcher');
    expect(await ensureLauncher({ packageDirectory: directory })).toEqual({ ok: true, value: target });
    writeFileSync(target, 'old', { mode: 0o755 });
    utimesSync(target, 1, 1);
    await ensureLauncher({ packageDirectory: directory });
    expect(readFileSync(target, 'utf8')).toBe('#!/bin/sh\n');
  });

  it('builds into the cache, for nobody else to write, when the package cannot be written', async () => {
    const directory = makePackage(failsInPlace);
    const cache = join(base, 'cache');
    const answer = await ensureLauncher({ packageDirectory: directory, cacheDirectory: cache });
    expect(answer.ok && answer.value.startsWith(`${cache}/cordon/launcher-`)).toBe(true);
    expect(await ensureLauncher({ packageDirectory: directory, cacheDirectory: cache })).toEqual(answer);
  });

  it('takes what is in the cache without another try, and tells of each build', async () => {
    const directory = makePackage(failsInPlace);
    const place = { packageDirectory: directory, cacheDirectory: join(base, 'cache') };
    const told: unknown[] = [];
    const listen = (message: unknown): unknown => told.push(message);
    subscribe(launcherBuildChannel, listen);
    try {
      const answer = await ensureLauncher(place);
      expect(answer.ok).toBe(true);
      expect(told).toEqual([
        { directory: join(directory, 'native', 'build') },
        { directory: expect.stringMatching(/\/cache\/cordon\/launcher-[0-9a-f]{16}$/u) as string },
      ]);
      writeFileSync(join(directory, 'scripts', 'build-native.mjs'), fails);
      expect([await ensureLauncher(place), told.length]).toEqual([answer, 2]);
    } finally {
      unsubscribe(launcherBuildChannel, listen);
    }
  });

  it('builds anew where the program was made for another machine', async () => {
    const directory = makePackage(builds);
    const target = program(join(directory, 'native', 'build', 'cordon-launcher'));
    const foreign = readFileSync(process.execPath).subarray(0, 4096);
    foreign[18] = 0xff;
    writeFileSync(target, foreign);
    expect(await ensureLauncher({ packageDirectory: directory })).toEqual({ ok: true, value: target });
    expect(readFileSync(target, 'utf8')).toBe('#!/bin/sh\n');
    expect(await ensureLauncher({ override: writeForeign(join(base, 'chosen'), foreign) })).toMatchObject({
      error: { what: expect.stringMatching(/: it was built for another kind of machine$/u) as string },
    });
  });

  it('says what is missing when nothing can be built', async () => {
    const directory = makePackage(fails);
    expect(
      await ensureLauncher({ packageDirectory: directory, cacheDirectory: join(base, 'cache') }),
    ).toEqual({
      ok: false,
      error: { what: 'Cannot build: no compiler', hint: 'Install one' },
    });
  });

  it('does not throw when the package itself is gone', async () => {
    const answer = await ensureLauncher({ packageDirectory: join(base, 'gone') });
    expect(answer.ok).toBe(false);
  });

  it('names the package to install when there is no compiler', async () => {
    const directory = join(base, 'whole');
    for (const part of ['native', 'scripts']) {
      cpSync(join(here, part), join(directory, part), {
        recursive: true,
        filter: (path) => !path.includes('/native/build'),
      });
    }
    const before = { path: process.env['PATH'], cc: process.env['CC'] };
    process.env['PATH'] = join(base, 'empty');
    delete process.env['CC'];
    try {
      const answer = await ensureLauncher({ packageDirectory: directory });
      expect(answer.ok ? answer.value : answer.error).toEqual({
        what: 'Cannot build the launcher: no C compiler was found (tried $CC, cc, gcc, clang)',
        hint: expect.stringContaining('build-essential') as string,
      });
      expect(existsSync(join(directory, 'native', 'build', 'cordon-launcher'))).toBe(false);
    } finally {
      process.env['PATH'] = before.path;
      if (before.cc !== undefined) process.env['CC'] = before.cc;
    }
  });
});
