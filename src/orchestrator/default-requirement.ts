// The requirement of a tool that has no command to evaluate (a patch, a file edit by the embedder): the approval
// policy and the access profile alone decide.
import type { AccessProfile, ApprovalPolicy, ApprovalRequirement } from '../domain/index.ts';

type Stance = 'untrusted' | 'on-failure' | 'on-request' | 'never' | 'allowlist' | 'granular';
type Answer = 'run' | 'ask' | 'ask-if-sandbox' | 'refuse';

/** Under full access there is no boundary a write could cross, so only who wants to see everything is asked. */
const answers: Readonly<Record<Stance, Readonly<Record<'confined' | 'open', Answer>>>> = {
  untrusted: { confined: 'ask', open: 'ask' },
  'on-failure': { confined: 'run', open: 'run' },
  'on-request': { confined: 'ask', open: 'run' },
  never: { confined: 'run', open: 'run' },
  allowlist: { confined: 'refuse', open: 'refuse' },
  granular: { confined: 'ask-if-sandbox', open: 'run' },
};

/** `what` names the tool's action in a clause: "the patch changes 3 files". */
export function defaultRequirement(
  what: string,
  approvalPolicy: ApprovalPolicy,
  profile: AccessProfile,
): ApprovalRequirement {
  const stance = typeof approvalPolicy === 'object' ? approvalPolicy.kind : approvalPolicy;
  const isOpen = profile.kind === 'danger-full-access';
  const firstAttempt = isOpen ? 'unsandboxed' : 'sandboxed';
  const answer = answers[stance][isOpen ? 'open' : 'confined'];
  if (answer === 'run') return { kind: 'skip', firstAttempt, reason: what };
  if (answer === 'refuse') return nobody(what, 'the approval policy is `allowlist`');
  const isSwitchedOff =
    answer === 'ask-if-sandbox' && typeof approvalPolicy === 'object' && !approvalPolicy.sandbox;
  if (!isSwitchedOff) return { kind: 'needs-approval', firstAttempt, reason: what, amendment: undefined };
  return nobody(what, 'prompts about the sandbox are switched off');
}

function nobody(what: string, because: string): ApprovalRequirement {
  return {
    kind: 'forbidden',
    reason: `${what}, and nobody can be asked because ${because}`,
    rule: undefined,
    refusal: 'approval-needed-but-nobody-to-ask',
  };
}
