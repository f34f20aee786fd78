// The yes of an agent framework, carried to the runtime. Such a framework asks its person before it calls a tool; what
// they were shown is the command, so their yes is the answer to the runtime's first question about that command, and to
// no other: not to a second attempt with more access, and never to leaving the sandbox.
import type { ApprovalRequest, ReviewDecision, Reviewer } from '../domain/index.ts';
import type { ExecInput, ShellRuntime } from '../runtime/index.ts';

/**
 * Hand it to the runtime as its `reviewer`, and to an adapter as `approvals`: what the framework's own approval said yes
 * to is not asked about again, and everything else that needs a yes is denied.
 */
export interface FrameworkApprovals extends Reviewer {
  /** The first question of this call is answered with yes, once. Adapters call it. */
  allow(callId: string): void;
  /** No question of this call is. */
  withdraw(callId: string): void;
}

export function frameworkApprovals(): FrameworkApprovals {
  const allowed = new Set<string>();
  return {
    allow: (callId) => void allowed.add(callId),
    withdraw: (callId) => void allowed.delete(callId),
    review: async (request) => await Promise.resolve(answer(request, allowed.delete(request.callId))),
  };
}

function answer({ purpose, choices }: ApprovalRequest, wasAllowed: boolean): ReviewDecision {
  if (purpose !== 'first-run')
    return denied('the agent framework asks before a command, and not again after it was stopped');
  if (!wasAllowed) return denied('nobody was asked by the agent framework');
  // The framework's yes has one name only, so it cannot mean the one that lets a command out.
  if (!choices.includes('approved'))
    return denied('a yes of the agent framework does not let a command leave the sandbox');
  return { kind: 'approved' };
}

function denied(message: string): ReviewDecision {
  return { kind: 'denied', message };
}

/**
 * Whether the framework has to ask before it runs these: something would be asked about, and the framework is the one
 * who asks. What would be refused needs no question, and neither does what is malformed: its run says so.
 */
export function wouldAsk(
  runtime: Pick<ShellRuntime, 'evaluate'>,
  approvals: FrameworkApprovals | undefined,
  inputs: readonly ExecInput[],
): boolean {
  if (approvals === undefined) return false;
  return inputs.some((input) => {
    try {
      return runtime.evaluate(input).kind === 'would-ask';
    } catch {
      return false;
    }
  });
}
