// What a model is told when nothing ran: one sentence that names the rule or the policy and what to do instead.
// Never an invitation to rephrase: a refused command spelled differently is refused for the same reason.
import type { ExecResult, Refusal } from '../domain/index.ts';
import { describeDenial } from './describe-denial.ts';

/** The sentence for the model, without a full stop. */
export function explainRefusal(refusal: Refusal): string {
  return `Not run: ${clip(refusal.reason)}${spoken(refusal)}; ${advice[refusal.kind]}`;
}

/** The sentence for a command that ran and was stopped; it stands beside the real output, not in its place. */
export function explainDenial(result: Extract<ExecResult, { readonly kind: 'blocked-by-sandbox' }>): string {
  const { denial, retryRefused, attempts } = result;
  const stopped = clip(describeDenial(denial));
  if (retryRefused !== undefined) {
    return `Sandbox: ${stopped}; it was not run again: ${clip(retryRefused.reason)}${spoken(retryRefused)}`;
  }
  return attempts.length === 2
    ? `Sandbox: ${stopped}, also with more access; do something else or tell the user what is needed`
    : `Sandbox: ${stopped}; stay within the permitted paths, or tell the user what access is needed`;
}

const otherWay = 'do something else, or ask the user to change the rule';

const advice: Readonly<Record<Refusal['kind'], string>> = {
  'forbidden-by-policy': otherWay,
  'approval-needed-but-nobody-to-ask':
    'use a command that needs no approval, or tell the user which allow rule would permit it',
  'escalation-not-possible':
    'repeat the command without asking for more access, or tell the user why it is needed',
  'denied-by-reviewer': 'do not try it again in another form; continue without it or ask the user',
  aborted: 'stop and wait for the user',
  'sandbox-unavailable': 'tell the user that this host cannot sandbox commands (`cordon doctor` says why)',
  'bad-request': 'correct the call and try again',
};

function spoken(refusal: Refusal): string {
  if (refusal.kind === 'denied-by-reviewer' && refusal.message !== undefined)
    return ` ("${clip(refusal.message)}")`;
  return refusal.kind === 'sandbox-unavailable' && refusal.hint !== '' ? ` (${clip(refusal.hint)})` : '';
}

const maxLength = 1_000;

/** A reason may quote a command; a model that writes a megabyte is not answered with one. */
function clip(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
