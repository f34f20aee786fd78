// What is published, made twice and used where no compiler is: in a directory with blanks in its name, without install
// scripts, and where the package cannot be written to.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'native/build/cordon-launcher');
const place = realpathSync(mkdtempSync('/var/tmp/cordon release-'));
const modules = join(place, 'a project', 'node_modules');
const installed = join(modules, 'cordon');
const launcherName = `cordon-launcher-${process.platform}-${process.arch}`;
// Node and nothing else: no compiler is on it.
const bin = join(place, 'bin');
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], env: Record<string, string | undefined>): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: place, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const cordon = (home: string, ...args: readonly string[]): Ended =>
  run(process.execPath, [join(installed, 'bin/cordon.js'), ...args], { PATH: bin, HOME: join(place, home) });

function makeRelease(name: string): Map<string, Buffer> {
  const out = join(place, name);
  const args = [join(root, 'scripts/make-release.mjs'), '--out', out, '--launcher', built];
  const { status, stderr } = run(process.execPath, args, { PATH: process.env['PATH'], HOME: place });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file))]));
}

function install(file: string, into: string): void {
  mkdirSync(into, { recursive: true });
  const ended = run('tar', ['-xzf', file, '-C', into, '--strip-components=1'], process.env);
  expect(ended).toMatchObject({ status: 0 });
}

const archives: (readonly [string, Buffer])[] = [];
beforeAll(() => {
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  archives.push(...makeRelease('first'));
  for (const [file] of archives)
    install(join(place, 'first', file), join(modules, file.replace(/-\d[^-]*\.tgz$/u, '')));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!existsSync(join(modules, name))) symlinkSync(join(root, 'node_modules', name), join(modules, name));
}, 180_000);

describe('a release', () => {
  it('is the same bytes, made again', () => {
    expect([...makeRelease('second')].map(([file, bytes]) => [file, bytes.length])).toEqual(
      archives.map(([file, bytes]) => [file, bytes.length]),
    );
    for (const [file, bytes] of archives)
      expect(readFileSync(join(place, 'second', file)).equals(bytes), file).toBe(true);
  });

  it('asks for a launcher by name, in its own version, for this kind of machine alone', () => {
    const read = (path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const { version, optionalDependencies } = read(join(installed, 'package.json'));
    expect(optionalDependencies).toEqual({ [launcherName]: version });
    expect(read(join(modules, launcherName, 'package.json'))).toMatchObject({
      version,
      os: [process.platform],
      cpu: [process.arch],
    });
    // A clone names none: whoever had that name in the registry would be asked for it.
    expect(read(join(root, 'package.json'))['optionalDependencies']).toBe(undefined);
  });

  it('has its launcher at the first use where install scripts were left out, and says so', () => {
    const ended = cordon('home', 'doctor', '--json');
    expect(ended.stderr).toBe('cordon: building the launcher, once; this takes some seconds\n');
    const { findings } = JSON.parse(ended.stdout) as {
      findings: readonly { subject: string; found: string; state: string }[];
    };
    const place = join(installed, 'native/build/cordon-launcher');
    expect(findings.filter(({ subject }) => subject === 'launcher' || subject === 'compiler')).toMatchObject([
      { state: 'limited', found: 'none' },
      { state: 'good', found: place },
    ]);
    expect(readFileSync(place).equals(readFileSync(built))).toBe(true);
    expect(cordon('home', 'doctor', '--json')).toMatchObject({ status: ended.status, stderr: '' });
  });

  it('takes no launcher that is not the one it was made with, and says what nothing can run without', () => {
    const copy = join(modules, launcherName, 'cordon-launcher');
    rmSync(join(installed, 'native/build'), { recursive: true, force: true });
    const real = readFileSync(copy);
    writeFileSync(copy, Buffer.concat([real, Buffer.from('x')]));
    try {
      expect(cordon('home', 'doctor')).toMatchObject({
        status: 1,
        stdout: expect.stringContaining('no C compiler was found') as string,
      });
      expect(existsSync(join(installed, 'native/build/cordon-launcher'))).toBe(false);
    } finally {
      writeFileSync(copy, real);
    }
  });

  it('keeps it in the cache of a user who cannot write to the package', () => {
    rmSync(join(installed, 'native/build'), { recursive: true, force: true });
    // Root, too, can make nothing there.
    symlinkSync('/proc/self/task', join(installed, 'native/build'));
    const launcherOf = ({ stdout }: Ended): string | undefined =>
      /^ok +launcher +(\S.*)$/mu.exec(stdout)?.[1];
    const first = cordon('other home', 'doctor');
    const again = cordon('other home', 'doctor');
    expect(launcherOf(first)).toMatch(
      /\/other home\/\.cache\/cordon\/launcher-[0-9a-f]{16}\/cordon-launcher$/u,
    );
    expect([launcherOf(again), again.stderr]).toEqual([launcherOf(first), '']);
    rmSync(join(installed, 'native/build'));
  });

  it('is not taken where its sources were changed', () => {
    const source = join(installed, 'native/run/main.c');
    const saved = join(place, 'main.c');
    cpSync(source, saved);
    writeFileSync(source, '\n', { flag: 'a' });
    const script = join(installed, 'scripts/build-native.mjs');
    expect(run(process.execPath, [script], { PATH: bin })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no C compiler was found') as string,
    });
    cpSync(saved, source);
    expect(run(process.execPath, [script], { PATH: bin })).toMatchObject({ status: 0, stderr: '' });
  });
});
