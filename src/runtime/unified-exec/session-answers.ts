// What one call gets to see of a session: what it wrote while the call waited, its end, or what its tombstone says.
import { err, type ExecResult, ok, type Result, type SessionId } from '../../domain/index.ts';
import { clampYield, type WaitKind } from './clamp-yield.ts';
import type { Session, Wait } from './session.ts';
import { unkillable } from './session-ends.ts';
import type { Chunk } from './session-output.ts';
import { crowdedFrom, type SessionTable } from './session-table.ts';
import { interruptCharacter } from './type-into-session.ts';
import type { ReadOptions, SessionError, SessionRead, WriteOptions } from './unified-exec.ts';

/** What is remembered of a finished session: asked again, it gives the same answer. */
export interface Tombstone {
  readonly result: ExecResult;
  readonly last: Chunk;
}

export class SessionAnswers {
  readonly #table: SessionTable<Session, Tombstone>;
  readonly #maxPollMs: number | undefined;

  /** The longest a poll may wait is `maxPollMs`; undefined for the default. */
  constructor(table: SessionTable<Session, Tombstone>, maxPollMs: number | undefined) {
    this.#table = table;
    this.#maxPollMs = maxPollMs;
  }

  /** Waits, and answers with what there is by then. */
  async read(
    session: Session,
    options: ReadOptions,
    kind: WaitKind,
    signal: AbortSignal,
  ): Promise<SessionRead> {
    const startedAt = performance.now();
    await session.wait(waitOf(options, kind, this.#maxPollMs), signal);
    const waitedMs = kind === 'open' ? session.ageMs : performance.now() - startedAt;
    if (session.result !== undefined) return await this.finished(session, options, waitedMs);
    const screen = options.screen === true ? await session.snapshot() : undefined;
    return { kind: 'running', ...this.#common(session, session.take(), waitedMs), screen };
  }

  /** The last words of a session, which from now on are its tombstone's. */
  async finished(session: Session, options: ReadOptions, waitedMs: number): Promise<SessionRead> {
    const screen = options.screen === true ? await session.snapshot() : undefined;
    const last = session.take();
    const result = session.result ?? unkillable(session);
    this.#table.bury(session.facts.id, { result, last });
    session.dispose();
    return { kind: 'finished', result, ...this.#common(session, last, waitedMs), screen };
  }

  forTheDead(id: SessionId, options: WriteOptions): Result<SessionRead, SessionError> {
    const tombstone = this.#table.tombstone(id);
    if (tombstone === undefined) {
      return err({ kind: 'unknown-session', sessionId: id, reason: `no session has the id ${id}` });
    }
    if (options.chars !== '' && options.chars !== interruptCharacter) {
      return err({
        kind: 'already-finished',
        sessionId: id,
        reason: `session ${id} has already finished; nothing was typed`,
      });
    }
    const { result, last } = tombstone;
    return ok({
      kind: 'finished',
      sessionId: id,
      result,
      ...last,
      waitedMs: 0,
      screen: undefined,
      warning: undefined,
    });
  }

  #common(session: Session, chunk: Chunk, waitedMs: number): Omit<SessionRead, 'kind' | 'result' | 'screen'> {
    const open = this.#table.size;
    const warning =
      this.#table.isCrowded && session.result === undefined
        ? `${open} sessions are open; from ${crowdedFrom} on the least recently used are ended to make room`
        : undefined;
    return { sessionId: session.facts.id, ...chunk, waitedMs, warning };
  }
}

function waitOf(options: ReadOptions, kind: WaitKind, maxPollMs: number | undefined): Wait {
  if (options.until === 'exit') return { ms: options.yieldMs ?? 'none', until: 'exit' };
  return { ms: clampYield(kind, options.yieldMs, maxPollMs), until: 'time' };
}
