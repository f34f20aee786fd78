import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AbsolutePath } from '../../domain/index.ts';
import { findAirlock, type FoundAirlock } from './find-airlock.ts';

const uid = process.getuid?.() ?? 0;
let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-airlock-')));
  mkdirSync(join(base, 'work'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const find = (place: string): FoundAirlock =>
  findAirlock({
    candidates: [join(base, place) as AbsolutePath],
    roots: [join(base, 'work') as AbsolutePath],
    uid,
  });

describe('findAirlock', () => {
  it('makes a place in a home, for nobody else to enter', () => {
    expect(find('.cordon/airlock')).toEqual({ kind: 'found', airlock: join(base, '.cordon/airlock') });
    expect(statSync(join(base, '.cordon/airlock')).mode & 0o777).toBe(0o700);
  });

  it.each([
    { says: 'leaves nothing in a workspace', place: 'work/.cordon/airlock', trace: 'work/.cordon' },
    { says: 'makes no home where none is', place: 'nowhere/.cordon/airlock', trace: 'nowhere' },
  ])('$says', ({ place, trace }) => {
    expect([find(place).kind, existsSync(join(base, trace))]).toEqual(['none', false]);
  });
});
