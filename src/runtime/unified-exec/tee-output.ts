import type { Runner } from '../../domain/index.ts';
import type { LiveProgram } from './live-program.ts';
import type { Session } from './session.ts';

/** `runner`, with everything its program writes going to `session` as well as to whoever watches events. */
export function teeOutput(runner: Runner<LiveProgram>, session: Session): Runner<LiveProgram> {
  return {
    start: async (command, io, signal) => {
      session.launch();
      return await runner.start(
        command,
        {
          ...io,
          onStarted: (enforcement, pid) => io.onStarted(enforcement, pid),
          onOutput: (stream, bytes) => {
            session.accept(bytes);
            return io.onOutput(stream, bytes);
          },
        },
        signal,
      );
    },
  };
}
