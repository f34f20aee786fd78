// Opens, finds, evicts and buries sessions. The decision and the attempts are the orchestrator's; how a program is
// started is the runner's; what a call gets to see is session-answers.ts; this file owns who is alive.
import {
  err,
  type ExecEvent,
  type ExecResult,
  ok,
  type Refusal,
  type Result,
  type Runner,
  type SessionId,
} from '../../domain/index.ts';
import type { Attachment, LiveProgram } from './live-program.ts';
import { Session } from './session.ts';
import { SessionAnswers, type Tombstone } from './session-answers.ts';
import { evictedResult, unkillable } from './session-ends.ts';
import type { Orchestrated, SessionOpening } from './session-opening.ts';
import { emptyChunk } from './session-output.ts';
import { SessionTable } from './session-table.ts';
import { teeOutput } from './tee-output.ts';
import { typeInto } from './type-into-session.ts';
import type { SessionError, SessionInfo, SessionRead, UnifiedExec, WriteOptions } from './unified-exec.ts';

export interface SessionManagerOptions {
  /** Starts programs attached in the given way. */
  runner(attachment: Attachment): Runner<LiveProgram>;
  onEvent(listener: (event: ExecEvent) => void): () => void;
  emit(event: ExecEvent): void;
  /** An integer from 0 to n - 1, not to be guessed. */
  random(below: number): number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Bytes kept between two reads. Default 1 MiB. */
  readonly retainBytes?: number;
  /** The longest a poll may wait, in milliseconds. Default 300 000. */
  readonly maxPollMs?: number;
}

export class SessionManager implements UnifiedExec<SessionOpening> {
  readonly #options: SessionManagerOptions;
  readonly #table: SessionTable<Session, Tombstone>;
  readonly #answers: SessionAnswers;
  readonly #byCall = new Map<string, Session>();
  readonly #abandoned = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(options: SessionManagerOptions) {
    this.#options = options;
    this.#table = new SessionTable((below) => options.random(below));
    this.#answers = new SessionAnswers(this.#table, options.maxPollMs);
    this.#unsubscribe = options.onEvent((event) => {
      if (event.type === 'approval.requested') this.#byCall.get(event.callId)?.hold();
      if (event.type === 'approval.answered') this.#byCall.get(event.callId)?.resume();
    });
  }

  async open(opening: SessionOpening, signal: AbortSignal = never()): Promise<Result<SessionRead, Refusal>> {
    const { callId, attachment } = opening;
    const id = this.#table.reserve();
    this.#makeRoom();
    const session = new Session(
      {
        id,
        callId,
        command: opening.command,
        cwd: opening.cwd,
        attachment,
        openedAt: this.#options.now(),
      },
      this.#options.retainBytes ?? 1024 * 1024,
    );
    this.#byCall.set(callId, session);
    // Losing interest while a person is being asked withdraws the question; once the program runs it may stay.
    const asking = AbortSignal.any([signal, this.#abandoned.signal]);
    const started = await opening
      .begin(teeOutput(this.#options.runner(attachment), session), asking)
      .catch((error: unknown) => {
        this.#forget(session);
        throw error;
      });
    if (started.kind === 'settled') {
      this.#forget(session);
      const { result } = started;
      if (result.kind === 'not-run') return err(result.refusal);
      session.finish(result);
      return ok(await this.#answers.finished(session, opening, session.ageMs));
    }
    this.#table.settle(id, session);
    this.#options.emit({ type: 'session.opened', callId, sessionId: id });
    void this.#follow(session, started);
    return ok(await this.#answers.read(session, opening, 'open', signal));
  }

  async write(
    options: WriteOptions,
    signal: AbortSignal = never(),
  ): Promise<Result<SessionRead, SessionError>> {
    const id = options.sessionId as SessionId;
    const session = this.#table.find(id);
    if (session === undefined) return this.#answers.forTheDead(id, options);
    return await session.exclusively(async () => {
      if (session.result !== undefined) return this.#answers.forTheDead(id, options);
      const { chars } = options;
      const refused = await typeInto(session, chars);
      if (refused !== undefined) return err(refused);
      const { callId } = session.facts;
      this.#options.emit({ type: 'session.interaction', callId, sessionId: id, chars });
      return ok(await this.#answers.read(session, options, chars === '' ? 'poll' : 'write', signal));
    });
  }

  list(): readonly SessionInfo[] {
    const running = this.#table.list().filter(({ live }) => live.result === undefined);
    return running.map(({ id, live: { facts, program } }) => ({
      sessionId: id,
      callId: facts.callId,
      command: facts.command,
      cwd: facts.cwd,
      tty: facts.attachment.kind === 'tty',
      pid: program?.pid,
      openedAt: facts.openedAt,
    }));
  }

  resize(sessionId: SessionId | number, rows: number, cols: number): boolean {
    const session = this.#table.find(sessionId as SessionId);
    if (session?.facts.attachment.kind !== 'tty' || session.result !== undefined) return false;
    if (!isSize(rows) || !isSize(cols)) return false;
    session.resize(rows, cols);
    return true;
  }

  interrupt(sessionId: SessionId | number): boolean {
    const session = this.#table.find(sessionId as SessionId);
    if (session?.program === undefined || session.result !== undefined) return false;
    session.program.interrupt();
    return true;
  }

  async terminate(sessionId: SessionId | number): Promise<ExecResult | undefined> {
    const id = sessionId as SessionId;
    const session = this.#table.find(id);
    if (session === undefined) return this.#table.tombstone(id)?.result;
    return await this.#end(session);
  }

  async closeAll(): Promise<readonly { readonly sessionId: SessionId; readonly result: ExecResult }[]> {
    const live = this.#table.list();
    return await Promise.all(
      live.map(async ({ id, live: session }) => ({ sessionId: id, result: await this.#end(session) })),
    );
  }

  /** Ends every session, and withdraws every question that is still open. */
  async close(): Promise<void> {
    this.#abandoned.abort('closed');
    await this.closeAll();
    this.#unsubscribe();
  }

  /** Sees a session to its end: the program's, or that of the retry a person allowed. */
  async #follow(session: Session, started: Extract<Orchestrated, { readonly kind: 'live' }>): Promise<void> {
    let stage: Orchestrated = started;
    while (stage.kind === 'live') {
      session.attach(stage.handle);
      const { outcome, report } = await stage.handle.over;
      stage = await stage.settle(outcome, report);
    }
    session.finish(stage.result);
    this.#table.markExited(session.facts.id);
    const { id, callId } = session.facts;
    this.#options.emit({ type: 'session.closed', callId, sessionId: id });
    this.#byCall.delete(callId);
  }

  async #end(session: Session): Promise<ExecResult> {
    // A retry may start while the first program ends: as long as there is no result there may be one more to end.
    for (let round = 0; session.result === undefined && round < 3; round += 1) {
      await session.program?.terminate();
      await session.wait({ ms: 2_000, until: 'exit' }, never());
    }
    const result = session.result ?? unkillable(session);
    this.#table.bury(session.facts.id, { result, last: session.take() });
    session.dispose();
    return result;
  }

  #makeRoom(): void {
    const evicted = this.#table.makeRoom();
    if (evicted === undefined) return;
    this.#table.bury(evicted.id, { result: evictedResult(evicted.live), last: emptyChunk });
    void this.#end(evicted.live);
  }

  #forget(session: Session): void {
    this.#table.release(session.facts.id);
    this.#byCall.delete(session.facts.callId);
  }
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 1_000;
}

function never(): AbortSignal {
  return new AbortController().signal;
}
