// What becomes of characters somebody types: bytes for the program, an interrupt, or an error that names the remedy.
import type { Session } from './session.ts';
import type { SessionError } from './unified-exec.ts';

/** Ctrl-C. Without a terminal there is nobody to turn the character into a signal. */
export const interruptCharacter = '\u0003';

export async function typeInto(session: Session, chars: string): Promise<SessionError | undefined> {
  if (chars === '' || session.program === undefined) return undefined;
  const { attachment, id } = session.facts;
  if (attachment.kind === 'pipes' && chars === interruptCharacter) {
    session.program.interrupt();
    return undefined;
  }
  if (attachment.kind === 'pipes' && attachment.stdin === 'closed') {
    return {
      kind: 'stdin-closed',
      sessionId: id,
      reason: 'stdin is closed for this session; rerun exec_command with tty=true to keep stdin open',
    };
  }
  const typed = await session.program.write(new TextEncoder().encode(chars));
  // A program that ended meanwhile answers with its end, not with an error.
  return typed === 'written' || session.result !== undefined
    ? undefined
    : { kind: 'stdin-closed', sessionId: id, reason: 'the program has closed its input' };
}
