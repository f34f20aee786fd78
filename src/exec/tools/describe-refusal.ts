// Why nothing ran: one sentence for the model, and the fields that let a machine tell the cases apart.
import { assertNever, type Evaluation, type Refusal } from '../../domain/index.ts';
import { explainRefusal } from '../../runtime/index.ts';
import type { DeniedFields } from '../report/thread-event.ts';

export interface RefusalText {
  readonly forModel: string;
  readonly denied: DeniedFields;
}

export function describeRefusal(refusal: Refusal): RefusalText {
  const by = deniedBy(refusal);
  const rule = 'evaluation' in refusal ? ruleOf(refusal.evaluation) : null;
  const told = explainRefusal(refusal);
  // The rule's place is in the text too: a person who reads only the transcript must find it.
  const forModel = rule === null || told.includes(rule) ? told : `${told} (${rule})`;
  return { forModel, denied: { by, rule, path: null, reason: sentence(refusal) } };
}

function deniedBy(refusal: Refusal): DeniedFields['by'] {
  switch (refusal.kind) {
    case 'forbidden-by-policy':
      return 'policy';
    case 'approval-needed-but-nobody-to-ask':
    case 'escalation-not-possible':
    case 'denied-by-reviewer':
    case 'aborted':
      return 'approval';
    case 'sandbox-unavailable':
      return 'sandbox';
    case 'bad-request':
      return 'request';
    default:
      return assertNever(refusal, 'deniedBy');
  }
}

function sentence(refusal: Refusal): string {
  if (refusal.kind === 'sandbox-unavailable') return `${refusal.reason}. ${refusal.hint}`;
  if (refusal.kind === 'denied-by-reviewer' && refusal.message !== undefined)
    return `${refusal.reason}: ${refusal.message}`;
  return refusal.reason;
}

/** `FILE:LINE`, also of a rule an administrator manages; null for a heuristic or something remembered. */
function ruleOf({ decidedBy }: Evaluation): string | null {
  if (decidedBy.kind === 'heuristic') return null;
  const { source } = decidedBy;
  switch (source.kind) {
    case 'file':
      return `${source.file}:${source.line}`;
    case 'managed':
      return `${source.file}#${source.index}`;
    case 'session':
      return null;
    default:
      return assertNever(source, 'ruleOf');
  }
}
