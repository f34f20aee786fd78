// A program under the launcher: the policy goes out on descriptor 3, reports come back on it. Whatever the launcher
// does instead (hang, die, talk nonsense), the answer is a typed end and never a claim of success.
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Writable } from 'node:stream';
import type { DenialEvidence, Enforcement, SpawnFailure } from '../../domain/index.ts';
import { type LauncherFrame, type ProgramEnd, protocolVersion } from '../../launcher/index.ts';
import { inputOf, pipeOf, readOutput } from './direct-process.ts';
import { LaunchedTrees } from './launched-trees.ts';
import { LauncherChannel } from './launcher-channel.ts';
import type { Deliver, OutputPump } from './output-pump.ts';
import type { ProcessTable } from './process-table.ts';
import type { ProcessEnd, Running, StartedProcess } from './started-process.ts';
import { waitForNews, waitWithin } from './wait-within.ts';

export interface LaunchTools {
  readonly table: ProcessTable;
  readonly ownPid: number;
  /** Milliseconds between TERM and KILL, and again between KILL and the end of the launcher itself. */
  readonly killGraceMs: number;
  /** Milliseconds the launcher may take until the program runs. */
  readonly startLimitMs: number;
  /** Milliseconds the launcher may take, after the program ended, to end what it left and itself. */
  readonly goneLimitMs: number;
}

export class LaunchedProcess implements StartedProcess {
  readonly output: OutputPump;
  readonly input: Writable | undefined;
  readonly running: Promise<Running | undefined>;
  readonly ended: Promise<ProcessEnd>;
  readonly #tools: LaunchTools;
  readonly #channel: LauncherChannel;
  readonly #trees: LaunchedTrees;
  readonly #launcherGone: Promise<void>;
  readonly #startTimer: NodeJS.Timeout;
  readonly #denials: DenialEvidence[] = [];
  #enforcement: Enforcement | undefined;
  #allGone = false;
  #phase: 'starting' | 'running' | 'ended' = 'starting';
  #giveRunning: (running: Running | undefined) => void = () => undefined;
  #giveEnd: (end: ProcessEnd) => void = () => undefined;

  constructor(
    child: ChildProcess,
    pid: number,
    { start, deliver, tools }: { start: Uint8Array; deliver: Deliver; tools: LaunchTools },
  ) {
    this.#tools = tools;
    this.output = readOutput(child, deliver);
    this.input = inputOf(child);
    this.running = new Promise((resolve) => (this.#giveRunning = resolve));
    this.ended = new Promise((resolve) => (this.#giveEnd = resolve));
    this.#trees = new LaunchedTrees(pid, tools.table, tools.ownPid);
    this.#channel = new LauncherChannel(pipeOf(child.stdio[3]) as Duplex, {
      onFrame: (frame) => {
        this.#onFrame(frame);
      },
      onEnd: (end) => {
        this.#onChannelEnd(end.kind === 'broken' ? end.because : undefined);
      },
    });
    child.on('error', () => undefined);
    const said = new Promise((resolve) => child.stdio[3]?.once('close', resolve));
    this.#launcherGone = new Promise((resolve) => {
      child.once('exit', (_code, signal) => {
        resolve();
        // What the launcher said last may still be on its way; its channel ends behind that, unless somebody else
        // holds it.
        void waitForNews(250, said).then(() => {
          this.#onLauncherExit(signal);
        });
      });
    });
    this.#startTimer = setTimeout(() => {
      this.#distrust(`it did not start the program within ${tools.startLimitMs} ms`);
    }, tools.startLimitMs);
    this.#channel.start(start);
  }

  interrupt(): void {
    this.#channel.signal(constants.signals.SIGINT);
  }

  async terminate(): Promise<void> {
    const { SIGTERM, SIGCONT, SIGKILL } = constants.signals;
    const { killGraceMs } = this.#tools;
    this.#channel.signal(SIGTERM, SIGCONT);
    if (await this.#goneWithin(killGraceMs)) return;
    this.#channel.signal(SIGKILL);
    if (await this.#goneWithin(killGraceMs)) return;
    await this.#killLauncher();
  }

  async sweep(): Promise<void> {
    if (!(await this.#goneWithin(this.#tools.goneLimitMs))) await this.#killLauncher();
    clearTimeout(this.#startTimer);
    this.#channel.close();
  }

  report(): { enforcement: Enforcement | undefined; denials: readonly DenialEvidence[] } {
    return { enforcement: this.#enforcement, denials: this.#denials };
  }

  #onFrame(frame: LauncherFrame): void {
    switch (frame.kind) {
      case 'hello':
        if (frame.version !== protocolVersion)
          throw new RangeError(`it speaks version ${frame.version} of the protocol, not ${protocolVersion}`);
        return;
      case 'started':
        this.#expect('starting', frame);
        this.#trees.addProgram(frame.pid);
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
        this.#finish(programEnd(frame.end));
        return;
      case 'listening':
        throw new RangeError('it passed out a listener that nobody asked for');
      case 'denied':
        this.#denials.push(frame.denial);
        return;
      case 'gone':
        this.#expect('ended', frame);
        this.#allGone = true;
        return;
    }
  }

  #expect(phase: 'starting' | 'running' | 'ended', frame: LauncherFrame): void {
    if (this.#phase !== phase) throw new RangeError(`it reported "${frame.kind}" at the wrong time`);
  }

  #onChannelEnd(because: string | undefined): void {
    if (because !== undefined) this.#distrust(because);
    else void this.#killWhenItStays();
  }

  // The channel is closed: a launcher that stays has nothing to wait for.
  async #killWhenItStays(): Promise<void> {
    if (!(await this.#goneWithin(this.#tools.killGraceMs))) await this.#killLauncher();
  }

  #onLauncherExit(signal: string | null): void {
    if (this.#phase === 'running') this.#finish({ kind: 'signalled', signal: signal ?? 'SIGKILL' });
    if (this.#phase === 'starting')
      this.#distrust(signal === null ? 'it ended without a report' : `it was ended by ${signal}`);
    // Nobody is left who could end what the program left behind.
    if (!this.#allGone) void this.#trees.kill();
  }

  /** Nothing it says counts any more, and nothing it started may stay. */
  #distrust(because: string): void {
    if (this.#phase === 'running') this.#finish({ kind: 'signalled', signal: 'SIGKILL' });
    else
      this.#finish({
        kind: 'spawn-failed',
        failure: {
          stage: 'launcher',
          errno: undefined,
          message: `Cannot start the program: the launcher broke off, ${because}`,
        },
      });
    void this.#killLauncher();
  }

  /** The first end counts. */
  #finish(end: ProcessEnd): void {
    this.#phase = 'ended';
    clearTimeout(this.#startTimer);
    this.#giveRunning(undefined);
    this.#giveEnd(end);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    return (
      (await waitWithin(
        ms,
        this.#launcherGone.then(() => true),
      )) === true
    );
  }

  async #killLauncher(): Promise<void> {
    // By the list first: without a pid namespace nobody is left to end the tree once the launcher is dead.
    await this.#trees.kill();
    this.#channel.close();
    await this.#goneWithin(this.#tools.killGraceMs);
  }
}

function withHint(failure: SpawnFailure, hint: string | undefined): SpawnFailure {
  return hint === undefined ? failure : { ...failure, hint };
}

const signalNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

export function programEnd(end: ProgramEnd): ProcessEnd {
  if (end.kind === 'exited') return { kind: 'exited', exitCode: end.code };
  // Real-time signals have no names in Node.
  return { kind: 'signalled', signal: signalNames.get(end.signal) ?? `SIG${end.signal}` };
}
