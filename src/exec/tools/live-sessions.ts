// exec_command and write_stdin over real sessions: a command that takes longer than the model wants to wait goes on,
// and is there when the model comes back.
import type { ExecResult } from '../../domain/index.ts';
import type { SessionRead, ShellRuntime } from '../../runtime/index.ts';
import type { ClosedSession, SessionAnswer, SessionTools } from './session-tools.ts';

export function liveSessions({ sessions }: Pick<ShellRuntime, 'sessions'>): SessionTools {
  return {
    async open({ script, shell, proposedPrefix, ...opening }, signal) {
      const read = await sessions.open(
        {
          ...opening,
          command: script,
          ...(shell === undefined ? {} : { shell }),
          ...(proposedPrefix === undefined ? {} : { proposedPrefix }),
        },
        signal,
      );
      if (read.ok) return answerOf(read.value);
      return { kind: 'finished', result: notRun(opening.callId, read.error), chunk: undefined };
    },
    async write({ sessionId, chars, yieldMs }, signal) {
      const read = await sessions.write(
        { sessionId, chars, ...(yieldMs === undefined ? {} : { yieldMs }) },
        signal,
      );
      if (read.ok) return answerOf(read.value);
      const { error } = read;
      return error.kind === 'unknown-session'
        ? { kind: 'unknown-session' }
        : { kind: 'rejected', reason: error.reason };
    },
    closeAll: async (): Promise<readonly ClosedSession[]> => await sessions.closeAll(),
  };
}

function answerOf(read: SessionRead): SessionAnswer {
  const { sessionId, output, lineBreaks, waitedMs, warning } = read;
  const chunk = { output, lineBreaks, wallMs: waitedMs, warning };
  return read.kind === 'running'
    ? { kind: 'running', sessionId, chunk }
    : { kind: 'finished', result: read.result, chunk };
}

function notRun(callId: string, refusal: Extract<ExecResult, { kind: 'not-run' }>['refusal']): ExecResult {
  return { kind: 'not-run', callId: callId as ExecResult['callId'], refusal };
}
