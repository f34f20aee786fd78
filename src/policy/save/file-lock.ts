// An advisory lock between processes, made of hard links because Node has no flock. It survives the death of its
// holder: a lock whose owner no longer runs is taken over, and never by two at once.
//
// The lock is a file whose content names its owner: process id, start time, pid namespace, and a random nonce. It is
// made elsewhere and linked into place, so it is never seen half written and only one link can win. A waiter that
// finds a dead owner does not delete the lock (another waiter may have replaced it by then): it claims the right to
// replace *this* nonce, again by a link, checks that the lock still carries the nonce, and renames its own record over
// it. A claim whose owner died is taken over the same way. An owner on another machine or in another pid namespace
// cannot be looked up: it counts as dead only when its record is minutes old, and the lock is held for milliseconds.
import { randomBytes } from 'node:crypto';
import {
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { codeOf } from '../load/read-rule-file.ts';

export interface LockOptions {
  /** Milliseconds to wait for another holder before giving up. Default 5000. */
  readonly waitMs?: number;
  readonly now?: () => number;
}

export type LockResult =
  { readonly kind: 'held'; release(): void } | { readonly kind: 'busy'; readonly because: string };

interface Owner {
  readonly pid: number;
  /** Clock ticks after boot, from the kernel; undefined where it does not tell. */
  readonly started: string | undefined;
  readonly host: string;
  readonly boot: string | undefined;
  /** The pid namespace; undefined where the kernel does not tell. */
  readonly namespace: string | undefined;
  readonly nonce: string;
}

/** Milliseconds after which a record that nobody here can judge counts as left behind. */
const abandonedAfterMs = 600_000;

export async function acquireLock(path: string, options: LockOptions = {}): Promise<LockResult> {
  const { waitMs = 5000, now = Date.now } = options;
  const me = describeSelf();
  const deadline = now() + waitMs;
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    const holder = tryAcquire(path, me);
    if (holder === undefined) {
      sweep(path, now());
      return { kind: 'held', release: () => release(path, me) };
    }
    if (now() >= deadline) {
      const who = holder === 'unknown' ? 'something' : `process ${holder.pid}`;
      const because = `${who} holds ${path} and did not let go within ${waitMs} ms`;
      return { kind: 'busy', because };
    }
    // Jitter, or waiters that lost together would ask together again.
    const wait = Math.min(pause * (0.5 + Math.random()), Math.max(1, deadline - now()));
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Undefined when the lock is ours now; else who has it. */
function tryAcquire(path: string, me: Owner): Owner | 'unknown' | undefined {
  if (linkRecord(path, me)) return undefined;
  const holder = readOwner(path);
  if (holder === undefined || isAlive(holder, path)) return holder ?? 'unknown';
  return takeOver({ path, claim: `${path}.${holder.nonce}`, dead: holder }, me);
}

interface Inheritance {
  readonly path: string;
  /** The right to replace the lock of `dead`, as a file. */
  readonly claim: string;
  readonly dead: Owner;
}

function takeOver({ path, claim, dead }: Inheritance, me: Owner): Owner | 'unknown' | undefined {
  if (!linkRecord(claim, me)) {
    const claimant = readOwner(claim);
    if (claimant === undefined || isAlive(claimant, claim)) return claimant ?? 'unknown';
    const rest = takeOver({ path: claim, claim: `${claim}.${claimant.nonce}`, dead: claimant }, me);
    if (rest !== undefined) return rest;
  }
  try {
    // Between reading the dead owner and winning the claim, an earlier claimant may have finished.
    if (readOwner(path)?.nonce !== dead.nonce) return readOwner(path) ?? 'unknown';
    const record = writeRecord(path, me);
    renameSync(record, path);
    return undefined;
  } finally {
    remove(claim);
  }
}

function release(path: string, me: Owner): void {
  if (readOwner(path)?.nonce === me.nonce) remove(path);
}

/** Links a complete record into place; false when something is there. */
function linkRecord(path: string, owner: Owner): boolean {
  const record = writeRecord(path, owner);
  try {
    linkSync(record, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    remove(record);
  }
}

function writeRecord(path: string, owner: Owner): string {
  const record = `${path}.${owner.pid}.${randomBytes(6).toString('hex')}.tmp`;
  writeFileSync(record, JSON.stringify(owner), { flag: 'wx', mode: 0o644 });
  return record;
}

function readOwner(path: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, started, host, boot, namespace, nonce } = value as Partial<Owner>;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    if (typeof nonce !== 'string' || !/^[0-9a-f]{24}$/.test(nonce)) return undefined;
    return { pid, started, host, boot, namespace, nonce };
  } catch {
    return undefined;
  }
}

function describeSelf(): Owner {
  return {
    pid: process.pid,
    started: startTime(process.pid),
    host: hostname(),
    boot: readFirst('/proc/sys/kernel/random/boot_id'),
    namespace: pidNamespace(),
    nonce: randomBytes(12).toString('hex'),
  };
}

/** A process that cannot be judged from here counts as alive: waiting costs seconds, two holders cost a rule. */
function isAlive(owner: Owner, record: string): boolean {
  const isJudgeable = owner.host === hostname();
  if (isJudgeable && owner.boot !== readFirst('/proc/sys/kernel/random/boot_id')) return false;
  if (!isJudgeable || owner.namespace !== pidNamespace()) return ageOf(record, Date.now()) < abandonedAfterMs;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const started = startTime(owner.pid);
  // Another process may have been given the same number since.
  return owner.started === undefined || started === undefined || started === owner.started;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may contain anything: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more.
    return fields[0] === 'Z' ? 'gone' : fields[19];
  } catch {
    return undefined;
  }
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function readFirst(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function ageOf(path: string, now: number): number {
  try {
    return now - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Removes what killed processes left beside the lock. Young files may be in use. */
function sweep(path: string, now: number): void {
  const directory = dirname(path);
  for (const name of readdirSync(directory)) {
    const other = `${directory}/${name}`;
    if (other.startsWith(`${path}.`) && ageOf(other, now) > abandonedAfterMs) remove(other);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
