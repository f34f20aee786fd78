// From a change set that a turn filled to the line that tells of it.
import { describeSettled, type PendingChanges, type SettledChanges } from '../../domain/index.ts';
import { conflictFields, heldFields } from './command-end.ts';
import type { PreviewEvent } from './thread-event.ts';

export interface EndedPreview {
  readonly set: Pick<PendingChanges, 'changes' | 'omitted'> & {
    readonly forbidden: PendingChanges['forbidden'];
    /** Why what was written could not be read. */
    readonly problem: string | undefined;
  };
  readonly diff: readonly string[];
  /** Undefined: it was dropped. */
  readonly settled: SettledChanges | undefined;
}

export function previewEvent({ set, diff, settled }: EndedPreview): PreviewEvent {
  const { changes, omitted, forbidden, problem } = set;
  const came = settled?.kind === 'committed' ? settled : undefined;
  const unsettled =
    settled === undefined || came !== undefined ? undefined : describeSettled(settled).join('\n');
  return {
    type: 'changes.preview',
    changes: changes.map(({ path, kind, held = [] }) => ({
      path,
      kind,
      held: held.map(({ part, reason }) => ({ part: part ?? null, reason })),
    })),
    omitted,
    diff,
    forbidden: forbidden ?? null,
    outcome: came !== undefined ? 'committed' : unsettled === undefined ? 'dropped' : 'unsettled',
    problem: unsettled ?? problem ?? null,
    held: (came?.held ?? []).map(heldFields),
    conflicts: (came?.conflicts ?? []).map(conflictFields),
  };
}
