// What `integration/fixtures/fail-once.c` lists: the places in a program that calls of the kernel are made from. A loop makes
// the same call from the same place again and again, and failing takes the same path each time.
import { readFileSync } from 'node:fs';

export interface FaultPlace {
  /** By its number on x86-64. */
  readonly call: number;
  /** The same in each run, for shares of the work. */
  readonly hash: bigint;
  /** Which of all calls of the run come from here, counted from 0. At least one. */
  readonly nth: readonly number[];
}

/** What cannot fail, lets go whatever it answers (close), is memory or signals of libc, or starts or ends a process. */
const leftOut: ReadonlySet<number> = new Set([
  3, 9, 10, 11, 12, 13, 15, 39, 59, 60, 102, 104, 107, 108, 110, 158, 186, 218, 231, 273, 334,
]);

/** In the order of their first calls. */
export function readFaultPlaces(list: string): readonly FaultPlace[] {
  const places = new Map<string, FaultPlace & { nth: number[] }>();
  for (const [nth, line] of readFileSync(list, 'utf8').trimEnd().split('\n').entries()) {
    const [call = '', hash = ''] = line.split(' ');
    if (leftOut.has(Number(call))) continue;
    const place = places.get(line) ?? { call: Number(call), hash: BigInt(`0x${hash}`), nth: [] };
    place.nth.push(nth);
    places.set(line, place);
  }
  return [...places.values()];
}

/** One of the rows, the same for a place in each run. */
export function chosenFor<Row>({ hash }: FaultPlace, rows: readonly [Row, ...Row[]]): Row {
  return rows[Number((hash >> 8n) % BigInt(rows.length))] ?? rows[0];
}

/** Which of its calls fails: not always the first, whose failure later ones may make good. */
export function chosenCall(place: FaultPlace, turn = 0): number {
  return place.nth[(Number(place.hash >> 16n) + turn) % place.nth.length] ?? place.nth[0] ?? 0;
}
