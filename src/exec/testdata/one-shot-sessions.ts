// Sessions for tests that need none.
import type { ShellRuntime } from '../../runtime/index.ts';
import type { SessionTools } from '../tools/session-tools.ts';

/** Runs every command to its end: there are never sessions to write to. */
export function oneShotSessions(
  runtime: Pick<ShellRuntime, 'exec'>,
  options: { readonly timeoutMs: number },
): SessionTools {
  return {
    async open(opening, signal) {
      const { script, access, ...rest } = opening;
      const result = await runtime.exec(
        {
          command: script,
          callId: rest.callId,
          login: rest.login,
          cwd: rest.cwd,
          env: rest.env,
          access,
          // A model that is ready to wait longer than the default means it.
          timeoutMs: Math.max(options.timeoutMs, opening.yieldMs),
          ...(rest.shell === undefined ? {} : { shell: rest.shell }),
          ...(rest.proposedPrefix === undefined ? {} : { proposedPrefix: rest.proposedPrefix }),
        },
        signal,
      );
      return { kind: 'finished', result, chunk: undefined };
    },
    write: () => Promise.resolve({ kind: 'unknown-session' }),
    closeAll: () => Promise.resolve([]),
  };
}
