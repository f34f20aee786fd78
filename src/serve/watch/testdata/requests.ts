// A question of the runtime, as the tests of the page put it.
import type { AbsolutePath, ApprovalId, ApprovalRequest, Argv, CallId } from '../../../domain/index.ts';

const argv: Argv = ['git', 'push', 'origin', 'main'];

export function asks(more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'ask' as ApprovalId,
    callId: 'call' as CallId,
    purpose: 'first-run',
    argv,
    script: undefined,
    cwd: '/w' as AbsolutePath,
    tty: false,
    reason: 'a rule says so',
    cause: { kind: 'policy', approvalPolicy: 'untrusted' },
    parsed: {
      kind: 'plain',
      from: 'argv',
      commands: [{ argv, directory: { kind: 'start' } }],
      literalCommands: [],
    },
    risk: undefined,
    amendment: { allowPrefix: ['git', 'push'] },
    grant: undefined,
    choices: ['approved', 'approved-for-session', 'approved-allow-prefix', 'denied', 'abort'],
    ...more,
  };
}
