import {
  existsSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AbsolutePath,
  type Change,
  bytePath,
  type HeldChange,
  type JudgedChange,
} from '../../domain/index.ts';
import { realTree } from '../tree/index.ts';
import { openHeldPlace } from './held-place.ts';
import { heldLimits, heldStore, type HeldStore } from './held-store.ts';
import { keepHeld } from './keep-held.ts';
import { putAside } from './put-aside.ts';
import { unifiedDiff } from './unified-diff.ts';

const uid = process.getuid?.() ?? 0;
let base: string;
let root: AbsolutePath;
let home: AbsolutePath;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-held-')));
  root = join(base, 'w') as AbsolutePath;
  home = join(base, 'h') as AbsolutePath;
  mkdirSync(root);
  mkdirSync(home, { mode: 0o700 });
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const part = { reason: 'It is a hook.', runs: 'git commit' };
const creates = (path: string, text: string): Change => ({
  root,
  path: bytePath(path),
  before: { kind: 'missing' },
  after: { kind: 'file', size: text.length, mode: 0o755 },
});

function open(): HeldStore {
  const place = openHeldPlace({ home, uid, roots: [root] });
  if (!place.ok) throw new Error(place.error);
  return heldStore(place.value, Date.now);
}

/** The command wrote `text`; the path stays as it was; the store has it. */
function hold(store: HeldStore, path: string, text: string): HeldChange {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  const judged: JudgedChange = { change: creates(path, text), verdict: { kind: 'hold', held: [part] } };
  const [held] = putAside([judged], { store, before: realTree, after: realTree, command: 'make' });
  rmSync(join(root, path));
  if (held === undefined) throw new Error('nothing was put aside');
  return held;
}

describe('the place of the store', () => {
  it('is the home, for nobody else to read', () => {
    expect(openHeldPlace({ home, uid, roots: [root] })).toEqual({ ok: true, value: join(home, 'held') });
    expect(lstatSync(join(home, 'held')).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing in a workspace, and makes no home where none is', () => {
    const all = [root, '/var/tmp' as AbsolutePath];
    for (const place of [join(root, '.cordon'), join(base, 'nowhere/.cordon')])
      expect(openHeldPlace({ home: place as AbsolutePath, uid, roots: all }).ok).toBe(false);
    expect([existsSync(join(root, '.cordon')), existsSync(join(base, 'nowhere'))]).toEqual([false, false]);
  });

  it('is never one that commands can write, that others can read, or that a link leads to', () => {
    mkdirSync(join(base, 'w', '.cordon'));
    const inside = openHeldPlace({
      home: join(root, '.cordon') as AbsolutePath,
      uid,
      roots: [root, '/var/tmp' as AbsolutePath],
    });
    expect(inside.ok ? inside.value : inside.error).toMatch(
      /^Nothing can be put aside: .* lies in a directory that commands can write;/,
    );
    mkdirSync(join(home, 'held'));
    chmodSync(join(home, 'held'), 0o755);
    const shared = openHeldPlace({ home, uid, roots: ['/var/tmp' as AbsolutePath] });
    expect(shared.ok ? shared.value : shared.error).toContain('can be read by others');
    rmSync(join(home, 'held'), { recursive: true });
    symlinkSync(root, join(home, 'held'));
    expect(openHeldPlace({ home, uid, roots: [root, '/var/tmp' as AbsolutePath] }).ok).toBe(false);
  });
});

describe('what was held back', () => {
  it('is kept where the command wanted it, with its mode', () => {
    const store = open();
    const { id = '' } = hold(store, 'a/b/hook', '#!/bin/sh\n');
    const entry = store.find(id);
    expect(entry === undefined ? undefined : keepHeld(store, entry, { overwrite: false })).toEqual({
      ok: true,
      value: undefined,
    });
    expect([
      readFileSync(join(root, 'a/b/hook'), 'utf8'),
      lstatSync(join(root, 'a/b/hook')).mode & 0o777,
    ]).toEqual(['#!/bin/sh\n', 0o755]);
  });

  it('does not overwrite what somebody wrote there since, unless that is said', () => {
    const store = open();
    const { id = '' } = hold(store, 'hook', 'theirs');
    writeFileSync(join(root, 'hook'), 'mine');
    const entry = store.find(id);
    if (entry === undefined) throw new Error('lost');
    expect(keepHeld(store, entry, { overwrite: false })).toMatchObject({
      ok: false,
      error: { kind: 'changed' },
    });
    expect(keepHeld(store, entry, { overwrite: true }).ok).toBe(true);
    expect(readFileSync(join(root, 'hook'), 'utf8')).toBe('theirs');
  });

  it('is not written through a link that somebody made on the way', () => {
    const store = open();
    const { id = '' } = hold(store, 'a/hook', 'x');
    rmSync(join(root, 'a'), { recursive: true });
    symlinkSync(home, join(root, 'a'));
    const entry = store.find(id);
    expect(entry === undefined ? undefined : keepHeld(store, entry, { overwrite: true })).toMatchObject({
      ok: false,
      error: { kind: 'unusable' },
    });
  });

  it('is found by the beginning of its name, listed newest first, and gone when dropped', () => {
    const store = open();
    const one = hold(store, 'one', '1').id ?? '';
    const two = hold(store, 'two', '2').id ?? '';
    expect(
      store
        .list()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([one, two].toSorted());
    expect([store.find(one.slice(0, -1))?.id, store.find('h'), store.find('')]).toEqual([
      one,
      undefined,
      undefined,
    ]);
    store.drop(one);
    expect(store.list().map(({ path }) => path)).toEqual(['two']);
  });

  it('is bounded by number, bytes and age; the oldest go first', () => {
    const place = openHeldPlace({ home, uid, roots: [root] });
    if (!place.ok) throw new Error(place.error);
    const clock = { now: 1_000 };
    const store = heldStore(place.value, () => clock.now, {
      ...heldLimits,
      entries: 3,
      bytes: 25,
      ageMs: 100,
    });
    const add = (path: string, after: string): void => {
      clock.now += 1;
      store.add({
        change: creates(path, after),
        parts: [part],
        command: 'x',
        before: undefined,
        after: Buffer.from(after),
        left: undefined,
      });
    };
    for (const path of ['a', 'b', 'c', 'd']) add(path, 'x');
    expect(store.list().map(({ path }) => path)).toEqual(['d', 'c', 'b']);
    add('e', 'y'.repeat(24));
    expect(store.list().map(({ path }) => path)).toEqual(['e', 'd']);
    clock.now += 100;
    add('f', 'x');
    expect(store.list().map(({ path }) => path)).toEqual(['f']);
  });

  it('is told as lost when there is no store', () => {
    const judged: JudgedChange = { change: creates('x', 'y'), verdict: { kind: 'hold', held: [part] } };
    expect(
      putAside([judged], { store: { missing: 'No room.' }, before: realTree, after: realTree, command: '' }),
    ).toEqual([{ path: join(root, 'x'), parts: [part], lost: 'No room.' }]);
  });
});

describe('a difference', () => {
  it.each([
    { says: 'equal', before: 'a\n', after: 'a\n', lines: [] },
    { says: 'new', before: '', after: 'a\nb\n', lines: ['@@ -0,0 +1,2 @@', '+a', '+b'] },
    {
      says: 'one line of many',
      before: '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      after: '1\n2\n3\n4\nfive\n6\n7\n8\n9\n',
      lines: ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'],
    },
    {
      says: 'two places',
      before: 'a\n1\n1\n1\n1\n1\n1\n1\n1\nz\n',
      after: '1\n1\n1\n1\n1\n1\n1\n1\nz\ny\n',
      lines: ['@@ -1,4 +1,3 @@', '-a', ' 1', ' 1', ' 1', '@@ -8,3 +7,4 @@', ' 1', ' 1', ' z', '+y'],
    },
    {
      says: 'an end of the last line alone',
      before: 'a',
      after: 'a\n',
      lines: ['@@ -1 +1 @@', '-a', '\\ No newline at end of file', '+a'],
    },
    {
      says: 'a last line without an end',
      before: 'x\ny',
      after: 'x\ny\nz',
      lines: [
        '@@ -1,2 +1,3 @@',
        ' x',
        '-y',
        '\\ No newline at end of file',
        '+y',
        '+z',
        '\\ No newline at end of file',
      ],
    },
  ])('$says', ({ before, after, lines }) => {
    expect(unifiedDiff(before, after)).toEqual(lines);
  });
});
