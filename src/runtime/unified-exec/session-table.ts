// Who is alive, who may be let go, and what is remembered of the finished: ids, places and tombstones. Knows nothing
// of processes; the manager ends what `makeRoom` names.
import type { SessionId } from '../../domain/index.ts';

/** Live sessions at most. */
export const maxSessions = 64;
/** From this many on the caller should be told to close some. */
export const crowdedFrom = 60;
/** The most recently used, which eviction never touches. */
const protectedRecents = 8;
/** Finished sessions that still answer with their end. */
const maxTombstones = 256;
const firstId = 1_000;
const lastId = 99_999;

interface Place<Live> {
  live: Live | undefined;
  exited: boolean;
  usedAt: number;
}

export class SessionTable<Live, Tombstone> {
  readonly #places = new Map<SessionId, Place<Live>>();
  readonly #tombstones = new Map<SessionId, Tombstone>();
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
      if (this.#places.has(id) || this.#tombstones.has(id)) continue;
      this.#places.set(id, { live: undefined, exited: false, usedAt: this.#tick() });
      return id;
    }
    throw new Error('Cannot reserve a session id: all are taken');
  }

  release(id: SessionId): void {
    this.#places.delete(id);
  }

  /** Fills a reserved place. */
  settle(id: SessionId, live: Live): void {
    this.#places.set(id, { live, exited: false, usedAt: this.#tick() });
  }

  /** The live session behind an id; finding it makes it the most recently used. */
  find(id: SessionId): Live | undefined {
    const place = this.#places.get(id);
    if (place?.live === undefined) return undefined;
    place.usedAt = this.#tick();
    return place.live;
  }

  /** The program has ended but its last output was not collected yet: first to go when room is needed. */
  markExited(id: SessionId): void {
    const place = this.#places.get(id);
    if (place !== undefined) place.exited = true;
  }

  /** Moves a session to the finished; later calls find only its tombstone. */
  bury(id: SessionId, tombstone: Tombstone): void {
    this.#places.delete(id);
    this.#tombstones.delete(id);
    this.#tombstones.set(id, tombstone);
    for (const oldest of this.#tombstones.keys()) {
      if (this.#tombstones.size <= maxTombstones) break;
      this.#tombstones.delete(oldest);
    }
  }

  tombstone(id: SessionId): Tombstone | undefined {
    return this.#tombstones.get(id);
  }

  /** Which session to end so that one more fits, or undefined when there is room. */
  makeRoom(): { readonly id: SessionId; readonly live: Live } | undefined {
    if (this.#places.size <= maxSessions) return undefined;
    const oldestFirst = [...this.#places].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    const evictable = oldestFirst.slice(0, Math.max(0, oldestFirst.length - protectedRecents));
    const candidates = evictable.filter(([, place]) => place.live !== undefined);
    const [id, place] = candidates.find(([, each]) => each.exited) ?? candidates[0] ?? [];
    return id === undefined || place?.live === undefined ? undefined : { id, live: place.live };
  }

  get isCrowded(): boolean {
    return this.#places.size >= crowdedFrom;
  }

  /** Live sessions and reserved places. */
  get size(): number {
    return this.#places.size;
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
