// Everything one program started, and how to end it: its group, its session, its descendants, and those that carry
// its mark. For programs without the launcher; the launcher does this better, from inside.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

export interface TreeRoot {
  /** Leads its own group and session. */
  readonly pid: number;
  readonly startedAt: number;
  /** An environment entry every process of the tree inherited, unless it dropped it. */
  readonly mark: string | undefined;
}

export class ProcessTree {
  readonly #root: TreeRoot;
  readonly #table: ProcessTable;
  readonly #ownPid: number;
  /** Everybody ever found: a child in a session of its own is nobody's descendant any more once its parent died. */
  readonly #known = new Map<number, ProcessEntry>();

  constructor(root: TreeRoot, table: ProcessTable, ownPid: number) {
    this.#root = root;
    this.#table = table;
    this.#ownPid = ownPid;
  }

  /** Whether the program's own group has members; one system call, and zombies count. */
  groupExists(): boolean {
    return sendSignal(-this.#root.pid, 0) !== 'nobody';
  }

  async members(): Promise<readonly ProcessEntry[]> {
    const entries = await this.#table.list();
    const traces = { marked: this.#carriers(entries), known: this.#known };
    const found = findMembers(entries, this.#root, traces);
    // A root that is one of our own ancestors was never started by us: whoever named it lied.
    if (found.some(({ pid }) => pid === this.#ownPid || pid <= 1)) return [];
    for (const member of found) this.#known.set(member.pid, member);
    return found;
  }

  #carriers(entries: readonly ProcessEntry[]): ReadonlySet<number> {
    const { mark, startedAt: from } = this.#root;
    // Inherited by this process too, it marks whatever we run inside of, not what we started.
    if (mark === undefined || this.#table.carries(this.#ownPid, mark)) return new Set();
    const younger = entries.filter(({ startedAt }) => startedAt >= from);
    return new Set(younger.map(({ pid }) => pid).filter((pid) => this.#table.carries(pid, mark)));
  }

  /** INT to the program's own group, as a terminal would send it. */
  interrupt(): void {
    sendSignal(-this.#root.pid, 'SIGINT');
  }

  /**
   * Asks every member to end, each once: to many programs a second TERM means "at once". A stopped process only sees
   * TERM after it was continued.
   */
  async terminate(): Promise<void> {
    const members = await this.members();
    this.#signalAll(members, 'SIGTERM');
    this.#signalAll(members, 'SIGCONT');
  }

  /** Waits until no member is left, at most `limitMs`. */
  async emptied(limitMs: number): Promise<boolean> {
    const until = performance.now() + limitMs;
    for (let pause = 4; ; pause = Math.min(32, pause * 2)) {
      // Looking at everybody costs milliseconds, at those we know microseconds.
      if (!this.#knowsSomebodyAlive() && (await this.members()).length === 0) return true;
      const remaining = until - performance.now();
      if (remaining <= 0) return false;
      await sleep(Math.min(pause, remaining));
    }
  }

  /**
   * Kills every member. They are stopped first, in rounds, because a process that forks faster than we read would
   * otherwise always have one child that is not in the list.
   */
  async kill(): Promise<void> {
    const stopped = new Map<number, ProcessEntry>();
    for (let round = 0; round < 10; round += 1) {
      const fresh = (await this.members()).filter(({ pid }) => !stopped.has(pid));
      if (fresh.length === 0) break;
      this.#signalAll(fresh, 'SIGSTOP');
      for (const member of fresh) stopped.set(member.pid, member);
    }
    this.#signalAll([...stopped.values()], 'SIGKILL');
  }

  // The group in one call, which also reaches a child that is being born and one no list has seen; the others one by one.
  #signalAll(members: readonly ProcessEntry[], signal: NodeJS.Signals): void {
    const { pid, startedAt } = this.#root;
    const leader = this.#table.find(pid);
    const isOurs = leader === undefined || leader.startedAt === startedAt;
    if (isOurs) sendSignal(-pid, signal);
    for (const member of members) if (!isOurs || member.group !== pid) this.#signal(member, signal);
  }

  #knowsSomebodyAlive(): boolean {
    for (const { pid, startedAt } of this.#known.values())
      if (this.#table.find(pid)?.startedAt === startedAt) return true;
    return false;
  }

  // A pid is only a number: between the look and the signal it may have become somebody else.
  #signal(member: ProcessEntry, signal: NodeJS.Signals): void {
    const now = this.#table.find(member.pid);
    if (now !== undefined && now.startedAt !== member.startedAt) return;
    sendSignal(member.pid, signal);
  }
}

/** Further members that no group, session or parent leads to. */
export interface OtherTraces {
  readonly marked: ReadonlySet<number>;
  readonly known: ReadonlyMap<number, Pick<ProcessEntry, 'startedAt'>>;
}

/** The members of a tree among all processes, the root included. Pure, so that the attacks on it can be rows. */
export function findMembers(
  entries: readonly ProcessEntry[],
  root: Pick<TreeRoot, 'pid' | 'startedAt'>,
  { marked, known }: OtherTraces,
): readonly ProcessEntry[] {
  const leader = entries.find(({ pid }) => pid === root.pid);
  // The root has ended and its number belongs to a stranger, whose group and session carry that number too.
  const reused = leader !== undefined && leader.startedAt !== root.startedAt;
  const belongs = (entry: ProcessEntry): boolean =>
    marked.has(entry.pid) ||
    known.get(entry.pid)?.startedAt === entry.startedAt ||
    (!reused &&
      entry.startedAt >= root.startedAt &&
      (entry.pid === root.pid || entry.group === root.pid || entry.session === root.pid));
  const children = childrenByParent(entries);
  const found = new Map<number, ProcessEntry>();
  const queue = entries.filter(belongs);
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    if (found.has(entry.pid)) continue;
    found.set(entry.pid, entry);
    queue.push(...(children.get(entry.pid) ?? []));
  }
  return [...found.values()];
}

function childrenByParent(entries: readonly ProcessEntry[]): ReadonlyMap<number, readonly ProcessEntry[]> {
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of entries) {
    const siblings = children.get(entry.parent);
    if (siblings === undefined) children.set(entry.parent, [entry]);
    else siblings.push(entry);
  }
  return children;
}

/** Never throws; a negative pid is a group, and signal 0 only asks. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): 'sent' | 'nobody' | 'not-allowed' {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'not-allowed' : 'nobody';
  }
}
