// exec_command where a whole turn is held back: a session writes to the directories themselves, so each command runs in the
// change set, to its end, and none is there to be written to later.
import type { ChangeSet } from '../../runtime/index.ts';
import type { SessionTools } from './session-tools.ts';

/** `timeoutMs`: after which a command is ended; undefined: what the runtime ends commands after. */
export function heldSessions(set: Pick<ChangeSet, 'exec'>, timeoutMs: number | undefined): SessionTools {
  return {
    async open({ script, shell, proposedPrefix, tty, callId, cwd, env, login, access }, signal) {
      if (tty) return { kind: 'rejected', reason: 'there are no terminals in a preview; leave tty out' };
      const result = await set.exec(
        {
          ...{ callId, cwd, env, login, access, command: script },
          ...(shell === undefined ? {} : { shell }),
          ...(proposedPrefix === undefined ? {} : { proposedPrefix }),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        },
        signal,
      );
      return { kind: 'finished', result, chunk: undefined };
    },
    write: async () => await Promise.resolve({ kind: 'unknown-session' }),
    closeAll: async () => await Promise.resolve([]),
  };
}
