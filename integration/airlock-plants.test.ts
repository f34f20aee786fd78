// What would run later does not, judged on the real directory after each command: rows of our own, each first without
// any protection.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldStore, makeWorld, openHeldPlace, putAside, realTree, startScan } from '../src/airlock/index.ts';
import type { AbsolutePath } from '../src/domain/index.ts';
import { type Garden, grow, readPlants } from './support/plants.ts';

const plants = readPlants(
  process.env['PLANTS'] ?? fileURLToPath(new URL('fixtures/plants.jsonl', import.meta.url)),
);
let base: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync('/var/tmp/cordon-plants-'));
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

/** Runs each step directly in the workspace, and looks at it afterwards. */
async function judged({ workspace, home, env, sh }: Garden): Promise<(script: string) => Promise<void>> {
  const roots = [workspace as AbsolutePath];
  const world = makeWorld({
    before: realTree,
    after: realTree,
    home: home as AbsolutePath,
    roots,
    path: env['PATH'],
  });
  const place = openHeldPlace({
    home: join(workspace, '..', 'cordon') as AbsolutePath,
    uid: process.getuid?.() ?? 0,
    roots,
  });
  if (!place.ok) throw new Error(place.error);
  const store = heldStore(place.value, Date.now);
  const scan = await startScan({
    roots,
    world,
    putAside: (held, before) => putAside(held, { store, before, after: realTree, command: 'a plant' }),
  });
  return async (script) => {
    sh(script);
    await scan.look();
  };
}

describe('what a command leaves behind does not run later', () => {
  it.each(plants)('$name', { timeout: 60_000 }, async (plant) => {
    const plain = await grow(plant, join(base, `${plant.name}-plain`), async (garden) => {
      return await Promise.resolve((script) => Promise.resolve(void garden.sh(script)));
    });
    const closed = await grow(plant, join(base, `${plant.name}-judged`), judged);
    expect({ plain: plain.isOpen, judged: closed }).toEqual({
      plain: true,
      judged: { isOpen: false, keeps: true },
    });
  });
});
