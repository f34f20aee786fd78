// Questions of the runtime as permission requests of an agent to its editor. Each answer of ours is an option of its
// own: whoever picks a yes by its kind picks the one for this once, inside the sandbox.
import type { ApprovalChoice, ApprovalRequest, ReviewDecision, Reviewer } from '../../domain/index.ts';
import { describeGrant, escapeInvisible } from '../../runtime/index.ts';

/** The editor's end: what an agent of the SDK is handed to call it. */
export interface PermissionClient {
  request(method: 'session/request_permission', params: PermissionRequest): Promise<unknown>;
}

interface PermissionRequest {
  sessionId: string;
  toolCall: { toolCallId: string; kind: 'execute'; title: string; status: 'pending' };
  options: Option[];
}

interface Option {
  optionId: ApprovalChoice;
  name: string;
  kind: 'allow_once' | 'allow_always' | 'reject_once';
}

/** For `reviewer` of a runtime whose agent speaks to an editor; one reviewer, and one runtime, for each session. */
export function permissionReviewer(client: PermissionClient, sessionId: string): Reviewer {
  return {
    review: async (request) => {
      const title = titleOf(request);
      const options = request.choices.flatMap((choice) => optionOf(choice, request));
      const answer = await client.request('session/request_permission', {
        sessionId,
        toolCall: { toolCallId: request.callId, kind: 'execute', title, status: 'pending' },
        options,
      });
      return decisionOf(answer, request);
    },
  };
}

function optionOf(choice: ApprovalChoice, { grant, amendment }: ApprovalRequest): Option[] {
  switch (choice) {
    case 'approved':
      return [{ optionId: choice, name: 'Run it', kind: 'allow_once' }];
    case 'approved-for-session':
      return [{ optionId: choice, name: 'Run it, and again in this session', kind: 'allow_always' }];
    case 'approved-allow-prefix': {
      if (amendment === undefined) return [];
      const rule = escapeInvisible(JSON.stringify(amendment.allowPrefix));
      return [{ optionId: choice, name: `Always allow ${rule}`, kind: 'allow_always' }];
    }
    case 'approved-grant':
      return grant === undefined
        ? []
        : [{ optionId: choice, name: `Run it again ${describeGrant(grant)}`, kind: 'allow_once' }];
    case 'approved-unsandboxed':
      return [{ optionId: choice, name: 'Run it WITHOUT the sandbox', kind: 'allow_once' }];
    case 'denied':
      return [{ optionId: choice, name: 'Do not run it', kind: 'reject_once' }];
    case 'abort':
      return [];
  }
}

function decisionOf(answer: unknown, { choices, amendment }: ApprovalRequest): ReviewDecision {
  const { outcome } = Object(answer) as { readonly outcome?: { outcome?: unknown; optionId?: unknown } };
  if (outcome?.outcome === 'cancelled') return { kind: 'abort' };
  const choice = choices.find((each) => each === outcome?.optionId);
  if (outcome?.outcome !== 'selected' || choice === undefined) return { kind: 'denied', message: undefined };
  if (choice === 'denied') return { kind: 'denied', message: undefined };
  if (choice !== 'approved-allow-prefix') return { kind: choice };
  return amendment === undefined ? { kind: 'denied', message: undefined } : { kind: choice, amendment };
}

function titleOf({ script, argv, cwd, reason, purpose, choices }: ApprovalRequest): string {
  const visible = (value: unknown): string => escapeInvisible(JSON.stringify(value));
  const leaves = purpose === 'first-run' && choices.includes('approved-unsandboxed');
  const start = leaves ? 'WITHOUT the sandbox: ' : '';
  return `${start}${visible(script ?? argv)} in ${visible(cwd)}: ${escapeInvisible(reason)}`;
}
