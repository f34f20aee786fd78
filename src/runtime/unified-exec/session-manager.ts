// Opens, finds, evicts and ends sessions. The decision and the attempts are the orchestrator's; how a program is
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
  type Started,
} from '../../domain/index.ts';
import type { Attachment, LiveProgram } from './live-program.ts';
import { Session } from './session.ts';
import { RunningPlaces } from './running-places.ts';
import { endOf, type FinishedSession, SessionAnswers } from './session-answers.ts';
import type { Orchestrated, SessionOpening } from './session-opening.ts';
import { nothingWritten } from './session-output.ts';
import { maxSessions, SessionTable } from './session-table.ts';
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
  readonly maxPollMs?: number | undefined;
  /** The shortest a poll may wait, in milliseconds. Default 5 000: a model that polls in a loop burns its turns. */
  readonly minPollMs?: number | undefined;
}

export class SessionManager implements UnifiedExec<SessionOpening> {
  readonly #options: SessionManagerOptions;
  readonly #table: SessionTable<Session, FinishedSession>;
  readonly #places: RunningPlaces;
  readonly #answers: SessionAnswers;
  /** Who has one of the places. */
  readonly #holding = new Map<Session, { readonly evicted: boolean }>();
  readonly #byCall = new Map<string, Session>();
  readonly #abandoned = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(options: SessionManagerOptions) {
    this.#options = options;
    this.#table = new SessionTable((below) => options.random(below));
    this.#places = new RunningPlaces(maxSessions, () => this.#evict());
    this.#answers = new SessionAnswers(this.#table, options);
    this.#unsubscribe = options.onEvent((event) => {
      if (event.type === 'approval.requested') this.#byCall.get(event.callId)?.hold();
      if (event.type === 'approval.answered') this.#byCall.get(event.callId)?.resume();
    });
  }

  async open(opening: SessionOpening, signal: AbortSignal = never()): Promise<Result<SessionRead, Refusal>> {
    const { callId, attachment } = opening;
    const id = this.#table.reserve();
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
    const asking = AbortSignal.any([signal, this.#abandoned.signal, session.ending]);
    const started = await opening
      .begin(this.#admitted(teeOutput(this.#options.runner(attachment), session), session), asking)
      .catch((error: unknown) => {
        this.#forget(session);
        throw error;
      });
    if (started.kind === 'settled') {
      const { result } = started;
      if (result.kind === 'not-run') {
        this.#forget(session);
        return err(result.refusal);
      }
      this.#finish(session, result);
      return ok(await this.#answers.finished(session, opening, session.ageMs));
    }
    this.#table.settle(id, session);
    this.#options.emit({ type: 'session.opened', callId, sessionId: id });
    void this.#follow(session, started);
    this.#places.makeRoom();
    return ok(await this.#answers.read(session, opening, 'open', signal));
  }

  async write(
    options: WriteOptions,
    signal: AbortSignal = never(),
  ): Promise<Result<SessionRead, SessionError>> {
    const id = options.sessionId as SessionId;
    const session = this.#table.find(id);
    if (session === undefined) return await this.#answers.afterTheEnd(id, options);
    return await session.exclusively(async () => {
      if (session.result !== undefined) return await this.#answers.afterTheEnd(id, options);
      const { chars = '' } = options;
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
    if (session === undefined) return this.#table.finished(id)?.result;
    return await this.#end(session);
  }

  async closeAll(): Promise<readonly { readonly sessionId: SessionId; readonly result: ExecResult }[]> {
    const live = this.#table.list();
    await Promise.all(live.map(async ({ live: session }) => await this.#end(session)));
    return this.#table.unread().map(({ id, end }) => {
      this.#table.markRead(id);
      return { sessionId: id, result: end.result };
    });
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
      const { outcome, report } = await session.programOver(stage.handle);
      stage = await stage.settle(outcome, report);
    }
    this.#finish(session, stage.result);
    const { id, callId } = session.facts;
    this.#options.emit({ type: 'session.closed', callId, sessionId: id });
  }

  async #end(session: Session): Promise<ExecResult> {
    session.end();
    // A retry may start while the first program ends: as long as there is no result there may be one more to end.
    for (let round = 0; session.result === undefined && round < 3; round += 1) {
      await session.program?.terminate();
      await session.wait({ ms: 2_000, until: 'exit' }, never());
    }
    if (session.result === undefined) session.giveUp();
    return await session.finished;
  }

  /** From here on its end, and what nobody has read of it, is there for whoever asks next. */
  #finish(session: Session, result: ExecResult): void {
    session.finish(result);
    for (const forgotten of this.#table.finish(session.facts.id, endOf(session))) forgotten.session.dispose();
    this.#byCall.delete(session.facts.callId);
    this.#giveBack(session);
  }

  /** `runner`, whose programs start only where there is a place for them. A retry keeps the place of its session. */
  #admitted(runner: Runner<LiveProgram>, session: Session): Runner<LiveProgram> {
    return {
      start: async (command, io, signal) => {
        if (!this.#holding.has(session)) {
          if ((await this.#places.enter(signal)) === 'aborted') return neverStarted;
          this.#holding.set(session, { evicted: false });
        }
        return await runner.start(command, io, signal);
      },
    };
  }

  #evict(): boolean {
    const session = this.#table.evict();
    if (session === undefined) return false;
    this.#holding.set(session, { evicted: true });
    session.explain(`session ${session.facts.id} was ended to make room for a newer one`);
    void this.#end(session);
    return true;
  }

  #giveBack(session: Session): void {
    const held = this.#holding.get(session);
    if (held === undefined) return;
    this.#holding.delete(session);
    this.#places.leave({ wasEvicted: held.evicted });
  }

  #forget(session: Session): void {
    this.#table.release(session.facts.id);
    this.#byCall.delete(session.facts.callId);
    this.#giveBack(session);
  }
}

/** Nobody wanted it any more while it waited for a place. */
const neverStarted: Started<LiveProgram> = {
  kind: 'finished',
  outcome: { kind: 'cancelled', output: nothingWritten },
  report: { enforcement: undefined, denials: [] },
};

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 1_000;
}

function never(): AbortSignal {
  return new AbortController().signal;
}
