// What one call gets to see of a session: what it wrote while the call waited, or its end with what nobody had read.
import { err, type ExecResult, ok, type Result, type SessionId } from '../../domain/index.ts';
import { clampYield, type PollBounds, type WaitKind } from './clamp-yield.ts';
import type { Session, Wait } from './session.ts';
import type { Chunk } from './session-output.ts';
import { crowdedFrom, type SessionTable } from './session-table.ts';
import { interruptCharacter } from './type-into-session.ts';
import type { ReadOptions, SessionError, SessionRead, WriteOptions } from './unified-exec.ts';

/** What is remembered of a finished session: asked again, it gives the same answer. */
export interface FinishedSession {
  readonly result: ExecResult;
  readonly last: Chunk;
  /** Why it ended, when it was not the program's own doing. */
  readonly note: string | undefined;
  /** Only its screen is still of use, and only to the first who looks. */
  readonly session: Session;
}

export class SessionAnswers {
  readonly #table: SessionTable<Session, FinishedSession>;
  readonly #bounds: PollBounds;

  constructor(table: SessionTable<Session, FinishedSession>, bounds: PollBounds) {
    this.#table = table;
    this.#bounds = bounds;
  }

  /** Waits, and answers with what there is by then. */
  async read(
    session: Session,
    options: ReadOptions,
    kind: WaitKind,
    signal: AbortSignal,
  ): Promise<SessionRead> {
    const startedAt = performance.now();
    await session.wait(waitOf(options, kind, this.#bounds), signal);
    const waitedMs = kind === 'open' ? session.ageMs : performance.now() - startedAt;
    const isAsked = session.result === undefined && options.screen === true;
    // Loading the screen takes a while: the program may have ended, and its last words are then its end's.
    const screen = isAsked ? await session.snapshot() : undefined;
    if (session.result !== undefined) return await this.finished(session, options, waitedMs);
    return {
      kind: 'running',
      sessionId: session.facts.id,
      ...session.take(),
      waitedMs,
      screen,
      warning: this.#crowded(),
    };
  }

  /** The end of a session and everything nobody had read. */
  async finished(session: Session, options: ReadOptions, waitedMs: number): Promise<SessionRead> {
    const { id } = session.facts;
    const { result, last, note } = this.#table.finished(id) ?? endOf(session);
    const isFirst = this.#table.markRead(id);
    const screen = isFirst && options.screen === true ? await session.snapshot() : undefined;
    session.dispose();
    return { kind: 'finished', sessionId: id, result, ...last, waitedMs, screen, warning: note };
  }

  async afterTheEnd(id: SessionId, options: WriteOptions): Promise<Result<SessionRead, SessionError>> {
    const end = this.#table.finished(id);
    if (end === undefined) {
      return err({ kind: 'unknown-session', sessionId: id, reason: `no session has the id ${id}` });
    }
    if (![undefined, '', interruptCharacter].includes(options.chars)) {
      return err({
        kind: 'already-finished',
        sessionId: id,
        reason: `session ${id} has already finished; nothing was typed`,
      });
    }
    return ok(await this.finished(end.session, options, 0));
  }

  #crowded(): string | undefined {
    return this.#table.isCrowded
      ? `${this.#table.size} sessions are open; from ${crowdedFrom} on the least recently used are ended to make room`
      : undefined;
  }
}

/** To be called once, when the session has a result. */
export function endOf(session: Session): FinishedSession {
  const { result } = session;
  if (result === undefined) throw new Error('Cannot tell the end of a session: its program still runs');
  return { result, last: session.take(), note: session.note, session };
}

function waitOf(options: ReadOptions, kind: WaitKind, bounds: PollBounds): Wait {
  if (options.until === 'exit') return { ms: options.yieldMs ?? 'none', until: 'exit' };
  return { ms: clampYield(kind, options.yieldMs, bounds), until: 'time' };
}
