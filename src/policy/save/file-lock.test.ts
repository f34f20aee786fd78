// The lock's promises: one holder at a time, and a holder that died is no holder. Records of dead and living owners
// are written by hand; the test with real processes that are killed is integration/policy-persistence.test.ts.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireLock } from './file-lock.ts';

function lockIn(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-lock-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'a.lock');
}

/** What the lock itself wrote for this process, to be changed and put back as somebody else's. */
async function ownRecord(): Promise<Record<string, unknown>> {
  const path = lockIn();
  const lock = await acquireLock(path);
  if (lock.kind !== 'held') throw new Error(lock.because);
  const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  lock.release();
  return record;
}

const impatient = { waitMs: 30 };
/** Above the largest pid any kernel gives out. */
const nobody = 2 ** 30;
const otherNonce = 'f'.repeat(24);

describe('the lock', () => {
  it('is held until it is let go', async () => {
    const path = lockIn();
    const first = await acquireLock(path);
    expect(await acquireLock(path, impatient)).toEqual({
      kind: 'busy',
      because: `process ${process.pid} holds ${path} and did not let go within 30 ms`,
    });
    if (first.kind === 'held') first.release();
    const second = await acquireLock(path, impatient);
    expect(second.kind).toBe('held');
    if (second.kind === 'held') second.release();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('is waited for', async () => {
    const path = lockIn();
    const order: string[] = [];
    const hold = async (name: string): Promise<void> => {
      const lock = await acquireLock(path);
      if (lock.kind !== 'held') throw new Error(lock.because);
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
      lock.release();
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(hold));
    const turns = order.map((each) => each.split(' '));
    for (let at = 0; at < turns.length; at += 2) {
      expect(turns[at + 1]).toEqual([turns[at]?.[0], 'out']);
    }
  });

  const owners: readonly {
    readonly says: string;
    readonly change: Readonly<Record<string, unknown>>;
    readonly want: 'held' | 'busy';
  }[] = [
    { says: 'is taken over from a process that is gone', change: { pid: nobody }, want: 'held' },
    { says: 'is taken over when the pid belongs to a later process', change: { started: '1' }, want: 'held' },
    { says: 'is taken over after a reboot', change: { boot: 'another boot' }, want: 'held' },
    { says: 'is not taken from a living process', change: {}, want: 'busy' },
    {
      says: 'is not taken from another machine',
      change: { host: `not-${hostname()}`, pid: nobody },
      want: 'busy',
    },
    {
      says: 'is not taken from another container',
      change: { namespace: 'pid:[1]', pid: nobody },
      want: 'busy',
    },
  ];
  it.each(owners)('$says', async ({ change, want }) => {
    const path = lockIn();
    writeFileSync(path, JSON.stringify({ ...(await ownRecord()), nonce: otherNonce, ...change }));
    const lock = await acquireLock(path, impatient);
    expect(lock.kind).toBe(want);
    if (lock.kind !== 'held') return;
    expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from another machine when its record is older than any honest hold', async () => {
    const path = lockIn();
    writeFileSync(path, JSON.stringify({ ...(await ownRecord()), nonce: otherNonce, host: 'elsewhere' }));
    utimesSync(path, 1, 1);
    expect((await acquireLock(path, impatient)).kind).toBe('held');
  });

  it('is not taken from a record nobody can read', async () => {
    const path = lockIn();
    writeFileSync(path, '');
    expect(await acquireLock(path, impatient)).toMatchObject({ kind: 'busy' });
  });

  it('is taken over when the one who was taking it over died, too', async () => {
    const path = lockIn();
    const record = await ownRecord();
    const dead = { ...record, pid: nobody };
    writeFileSync(path, JSON.stringify({ ...dead, nonce: '1'.repeat(24) }));
    writeFileSync(`${path}.${'1'.repeat(24)}`, JSON.stringify({ ...dead, nonce: '2'.repeat(24) }));
    writeFileSync(
      `${path}.${'1'.repeat(24)}.${'2'.repeat(24)}`,
      JSON.stringify({ ...dead, nonce: '3'.repeat(24) }),
    );
    const lock = await acquireLock(path, impatient);
    expect(lock.kind).toBe('held');
    expect(readdirSync(join(path, '..'))).toEqual(['a.lock']);
  });

  it('is left to a living process that is taking it over', async () => {
    const path = lockIn();
    const record = await ownRecord();
    writeFileSync(path, JSON.stringify({ ...record, pid: nobody, nonce: '1'.repeat(24) }));
    writeFileSync(`${path}.${'1'.repeat(24)}`, JSON.stringify({ ...record, nonce: '2'.repeat(24) }));
    expect((await acquireLock(path, impatient)).kind).toBe('busy');
  });

  it('sweeps away what killed processes left long ago', async () => {
    const path = lockIn();
    for (const name of ['.1.aa.tmp', '.2.bb.tmp']) writeFileSync(`${path}${name}`, '');
    utimesSync(`${path}.1.aa.tmp`, 1, 1);
    const lock = await acquireLock(path);
    if (lock.kind === 'held') lock.release();
    expect(readdirSync(join(path, '..'))).toEqual(['a.lock.2.bb.tmp']);
  });
});
