// Plays a person at a session: types, and waits until something is there to be seen. Waits for text, never for time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createShellRuntime,
  type SessionInput,
  type SessionRead,
  type ShellRuntime,
} from '../../src/index.ts';

/** How long a condition may take before the test gives up, in milliseconds. */
const patienceMs = 60_000;

export class Driver {
  readonly id: number;
  readonly #runtime: ShellRuntime;
  #read: SessionRead;
  #seen = '';

  constructor(runtime: ShellRuntime, first: SessionRead) {
    this.#runtime = runtime;
    this.#read = first;
    this.id = first.sessionId;
    this.#seen = first.text;
  }

  /** Everything seen so far. */
  get seen(): string {
    return this.#seen;
  }

  get last(): SessionRead {
    return this.#read;
  }

  /** Types without waiting for anything. */
  async type(chars: string): Promise<void> {
    await this.#step(chars, 1);
  }

  /** Reads until `wanted` shows up behind `after` (default: anywhere in what was not seen when this was called). */
  async expect(wanted: RegExp, after: number = this.#seen.length): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!wanted.test(this.#seen.slice(after))) {
      if (this.#read.kind === 'finished' || performance.now() > until)
        throw new Error(`never saw ${wanted.source} in:\n${this.#seen.slice(after)}`);
      await this.#step('', 25);
    }
  }

  /** Types, and reads until `wanted` shows up in the answer. */
  async ask(chars: string, wanted: RegExp): Promise<void> {
    const from = this.#seen.length;
    await this.type(chars);
    await this.expect(wanted, from);
  }

  /** Looks at the screen until `wanted` is on it. */
  async look(wanted: RegExp): Promise<readonly string[]> {
    const until = performance.now() + patienceMs;
    for (;;) {
      await this.#step('', 25, true);
      const lines = this.#read.screen?.lines ?? [];
      if (wanted.test(lines.join('\n'))) return lines;
      if (this.#read.kind === 'finished' || performance.now() > until)
        throw new Error(`never saw ${wanted.source} on the screen:\n${lines.join('\n')}`);
    }
  }

  async end(): Promise<Extract<SessionRead, { readonly kind: 'finished' }>> {
    const until = performance.now() + patienceMs;
    while (this.#read.kind !== 'finished') {
      if (performance.now() > until) throw new Error(`it never ended:\n${this.#seen}`);
      await this.#step('', 50);
    }
    return this.#read;
  }

  async #step(chars: string, yieldMs: number, screen = false): Promise<void> {
    if (this.#read.kind === 'finished') throw new Error(`it has ended:\n${this.#seen}`);
    const read = await this.#runtime.sessions.write({
      sessionId: this.id,
      chars,
      until: 'exit',
      yieldMs,
      screen,
    });
    if (!read.ok) throw new Error(read.error.reason);
    this.#read = read.value;
    this.#seen += read.value.text;
  }
}

export async function drive(runtime: ShellRuntime, input: SessionInput): Promise<Driver> {
  const opened = await runtime.sessions.open({ until: 'exit', yieldMs: 1, ...input });
  if (!opened.ok) throw new Error(opened.error.reason);
  return new Driver(runtime, opened.value);
}

export interface Bench extends AsyncDisposable {
  readonly runtime: ShellRuntime;
  readonly workspace: string;
}

/** A runtime with an empty workspace and no rules, in a directory that goes away with it. */
export async function bench(options: Partial<Parameters<typeof createShellRuntime>[0]> = {}): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-sessions-'));
  const workspace = join(directory, 'workspace');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(workspace);
  const runtime = await createShellRuntime({
    workspace,
    rules: { home: join(directory, 'home'), system: join(directory, 'system') },
    baseEnv: { PATH: process.env['PATH'], HOME: directory },
    ...options,
  });
  return {
    runtime,
    workspace,
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
