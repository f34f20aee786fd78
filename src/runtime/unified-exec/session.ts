// One session: what it wrote, who is waiting for it, and its end. A session may hold two programs one after the other:
// the second is the retry that was approved after a denial, under the same id.
import type { CallId, ExecResult, SessionId } from '../../domain/index.ts';
import { HeadTailBuffer } from '../process/index.ts';
import type { Attachment, LiveProgram, ProgramOver } from './live-program.ts';
import { patience, type Patience } from './patience.ts';
import { type Chunk, onlyAggregated, SessionOutput } from './session-output.ts';
import type { Screen, ScreenSnapshot } from './screen.ts';
import { openScreen } from './screen.ts';

export interface SessionFacts {
  readonly id: SessionId;
  readonly callId: CallId;
  /** For display. */
  readonly command: string;
  readonly cwd: string;
  readonly attachment: Attachment;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** How long a read waits: for a time, or until the program ends (with the time as an upper bound when given). */
export type Wait =
  { readonly ms: number; readonly until: 'time' } | { readonly ms: number | 'none'; readonly until: 'exit' };

export class Session {
  readonly facts: SessionFacts;
  readonly #output: SessionOutput;
  readonly #waiting = new Set<Patience>();
  readonly #finished: Promise<ExecResult>;
  #settle: (result: ExecResult) => void = () => undefined;
  #result: ExecResult | undefined;
  #program: LiveProgram | undefined;
  #screen: { readonly loading: Promise<Screen>; played: Promise<void> } | undefined;
  #size: { readonly rows: number; readonly cols: number } | undefined;
  /** Output for a screen that is opened later. A screen repairs itself, so the middle may go. */
  readonly #reel = new HeadTailBuffer(maxReelBytes);
  #launchedAt: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #held = false;
  #note: string | undefined;
  readonly #ending = new AbortController();
  readonly #givenUp: Promise<ProgramOver>;
  #giveUp: (over: ProgramOver) => void = () => undefined;

  constructor(facts: SessionFacts, retainBytes: number) {
    this.facts = facts;
    this.#output = new SessionOutput(retainBytes);
    this.#size = facts.attachment.kind === 'tty' ? facts.attachment.size : undefined;
    this.#finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#givenUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  get program(): LiveProgram | undefined {
    return this.#program;
  }

  /** Settles with the result. */
  get finished(): Promise<ExecResult> {
    return this.#finished;
  }

  get result(): ExecResult | undefined {
    return this.#result;
  }

  /** Why it ended, or is about to, when that is not the program's own doing. */
  get note(): string | undefined {
    return this.#note;
  }

  explain(note: string): void {
    this.#note ??= note;
  }

  /** Fires once somebody wants it to end: a question about more for it is then withdrawn. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  end(): void {
    this.#ending.abort('ended');
  }

  /** The end of a program; or, once it was given up, that nobody waits for it any more. */
  async programOver(program: LiveProgram): Promise<ProgramOver> {
    return await Promise.race([program.over, this.#givenUp]);
  }

  /** It could not be killed. What is told is what there is: it was cancelled, with what nobody had read. */
  giveUp(): void {
    this.explain(`session ${this.facts.id} could not be ended in time; its program may still run`);
    const outcome = { kind: 'cancelled', output: onlyAggregated(this.#output.peek()) } as const;
    this.#giveUp({ outcome, report: { enforcement: undefined, denials: [] } });
  }

  /** A program is being started, perhaps not the first; what people were asked before is not its time. */
  launch(): void {
    this.#launchedAt ??= performance.now();
  }

  /** In milliseconds, since its first program was started; 0 when none was. */
  get ageMs(): number {
    return this.#launchedAt === undefined ? 0 : performance.now() - this.#launchedAt;
  }

  attach(program: LiveProgram): void {
    this.#program = program;
    if (this.#size !== undefined) program.resize(this.#size.rows, this.#size.cols);
  }

  accept(bytes: Uint8Array): void {
    this.#output.append(bytes);
    if (this.facts.attachment.kind !== 'tty') return;
    if (this.#screen !== undefined) {
      this.#play(bytes);
      return;
    }
    this.#reel.append(bytes);
  }

  finish(result: ExecResult): void {
    this.#result = result;
    this.#settle(result);
  }

  /** While a person is asked, nobody's time runs. */
  hold(): void {
    this.#held = true;
    for (const each of this.#waiting) each.hold();
  }

  resume(): void {
    this.#held = false;
    for (const each of this.#waiting) each.resume();
  }

  /** One caller at a time: two reads at once would tear the output between them. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  /** Settles at the end of the program, of the time, or of the caller's interest, whichever comes first. */
  async wait(wait: Wait, signal: AbortSignal): Promise<void> {
    if (this.#result !== undefined || signal.aborted) return;
    const timer = wait.ms === 'none' ? undefined : patience(wait.ms);
    if (timer !== undefined) {
      this.#waiting.add(timer);
      if (this.#held) timer.hold();
    }
    let onAbort = (): void => undefined;
    const aborted = new Promise<void>((resolve) => {
      onAbort = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
    });
    await Promise.race([this.#finished, aborted, ...(timer === undefined ? [] : [timer.over])]);
    signal.removeEventListener('abort', onAbort);
    if (timer !== undefined) this.#waiting.delete(timer);
    timer?.end();
  }

  /** Everything since the last call. After the end, the last of it. */
  take(): Chunk {
    return this.#output.take({ last: this.#result !== undefined });
  }

  resize(rows: number, cols: number): void {
    this.#size = { rows, cols };
    if (this.#result === undefined) this.#program?.resize(rows, cols);
    void this.#screen?.loading.then((screen) => screen.resize(rows, cols));
  }

  /** What a person would see now; undefined without a terminal. */
  async snapshot(): Promise<ScreenSnapshot | undefined> {
    if (this.#size === undefined) return undefined;
    this.#screen ??= this.#openScreen(this.#size);
    const screen = await this.#screen.loading;
    await this.#screen.played;
    return screen.snapshot();
  }

  dispose(): void {
    void this.#screen?.loading.then((screen) => screen.dispose());
    this.#screen = undefined;
    this.#reel.drain();
  }

  #openScreen(size: { readonly rows: number; readonly cols: number }): {
    readonly loading: Promise<Screen>;
    played: Promise<void>;
  } {
    // Answers to questions of the past must not be typed into the program of the present.
    let live = false;
    const loading = openScreen(size, (text) => {
      if (live) void this.#program?.write(new TextEncoder().encode(text));
    });
    const { head, tail, omittedBytes } = this.#reel.drain();
    const played = loading.then(async (screen) => {
      await screen.write(head);
      if (omittedBytes > 0) await screen.write(Uint8Array.of(cancelSequence));
      await screen.write(tail);
      live = true;
    });
    return { loading, played };
  }

  #play(bytes: Uint8Array): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    const copy = bytes.slice();
    screen.played = screen.played.then(async () => {
      await (await screen.loading).write(copy);
    });
  }
}

const maxReelBytes = 256 * 1024;
/** CAN: a control sequence that the gap cut in two must not swallow what follows. */
const cancelSequence = 0x18;
