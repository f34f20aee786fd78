import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AbsolutePath } from '../../domain/index.ts';
import type { OwnerMark } from './layer-set.ts';
import { recoverSets } from './recover-sets.ts';
import { RecoveryTurns } from './recovery-turns.ts';
import { isSetOf, newSetId } from './set-id.ts';

const self: OwnerMark = { pid: 41, began: '7' };
const launcher = '/bin/false' as AbsolutePath;

describe('the search for what dead hosts left', () => {
  let airlock: AbsolutePath;
  beforeEach(() => {
    airlock = mkdtempSync(join(tmpdir(), 'cordon-recover-')) as AbsolutePath;
  });
  afterEach(() => {
    rmSync(airlock, { recursive: true });
  });
  function makeSet(id: string, owner: OwnerMark): void {
    mkdirSync(join(airlock, id));
    writeFileSync(join(airlock, id, 'owner'), JSON.stringify(owner));
  }

  it('asks nothing about the sets of its own process, however many there are', async () => {
    for (let made = 0; made < 64; made += 1) makeSet(newSetId(self), self);
    const asked: number[] = [];
    const processNow = (pid: number): OwnerMark | undefined => {
      asked.push(pid);
      return undefined;
    };
    expect(await recoverSets(airlock, { launcher, processNow, self, putAside: () => [] })).toEqual([]);
    expect([asked, readdirSync(airlock).length]).toEqual([[], 64]);
  });

  it('leaves the sets of other living processes alone', async () => {
    makeSet(newSetId({ pid: 42, began: '9' }), { pid: 42, began: '9' });
    const processNow = (pid: number): OwnerMark => ({ pid, began: '9' });
    expect(await recoverSets(airlock, { launcher, processNow, self, putAside: () => [] })).toEqual([]);
  });

  it('takes a number that is used again for another process', () => {
    expect(isSetOf(self, newSetId({ pid: 41, began: '71' }))).toBe(false);
    expect(isSetOf(self, newSetId({ pid: 4, began: '17' }))).toBe(false);
    expect(isSetOf(self, newSetId(self))).toBe(true);
  });

  it('is made before the first command and every ten seconds, of each airlock by itself', () => {
    const clock = { now: 5 };
    const turns = new RecoveryTurns(() => clock.now);
    const due = (now: number, place: string): boolean => {
      clock.now = now;
      return turns.isDue(place);
    };
    expect([due(5, 'a'), due(5, 'b'), due(10_004, 'a'), due(10_005, 'a'), due(10_006, 'a')]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});
