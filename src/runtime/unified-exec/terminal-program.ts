// One program on a terminal, from the launcher's hello to the last byte. It is over when the launcher has told its end
// and the end mark has come by, in whatever order the two arrive.
import { constants } from 'node:os';
import type {
  AttemptOutcome,
  CapturedOutput,
  DenialEvidence,
  Enforcement,
  LauncherReport,
  RunnerIo,
  SpawnFailure,
  Started,
} from '../../domain/index.ts';
import { type LauncherFrame, protocolVersion } from '../../launcher/index.ts';
import {
  type CaptureOptions,
  LauncherChannel,
  OutputCapture,
  type ProcessEnd,
  programEnd,
  waitWithin,
} from '../process/index.ts';
import type { LaunchedTerminal } from './launched-terminal.ts';
import type { LiveProgram, ProgramOver } from './live-program.ts';
import { MarkFilter } from './mark-filter.ts';

export interface TerminalProgramOptions {
  readonly io: RunnerIo;
  readonly endMark: Uint8Array;
  readonly start: Uint8Array;
  readonly capture: CaptureOptions;
  readonly killGraceMs: number;
  readonly startLimitMs: number;
}

export class TerminalProgram implements LiveProgram {
  readonly over: Promise<ProgramOver>;
  readonly #terminal: LaunchedTerminal;
  readonly #options: TerminalProgramOptions;
  readonly #filter: MarkFilter;
  readonly #capture: OutputCapture;
  readonly #channel: LauncherChannel;
  readonly #denials: DenialEvidence[] = [];
  readonly #early: Uint8Array[] = [];
  readonly #startTimer: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;
  #enforcement: Enforcement | undefined;
  #programPid: number | undefined;
  #end: ProcessEnd | undefined;
  #stopped: 'timed-out' | 'cancelled' | undefined;
  #marked = false;
  #terminalGone = false;
  #isOver = false;
  #waits = 0;
  #settleStart: (started: 'running' | SpawnFailure) => void = () => undefined;
  #settleOver: (over: ProgramOver) => void = () => undefined;
  readonly #starting: Promise<'running' | SpawnFailure>;

  constructor(terminal: LaunchedTerminal, options: TerminalProgramOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#filter = new MarkFilter(options.endMark);
    this.#capture = new OutputCapture(options.capture);
    this.#starting = new Promise((resolve) => {
      this.#settleStart = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#settleOver = resolve;
    });
    this.#startTimer = setTimeout(
      () => this.#distrust(`it did not start the program within ${options.startLimitMs} ms`),
      options.startLimitMs,
    );
    terminal.onData((data) => this.#onData(data));
    void terminal.gone.then(() => this.#onTerminalGone());
    this.#channel = new LauncherChannel(terminal.channel, {
      onFrame: (frame) => this.#onFrame(frame),
      onEnd: (end) => {
        if (end.kind === 'broken') this.#distrust(end.because);
        // The ordinary end follows the launcher's own; a launcher that hangs up and stays is told to go.
        else if (this.#end === undefined) this.#hangUp();
      },
    });
    this.#channel.start(options.start);
  }

  get pid(): number | undefined {
    return this.#programPid;
  }

  /** Live once the program runs; finished when it could not be started. */
  async started(): Promise<Started<LiveProgram>> {
    const started = await this.#starting;
    if (started === 'running') return { kind: 'live', handle: this, report: this.#report() };
    const { outcome, report } = await this.over;
    return { kind: 'finished', outcome, report };
  }

  async write(bytes: Uint8Array): Promise<'written' | 'closed'> {
    if (this.#isOver || this.#end !== undefined) return 'closed';
    this.#terminal.write(bytes);
    return await Promise.resolve('written');
  }

  resize(rows: number, cols: number): void {
    if (!this.#isOver) this.#terminal.resize({ rows, cols });
  }

  interrupt(): void {
    void this.write(Uint8Array.of(0x03));
  }

  async terminate(): Promise<void> {
    const { SIGHUP, SIGTERM, SIGCONT, SIGKILL } = constants.signals;
    const { killGraceMs } = this.#options;
    const gone = this.over.then(() => true);
    if (this.#end === undefined) this.#stopped ??= 'cancelled';
    // HUP as well: an interactive shell shrugs off TERM, and hanging up is what closing a terminal does.
    this.#channel.signal(SIGHUP, SIGTERM, SIGCONT);
    if ((await waitWithin(killGraceMs, gone)) === true) return;
    this.#channel.signal(SIGKILL);
    if ((await waitWithin(killGraceMs, gone)) === true) return;
    this.#distrust('it did not end the program when it was told to');
    await waitWithin(killGraceMs, gone);
  }

  #onFrame(frame: LauncherFrame): void {
    switch (frame.kind) {
      case 'started':
        this.#expect(this.#enforcement === undefined && this.#end === undefined, frame);
        this.#enforcement = frame.enforcement;
        this.#programPid = frame.pid;
        clearTimeout(this.#startTimer);
        this.#options.io.onStarted(frame.enforcement, frame.pid);
        for (const bytes of this.#early.splice(0)) this.#deliver(bytes);
        this.#armDeadline();
        this.#settleStart('running');
        return;
      case 'failed':
        this.#expect(this.#enforcement === undefined && this.#end === undefined, frame);
        this.#finish({
          kind: 'spawn-failed',
          failure: frame.hint === undefined ? frame.failure : { ...frame.failure, hint: frame.hint },
        });
        return;
      case 'exited':
        this.#expect(this.#enforcement !== undefined && this.#end === undefined, frame);
        this.#finish(programEnd(frame.end));
        return;
      case 'denied':
        this.#denials.push(frame.denial);
        return;
      case 'gone':
        return;
      case 'hello':
        if (frame.version !== protocolVersion)
          throw new RangeError(`it speaks version ${frame.version} of the protocol, not ${protocolVersion}`);
        return;
      case 'listening':
        this.#expect(false, frame);
        return;
    }
  }

  #expect(isInOrder: boolean, frame: LauncherFrame): void {
    if (!isInOrder) throw new RangeError(`it reported "${frame.kind}" at the wrong time`);
  }

  #onData(data: Buffer): void {
    const { bytes, ended } = this.#filter.push(data);
    this.#deliver(bytes);
    if (!ended || this.#marked) return;
    this.#marked = true;
    this.#channel.release();
    this.#maybeOver();
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#enforcement === undefined) {
      // The news of the start travels on another descriptor and may come second. If the start failed, these are the
      // launcher's own complaints, and go with it.
      this.#early.push(bytes);
      return;
    }
    const disk = this.#capture.append('stdout', bytes);
    const observers = this.#options.io.onOutput('tty', bytes);
    if (disk !== undefined) void this.#hold(disk);
    if (observers !== undefined) void this.#hold(observers);
  }

  /** Back-pressure: the terminal fills, and the program waits in its write. */
  async #hold(wait: Promise<void>): Promise<void> {
    this.#waits += 1;
    if (this.#waits === 1) this.#terminal.pause();
    await wait.catch(() => undefined);
    this.#waits -= 1;
    if (this.#waits === 0 && !this.#terminalGone) this.#terminal.resume();
  }

  #onTerminalGone(): void {
    this.#terminalGone = true;
    this.#deliver(this.#filter.flush());
    if (this.#end === undefined) this.#distrust('it ended without a report');
    this.#maybeOver();
  }

  /** Nothing it says counts any more, and nothing it started may stay: closing its channel tells it the host died. */
  #distrust(because: string): void {
    if (this.#end === undefined) {
      this.#finish(
        this.#enforcement === undefined
          ? {
              kind: 'spawn-failed',
              failure: {
                stage: 'launcher',
                errno: undefined,
                message: `Cannot start the program: the launcher broke off, ${because}`,
              },
            }
          : { kind: 'signalled', signal: 'SIGKILL' },
      );
    }
    this.#hangUp();
  }

  #hangUp(): void {
    this.#channel.close();
    if (!this.#terminalGone) this.#terminal.kill('SIGTERM');
    const stubborn = setTimeout(() => {
      if (!this.#terminalGone) this.#terminal.kill('SIGKILL');
    }, this.#options.killGraceMs);
    stubborn.unref();
  }

  /** The first end counts. */
  #finish(end: ProcessEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#deadline);
    if (end.kind === 'spawn-failed') this.#settleStart(end.failure);
    this.#maybeOver();
  }

  #maybeOver(): void {
    const isRead = this.#marked || this.#terminalGone || this.#end?.kind === 'spawn-failed';
    if (this.#isOver || this.#end === undefined || !isRead) return;
    this.#isOver = true;
    void this.#conclude(this.#end);
  }

  async #conclude(end: ProcessEnd): Promise<void> {
    const output = await this.#capture.finish();
    const outcome = this.#outcomeOf(end, output);
    this.#settleOver({ outcome, report: this.#report() });
  }

  #outcomeOf(end: ProcessEnd, output: CapturedOutput): AttemptOutcome {
    if (end.kind === 'spawn-failed') return end;
    switch (this.#stopped) {
      case 'timed-out':
        return { kind: 'timed-out', afterMs: Number(this.#options.io.timeoutMs), output };
      case 'cancelled':
        return { kind: 'cancelled', output };
      case undefined:
        return { ...end, output };
    }
  }

  #armDeadline(): void {
    const { timeoutMs } = this.#options.io;
    if (timeoutMs === 'none') return;
    this.#deadline = setTimeout(() => {
      this.#stopped = 'timed-out';
      void this.terminate();
    }, timeoutMs);
  }

  #report(): LauncherReport {
    return { enforcement: this.#enforcement, denials: this.#denials };
  }
}
