// One run under the launcher: the policy goes out on its channel, reports come back on it. Whatever the launcher does
// instead (hang, die, talk nonsense), the answer is a typed end and never a claim of success. How the run's streams are
// attached is not looked at here: pipes, a terminal and the caller's own are the same to it.
import { constants } from 'node:os';
import type {
  Enforcement,
  LauncherReport,
  ProgramJudge,
  ProgramStart,
  SpawnFailure,
  StartVerdict,
} from '../domain/index.ts';
import { DenialLog } from './denial-log.ts';
import { LauncherChannel } from './launcher-channel.ts';
import { protocolVersion } from './launcher-frames.ts';
import type { LauncherFrame, ProgramEnd } from './launcher-reports.ts';
import { type LauncherSeat, otherVersion } from './launcher-seat.ts';
import { signalName } from './signal-name.ts';
import { TraceLog } from './trace-log.ts';
import { waitForNews, waitWithin } from './wait-within.ts';

/** The last resort against a launcher that does not do its work: its processes, found and killed from outside. */
export interface LauncherTrees {
  /** Throws a RangeError for a program that does not stand below the launcher. */
  addProgram(pid: number): void;
  kill(): Promise<void>;
}

/** Enough where the launcher's end is the end of everything: the kernel or its channel ends the rest. */
export function launcherAlone({ pid, gone }: LauncherSeat): LauncherTrees {
  let isGone = false;
  void gone.then(() => (isGone = true));
  return {
    addProgram: () => undefined,
    kill: () => {
      // Afterwards its number may be somebody else's.
      if (!isGone) process.kill(pid, 'SIGKILL');
      return Promise.resolve();
    },
  };
}

export interface RunSettings {
  readonly trees: LauncherTrees;
  /** Milliseconds between the request to end and KILL, and again between KILL and the end of the launcher itself. */
  readonly killGraceMs: number;
  /** Milliseconds the launcher may take until the program runs. */
  readonly startLimitMs: number;
  /** Milliseconds the launcher may take, after the program ended, to end what it left and itself. */
  readonly goneLimitMs: number;
  /** What asks the tree to end, by number. Default TERM and CONT. */
  readonly stopSignals?: readonly number[];
  /** Judges what starts, where the launcher was told to watch. Left out: nothing may start. */
  readonly judge?: ProgramJudge | undefined;
}

/** How the program itself ended, as the kernel or the launcher told it. */
export type RunEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'spawn-failed'; readonly failure: SpawnFailure };

export interface RunningProgram {
  /** What the kernel enforces on it from its first instruction. */
  readonly enforcement: Enforcement;
  readonly pid: number;
}

export class LaunchedRun {
  /** Settles when the program runs, or with undefined when it ended before it did. Never rejects. */
  readonly running: Promise<RunningProgram | undefined>;
  /** Settles when the program itself has ended. Never rejects. */
  readonly ended: Promise<RunEnd>;
  /** Settles when the launcher has ended and its last words were read. Never rejects. */
  readonly gone: Promise<void>;
  readonly #settings: RunSettings;
  readonly #channel: LauncherChannel;
  readonly #startTimer: NodeJS.Timeout;
  readonly #denials = new DenialLog();
  readonly #trace = new TraceLog();
  /** Let go on; forgotten when there are many: what goes wrong is told at once. */
  readonly #going = new Map<number, ProgramStart>();
  #waiting = 0;
  #enforcement: Enforcement | undefined;
  #allGone = false;
  #phase: 'starting' | 'running' | 'ended' = 'starting';
  #giveRunning: (running: RunningProgram | undefined) => void = () => undefined;
  #giveEnd: (end: RunEnd) => void = () => undefined;

  /** Takes the seat over and begins. */
  constructor(seat: LauncherSeat, start: Uint8Array, settings: RunSettings) {
    this.#settings = settings;
    this.running = new Promise((resolve) => (this.#giveRunning = resolve));
    this.ended = new Promise((resolve) => (this.#giveEnd = resolve));
    const said = new Promise((resolve) => seat.channel.once('close', resolve));
    this.#channel = new LauncherChannel(seat.channel, {
      onFrame: (frame) => this.#onFrame(frame),
      onEnd: (end) => this.#onChannelEnd(end.kind === 'broken' ? end.because : undefined),
    });
    this.gone = seat.gone.then(async (signal) => {
      // What the launcher said last may still be on its way; its channel ends behind that, unless somebody else holds it.
      await waitForNews(250, said);
      this.#onLauncherExit(signal);
    });
    this.#startTimer = setTimeout(() => {
      // It is not the launcher that takes its time.
      if (this.#waiting > 0) {
        this.#startTimer.refresh();
        return;
      }
      this.#distrust(brokeOff(`it did not start the program within ${settings.startLimitMs} ms`));
    }, settings.startLimitMs);
    this.#channel.start(start);
  }

  get hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** To every process of the tree, by number, in order. */
  signal(...signals: readonly number[]): void {
    this.#channel.signal(...signals);
  }

  /** Lets a terminal run finish: the end mark was read. */
  release(): void {
    this.#channel.release();
  }

  /** Asks the whole tree to end, waits the grace, then kills. Settles when nothing is left, or in bounded time. */
  async terminate(): Promise<void> {
    const { SIGTERM, SIGCONT, SIGKILL } = constants.signals;
    const { killGraceMs, stopSignals = [SIGTERM, SIGCONT] } = this.#settings;
    this.#channel.signal(...stopSignals);
    if (await this.#goneWithin(killGraceMs)) return;
    this.#channel.signal(SIGKILL);
    if (await this.#goneWithin(killGraceMs)) return;
    await this.#killLauncher();
  }

  /** After the program has ended and its output was read: ends what it left behind and gives every descriptor back. */
  async sweep(): Promise<void> {
    if (!(await this.#goneWithin(this.#settings.goneLimitMs))) await this.#killLauncher();
    clearTimeout(this.#startTimer);
    this.#channel.close();
  }

  report(): LauncherReport {
    const { records } = this.#trace;
    const trace = records.length === 0 ? {} : { trace: records };
    return { enforcement: this.#enforcement, denials: this.#denials.denials, ...trace };
  }

  #onFrame(frame: LauncherFrame): void {
    switch (frame.kind) {
      case 'hello':
        if (frame.version !== protocolVersion) this.#distrust(otherVersion(frame.version, protocolVersion));
        return;
      case 'started':
        this.#expect('starting', frame);
        this.#settings.trees.addProgram(frame.pid);
        this.#phase = 'running';
        this.#enforcement = frame.enforcement;
        clearTimeout(this.#startTimer);
        this.#giveRunning({ enforcement: frame.enforcement, pid: frame.pid });
        return;
      case 'failed':
        this.#expect('starting', frame);
        this.#allGone = true;
        this.#finish({ kind: 'spawn-failed', failure: withHint(frame.failure, frame.hint) });
        return;
      case 'exited':
        this.#expect('running', frame);
        this.#finish(runEnd(frame.end));
        return;
      case 'listening':
        throw new RangeError('it passed out a listener that nobody asked for');
      case 'exec':
        void this.#judge(frame.id, frame.start);
        return;
      case 'exec-failed':
        this.#settings.judge?.failed(this.#going.get(frame.id), frame.because);
        return;
      case 'denied':
        this.#denials.add(frame.denial);
        return;
      case 'traced':
        this.#trace.add(frame.record);
        return;
      case 'gone':
        this.#expect('ended', frame);
        this.#allGone = true;
        return;
    }
  }

  async #judge(id: number, start: ProgramStart): Promise<void> {
    const { judge } = this.#settings;
    let verdict: StartVerdict = 'refuse';
    try {
      const judged = judge?.judge(start) ?? 'refuse';
      // What needs nobody's answer does not wait for the next turn either: every program of a build comes this way.
      verdict = typeof judged === 'string' ? judged : await this.#patiently(judged);
    } catch {
      // Who cannot judge has not said yes.
    }
    if (verdict === 'go-on') this.#remember(id, start);
    this.#channel.verdict(id, verdict);
  }

  async #patiently(judged: Promise<StartVerdict>): Promise<StartVerdict> {
    this.#waiting += 1;
    try {
      return await judged;
    } finally {
      this.#waiting -= 1;
    }
  }

  #remember(id: number, start: ProgramStart): void {
    this.#going.set(id, start);
    const [oldest] = this.#going.keys();
    if (this.#going.size > mostGoing && oldest !== undefined) this.#going.delete(oldest);
  }

  #expect(phase: 'starting' | 'running' | 'ended', frame: LauncherFrame): void {
    if (this.#phase !== phase) throw new RangeError(`it reported "${frame.kind}" at the wrong time`);
  }

  #onChannelEnd(because: string | undefined): void {
    if (because !== undefined) this.#distrust(brokeOff(because));
    else void this.#killWhenItStays();
  }

  // The channel is closed: a launcher that stays has nothing to wait for.
  async #killWhenItStays(): Promise<void> {
    if (!(await this.#goneWithin(this.#settings.killGraceMs))) await this.#killLauncher();
  }

  #onLauncherExit(signal: string | undefined): void {
    if (this.#phase === 'running') this.#finish({ kind: 'signalled', signal: signal ?? 'SIGKILL' });
    if (this.#phase === 'starting')
      this.#distrust(
        brokeOff(signal === undefined ? 'it ended without a report' : `it was ended by ${signal}`),
      );
    // Nobody is left who could end what the program left behind.
    if (!this.#allGone) void this.#settings.trees.kill();
  }

  /** Nothing it says counts any more, and nothing it started may stay. */
  #distrust(failure: SpawnFailure): void {
    if (this.#phase === 'running') this.#finish({ kind: 'signalled', signal: 'SIGKILL' });
    else if (this.#phase === 'starting') this.#finish({ kind: 'spawn-failed', failure });
    void this.#killLauncher();
  }

  /** The first end counts. */
  #finish(end: RunEnd): void {
    this.#phase = 'ended';
    clearTimeout(this.#startTimer);
    this.#giveRunning(undefined);
    this.#giveEnd(end);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    return (
      (await waitWithin(
        ms,
        this.gone.then(() => true),
      )) === true
    );
  }

  async #killLauncher(): Promise<void> {
    // By the list first: without a pid namespace nobody is left to end the tree once the launcher is dead.
    await this.#settings.trees.kill();
    this.#channel.close();
    await this.#goneWithin(this.#settings.killGraceMs);
  }
}

const mostGoing = 256;

function brokeOff(because: string): SpawnFailure {
  const message = `Cannot start the program: the launcher broke off, ${because}`;
  return { stage: 'launcher', errno: undefined, message };
}

function withHint(failure: SpawnFailure, hint: string | undefined): SpawnFailure {
  return hint === undefined ? failure : { ...failure, hint };
}

function runEnd(end: ProgramEnd): RunEnd {
  if (end.kind === 'exited') return { kind: 'exited', exitCode: end.code };
  return { kind: 'signalled', signal: signalName(end.signal) };
}
