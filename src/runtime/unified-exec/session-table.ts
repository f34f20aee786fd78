// Ids, who is alive and when it was used last, and what is remembered of the finished. Knows nothing of processes; how
// many programs may run at once is running-places.ts.
import type { SessionId } from '../../domain/index.ts';

/** Live sessions at most. */
export const maxSessions = 64;
/** From this many on the caller should be told to close some. */
export const crowdedFrom = 60;
/** The most recently used, which eviction never touches. */
const protectedRecents = 8;
/** Finished sessions that still answer with their end. */
const maxFinished = 256;
const firstId = 1_000;
const lastId = 99_999;

interface Place<Live> {
  live: Live | undefined;
  /** It was told to end, to make room. */
  leaving: boolean;
  usedAt: number;
}

export class SessionTable<Live, Finished> {
  readonly #places = new Map<SessionId, Place<Live>>();
  readonly #finished = new Map<SessionId, Finished>();
  /** Finished sessions whose last output nobody has asked for yet. */
  readonly #unread = new Set<SessionId>();
  readonly #random: (below: number) => number;
  #clock = 0;

  /** `random(n)` answers an integer from 0 to n - 1. */
  constructor(random: (below: number) => number) {
    this.#random = random;
  }

  /** Takes an id no live, reserved or remembered session has. Call before approval; `release` on every failure. */
  reserve(): SessionId {
    const span = lastId - firstId + 1;
    const start = this.#random(span);
    for (let step = 0; step < span; step += 1) {
      const id = (firstId + ((start + step) % span)) as SessionId;
      if (this.#places.has(id) || this.#finished.has(id)) continue;
      this.#places.set(id, { live: undefined, leaving: false, usedAt: this.#tick() });
      return id;
    }
    throw new Error('Cannot reserve a session id: all are taken');
  }

  release(id: SessionId): void {
    this.#places.delete(id);
  }

  /** Fills a reserved place. */
  settle(id: SessionId, live: Live): void {
    this.#places.set(id, { live, leaving: false, usedAt: this.#tick() });
  }

  /** The live session behind an id; finding it makes it the most recently used. */
  find(id: SessionId): Live | undefined {
    const place = this.#places.get(id);
    if (place?.live === undefined) return undefined;
    place.usedAt = this.#tick();
    return place.live;
  }

  /** Moves a session to the finished, unread; answers with those that are forgotten for it: the read ones first. */
  finish(id: SessionId, end: Finished): readonly Finished[] {
    this.#places.delete(id);
    this.#finished.delete(id);
    this.#finished.set(id, end);
    this.#unread.add(id);
    const forgotten: Finished[] = [];
    while (this.#finished.size > maxFinished) {
      const ids = [...this.#finished.keys()];
      const oldest = ids.find((each) => !this.#unread.has(each)) ?? ids[0];
      if (oldest === undefined) break;
      const end = this.#finished.get(oldest);
      if (end !== undefined) forgotten.push(end);
      this.#finished.delete(oldest);
      this.#unread.delete(oldest);
    }
    return forgotten;
  }

  finished(id: SessionId): Finished | undefined {
    return this.#finished.get(id);
  }

  /** Its last output is handed out; answers whether for the first time. */
  markRead(id: SessionId): boolean {
    return this.#unread.delete(id);
  }

  /** The finished nobody has asked for, in the order they ended. */
  unread(): readonly { readonly id: SessionId; readonly end: Finished }[] {
    return [...this.#unread].flatMap((id) => {
      const end = this.#finished.get(id);
      return end === undefined ? [] : [{ id, end }];
    });
  }

  /** The live session to end so that one more fits, once; never one of the eight used last. */
  evict(): Live | undefined {
    const settled = [...this.#places.values()].filter(({ live }) => live !== undefined);
    const oldestFirst = settled.toSorted((a, b) => a.usedAt - b.usedAt);
    const evictable = oldestFirst.slice(0, Math.max(0, oldestFirst.length - protectedRecents));
    const place = evictable.find(({ leaving }) => !leaving);
    if (place !== undefined) place.leaving = true;
    return place?.live;
  }

  get isCrowded(): boolean {
    return this.size >= crowdedFrom;
  }

  /** Live sessions. */
  get size(): number {
    return this.list().length;
  }

  /** Live sessions, least recently used first. */
  list(): readonly { readonly id: SessionId; readonly live: Live }[] {
    return [...this.#places]
      .toSorted(([, a], [, b]) => a.usedAt - b.usedAt)
      .flatMap(([id, { live }]) => (live === undefined ? [] : [{ id, live }]));
  }

  #tick(): number {
    this.#clock += 1;
    return this.#clock;
  }
}
