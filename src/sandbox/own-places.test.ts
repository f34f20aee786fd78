import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AbsolutePath, cacheHome } from '../domain/index.ts';
import { holdOwnPlaces, listOwnPlaces, type OwnPlace, type OwnWorld } from './own-places.ts';
import { privatePlace } from './private-place.ts';
import { readInHome } from './protected-paths.ts';

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync('/var/tmp/cordon-places-'));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const at = (...parts: readonly string[]): AbsolutePath => join(base, ...parts) as AbsolutePath;

function file(...parts: readonly string[]): AbsolutePath {
  const path = at(...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '{}');
  return path;
}

/** npm puts dependencies beside the package, or into it; pnpm links them. */
type Layout = 'nested' | 'hoisted' | 'pnpm' | 'clone';

/** Installs a package like ours below `where`; answers with its real directory. */
function install(where: string, layout: Layout): AbsolutePath {
  const modules = at(where, 'node_modules');
  const own =
    layout === 'clone'
      ? at(where)
      : layout === 'pnpm'
        ? at(where, 'node_modules/.pnpm/cordon@1/node_modules/cordon')
        : join(modules, 'cordon');
  for (const part of ['bin', 'dist', 'native/build', 'scripts'])
    mkdirSync(join(own, part), { recursive: true });
  writeFileSync(join(own, 'native/build/cordon-launcher'), '');
  writeFileSync(join(own, 'package.json'), JSON.stringify({ dependencies: { toml: '1', pty: '1' } }));
  const homes: Readonly<Record<Layout, (name: string) => string>> = {
    nested: (name) => join(own, 'node_modules', name),
    clone: (name) => join(own, 'node_modules', name),
    hoisted: (name) => join(modules, name),
    pnpm: (name) => join(modules, '.pnpm', `${name}@1`, 'node_modules', name),
  };
  for (const name of ['toml', 'pty', 'pty-linux']) {
    const directory = homes[layout](name);
    mkdirSync(directory, { recursive: true });
    const more = name === 'pty' ? { optionalDependencies: { 'pty-linux': '1', 'pty-mac': '1' } } : {};
    writeFileSync(join(directory, 'package.json'), JSON.stringify(more));
  }
  if (layout === 'clone') return own as AbsolutePath;
  mkdirSync(join(modules, '.bin'), { recursive: true });
  symlinkSync('../cordon/bin/cordon.js', join(modules, '.bin/cordon'));
  if (layout === 'pnpm') {
    const beside = join(own, '..');
    for (const name of ['toml', 'pty']) symlinkSync(homes.pnpm(name), join(beside, name));
    symlinkSync(homes.pnpm('pty-linux'), join(homes.pnpm('pty'), '..', 'pty-linux'));
    symlinkSync(own, join(modules, 'cordon'));
  }
  return own as AbsolutePath;
}

function isHeld(place: OwnPlace, roots: readonly AbsolutePath[], held: readonly AbsolutePath[]): boolean {
  const within = (path: string, directory: string): boolean =>
    path === directory || path.startsWith(`${directory}/`);
  // By the launcher itself: integration/own-places.test.ts.
  if (place.hold === 'covered') return !roots.some((root) => within(root, place.path));
  const parts = roots.some((root) => within(root, place.path)) ? (place.parts ?? []) : [place.path];
  return parts.every(
    (part) =>
      !roots.some((root) => within(part, root)) ||
      (held.some((path) => within(part, path)) && !roots.some((root) => within(root, part))),
  );
}

describe('what this program writes, reads later or executes', () => {
  const places = ['w', 'w/home', 'home', 'elsewhere'] as const;
  const layouts = ['nested', 'hoisted', 'pnpm', 'clone'] as const;

  it('is outside of every root, or held in it, or refused, in each layout', () => {
    const seen = { held: 0, refused: 0 };
    for (const packagePlace of places)
      for (const layout of layouts) {
        const world = join('rounds', packagePlace.replace('/', '-'), layout);
        const own = install(join(world, packagePlace), layout);
        const program = file(world, 'node', 'bin', 'node');
        const workspaces = [['w'], ['w/sub', 'tmp'], ['home'], [`${packagePlace}/node_modules`]];
        const choices = [
          ...workspaces.map((paths) => paths.map((path) => at(world, path))),
          [at(world, 'w'), at(world, 'runtime'), '/dev/shm'],
          [join(own, 'dist')],
        ];
        for (const home of places)
          for (const cache of ['', 'relative', '{}/cache', '{}/w/cache'])
            for (const roots of choices as AbsolutePath[][]) {
              for (const path of [...roots, at(world, home)]) mkdirSync(path, { recursive: true });
              const env = { HOME: at(world, home), XDG_CACHE_HOME: cache.replace('{}', at(world)) };
              const listed = listOwnPlaces(
                {
                  packageDirectory: own,
                  program,
                  launcher: join(own, 'native/build/cordon-launcher') as AbsolutePath,
                  cacheDirectory: cacheHome(env, () => '/none'),
                  home: at(world, home, '.cordon'),
                  runtimeDirectory: at(world, 'runtime'),
                  userId: 4_294_967,
                },
                roots,
              );
              const result = holdOwnPlaces(listed, roots);
              if (!result.ok) {
                seen.refused++;
                expect(result.error.what).toMatch(/^Cannot keep [^\n]+ from commands: /u);
                continue;
              }
              seen.held++;
              const open = listed.filter((place) => !isHeld(place, roots, result.value));
              const states = ['/dev/shm', '/run', '/var/tmp'].map((parent) => `${parent}/cordon-4294967`);
              const unlisted = [own, join(own, 'dist'), program, ...states].filter(
                (needed) => !listed.some(({ path }) => needed === path || needed.startsWith(`${path}/`)),
              );
              if (open.length + unlisted.length > 0) expect({ open, unlisted, roots }).toBeUndefined();
            }
      }
    expect(seen.held).toBeGreaterThan(400);
    expect(seen.refused).toBeGreaterThan(0);
  }, 120_000);

  const world = (own: AbsolutePath, more: Partial<OwnWorld> = {}): OwnWorld => ({
    packageDirectory: own,
    program: '/usr/bin/env',
    launcher: undefined,
    cacheDirectory: undefined,
    ...more,
  });

  it('names what npm laid beside the package, and the ways to it', () => {
    const own = install('w', 'hoisted');
    const held = holdOwnPlaces(listOwnPlaces(world(own), [at('w')]), [at('w')]);
    expect(held.ok && held.value.toSorted()).toEqual(
      ['.bin/cordon', 'cordon', 'pty', 'pty-linux', 'toml'].map((name) => at('w/node_modules', name)),
    );
  });

  it('names the links of pnpm and what they lead to', () => {
    const own = install('w', 'pnpm');
    const held = holdOwnPlaces(listOwnPlaces(world(own), [at('w')]), [at('w')]);
    const links = [
      '.bin/cordon',
      'cordon',
      '.pnpm/cordon@1/node_modules/toml',
      '.pnpm/cordon@1/node_modules/pty',
    ];
    const real = ['toml', 'pty', 'pty-linux'].map((name) => `.pnpm/${name}@1/node_modules/${name}`);
    expect(held.ok && held.value).toEqual(
      expect.arrayContaining(
        [...links, ...real, '.pnpm/cordon@1/node_modules/cordon', '.pnpm/pty@1/node_modules/pty-linux'].map(
          (name) => at('w/node_modules', name),
        ),
      ),
    );
  });

  it('holds its parts where the workspace is the package itself', () => {
    const own = install('clone', 'clone');
    const held = holdOwnPlaces(listOwnPlaces(world(own), [own]), [own]);
    expect(held.ok && held.value.toSorted()).toEqual(
      [
        'bin',
        'dist',
        'native',
        'node_modules/pty',
        'node_modules/pty-linux',
        'node_modules/toml',
        'package.json',
        'scripts',
      ].map((name) => at('clone', name)),
    );
  });

  it('is refused where a command could put a package nearer than ours', () => {
    const own = install('w/app', 'hoisted');
    mkdirSync(at('w/node_modules'), { recursive: true });
    rmSync(at('w/app/node_modules/toml'), { recursive: true });
    file('w/node_modules/toml/package.json');
    const roots = [at('w/app')];
    expect(holdOwnPlaces(listOwnPlaces(world(own), roots), roots)).toEqual({
      ok: false,
      error: {
        what: `Cannot keep the package toml, which cordon loads, from commands: ${at('w/app/node_modules/toml')} lies where they can write (${at('w/app')})`,
        hint: 'Install cordon outside of what commands may write, or choose a smaller workspace',
      },
    });
  });

  it('holds no launcher that was built elsewhere: it is taken by its hash', () => {
    const own = install('elsewhere', 'nested');
    const named = { dependencies: { toml: '1' }, optionalDependencies: { 'cordon-launcher-linux-x64': '1' } };
    writeFileSync(join(own, 'package.json'), JSON.stringify(named));
    file('elsewhere/node_modules/cordon-launcher-linux-x64/package.json');
    const said = listOwnPlaces(world(own), []).map(({ says }) => says);
    expect(said.filter((says) => says.startsWith('the package '))).toContain(
      'the package toml, which cordon loads,',
    );
    expect(said.filter((says) => says.includes('launcher-linux'))).toEqual([]);
  });

  it('is refused where a root lies among journals, layers or what was held back', () => {
    const own = install('elsewhere', 'nested');
    for (const part of ['held', 'airlock', 'changes', 'sessions'])
      mkdirSync(at('home/.cordon', part), { recursive: true });
    const wide = world(own, { home: at('home/.cordon'), userId: 4_294_967, runtimeDirectory: at('run') });
    const inside = [
      '/dev/shm/cordon-4294967/x',
      '/run/cordon-4294967',
      '/var/tmp/cordon-4294967/airlock',
      at('home/.cordon/held/one'),
      at('home/.cordon/airlock'),
    ] as AbsolutePath[];
    for (const root of inside)
      expect([root, holdOwnPlaces(listOwnPlaces(wide, [root]), [root]).ok]).toEqual([root, false]);
    const around = [at('home')];
    expect(holdOwnPlaces(listOwnPlaces(wide, around), around)).toEqual({
      ok: true,
      value: ['sessions', 'held', 'airlock', 'changes'].map((part) => at('home/.cordon', part)),
    });
  });

  it('is where the links of a home lead, and refused where a root lies in it', () => {
    const own = install('elsewhere', 'nested');
    mkdirSync(at('home/.cordon'), { recursive: true });
    for (const part of readInHome) {
      file('w', part, 'something');
      symlinkSync(at('w', part), at('home/.cordon', part));
    }
    const linked = world(own, { home: at('home/.cordon') });
    const held = holdOwnPlaces(listOwnPlaces(linked, [at('w')]), [at('w')]);
    expect(held).toEqual({ ok: true, value: readInHome.map((part) => at('w', part)) });
    for (const part of readInHome) {
      const roots = [at('w', part)];
      expect([part, holdOwnPlaces(listOwnPlaces(linked, roots), roots).ok]).toEqual([part, false]);
    }
  });

  it('a directory of files for a moment is made before a command could make it, and held', () => {
    const own = install('elsewhere', 'nested');
    const wide = world(own, { userId: 4_294_967, runtimeDirectory: at('run') });
    mkdirSync(at('run'));
    const held = holdOwnPlaces(listOwnPlaces(wide, [at('run')]), [at('run')]);
    expect(held).toEqual({ ok: true, value: [at('run/cordon-4294967')] });
    expect(statSync(at('run/cordon-4294967')).mode & 0o777).toBe(0o700);
  });

  it('is refused where a root lies in it', () => {
    const own = install('w', 'nested');
    const roots = [join(own, 'dist') as AbsolutePath];
    expect(holdOwnPlaces(listOwnPlaces(world(own), roots), roots).ok).toBe(false);
  });

  it('the place of the launcher is made before a command could make it, and only there', () => {
    const own = install('elsewhere', 'nested');
    const inside = world(own, { cacheDirectory: at('w/.cache') });
    mkdirSync(at('w'));
    const held = holdOwnPlaces(listOwnPlaces(inside, [at('w')]), [at('w')]);
    expect(held).toEqual({ ok: true, value: [at('w/.cache/cordon')] });
    const outside = world(own, { cacheDirectory: at('home/.cache') });
    listOwnPlaces(outside, [at('w')]);
    expect(() => realpathSync(at('home/.cache'))).toThrow();
  });
});

describe('a private place', () => {
  const own = { userId: process.getuid?.() };

  it('is never where commands can write', () => {
    const runtime = at('run');
    mkdirSync(runtime, { recursive: true });
    const env = { XDG_RUNTIME_DIR: runtime };
    const name = `cordon-${String(own.userId)}`;
    expect(privatePlace({ ...own, env, roots: [] })).toEqual({ ok: true, value: join(runtime, name) });
    expect(privatePlace({ ...own, env, roots: [at()] })).not.toEqual({
      ok: true,
      value: join(runtime, name),
    });
    const all = [at(), '/dev/shm', '/run', '/var/tmp'] as AbsolutePath[];
    expect(privatePlace({ ...own, env, roots: all }).ok).toBe(false);
  });

  it('is not what somebody else prepared', () => {
    const name = `cordon-${String(own.userId)}`;
    const env = { XDG_RUNTIME_DIR: at('run') };
    mkdirSync(at('run', name), { recursive: true, mode: 0o755 });
    expect(privatePlace({ ...own, env, roots: [] })).not.toEqual({ ok: true, value: at('run', name) });
    rmSync(at('run', name), { recursive: true });
    symlinkSync(base, at('run', name));
    expect(privatePlace({ ...own, env, roots: [] })).not.toEqual({ ok: true, value: at('run', name) });
  });
});
