// One row of the conformance suite: an act, how its effect is recognised, and what is expected of a sandbox.
import type { Restriction } from '../../../src/domain/index.ts';

/**
 * How an act is judged. `outside`: the world outside saw a change, a message, a signal. `secret`: the answer holds
 * what only the outside wrote. `said`: the act is its own effect, and the probe's word is taken for it, which errs
 * on the open side; with a namespace named, the effect is private unless that namespace is the outside's own.
 */
export type Judge = 'outside' | 'secret' | 'said' | { readonly saidWithin: NamespaceKind };
export type NamespaceKind = 'user' | 'mnt' | 'pid' | 'net' | 'ipc' | 'uts';

export type Group = 'fs' | 'prot' | 'ns' | 'priv' | 'proc' | 'net' | 'unix' | 'ipc' | 'leak' | 'tty' | 'life';

/** Which start of the sandbox the probe belongs to. */
export type Batch = 'main' | 'terminal' | 'stdin-file' | 'killed';

export interface HostileRow {
  readonly name: `${Group}.${string}`;
  readonly says: string;
  readonly judge: Judge;
  /** Which part of the enforcement report answers for it: a host that lacks that part must say so. */
  readonly restriction: Restriction;
  readonly batch: Batch;
  /** Not one of the 209 probes the published figures of other sandboxes were measured with. */
  readonly beyond: boolean;
  /** Open in every mode, and why that is accepted. */
  readonly knownOpen: string | undefined;
  /** What a run without a sandbox cannot show (unmounting a protection): judged without that control. */
  readonly provesItself: boolean;
}

type Written = Pick<HostileRow, 'name' | 'says'> & Partial<HostileRow>;

/** Fills in what the rows of one group have in common. */
export function rowsOf(
  common: Pick<HostileRow, 'judge' | 'restriction'> & Partial<HostileRow>,
  rows: readonly Written[],
): HostileRow[] {
  const standard = { batch: 'main', beyond: false, knownOpen: undefined, provesItself: false } as const;
  return rows.map((row) => ({ ...standard, ...common, ...row }));
}

export function groupOf(name: string): Group {
  return name.slice(0, name.indexOf('.')) as Group;
}
