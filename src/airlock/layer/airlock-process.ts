// One run of `cordon-launcher --airlock`: what it is told, what it answers, and that it ends.
// eslint-disable-next-line no-restricted-imports -- our own program with two pipes; no command of a model comes near it
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type AirlockReply, ReplyReader, say } from './speech.ts';

type Child = ChildProcessByStdio<Writable, Readable, null>;

export class AirlockProcess {
  readonly #child: Child;
  #replies: AirlockReply[] = [];
  #taken = 0;
  #wake: () => void = () => undefined;
  #over: string | undefined;
  readonly #ended: Promise<void>;

  constructor(launcher: string) {
    const child = spawn(launcher, ['--airlock'], {
      cwd: '/',
      env: {},
      // A group of its own: a Ctrl-C at the terminal must not end a commit half way.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child = child;
    const reader = new ReplyReader();
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        this.#replies.push(...reader.push(chunk));
      } catch (error) {
        this.#end(error instanceof Error ? error.message : String(error));
        child.kill('SIGKILL');
      }
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#end(error.message);
        resolve();
      });
      child.once('close', (code, signal) => {
        this.#end(signal === null ? `it ended with status ${String(code)}` : `it was ended by ${signal}`);
        resolve();
      });
    });
  }

  tell(...records: readonly Buffer[]): void {
    this.#child.stdin.write(Buffer.concat(records));
  }

  /** The next reply; rejects when there will be none. */
  async next(): Promise<AirlockReply> {
    for (;;) {
      const reply = this.#replies[this.#taken];
      if (reply !== undefined) {
        this.#taken += 1;
        return reply;
      }
      this.#replies = [];
      this.#taken = 0;
      if (this.#over !== undefined) throw new Error(`the airlock's program broke off: ${this.#over}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nothing more is said to it. Whatever was not committed then, is not. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #end(how: string): void {
    this.#over ??= how;
    this.#wake();
  }
}

/** Asks a fresh run of the program for one thing about a set. Rejects with what it says when it cannot do it. */
export async function askAirlock(launcher: string, directory: string, record: Buffer): Promise<void> {
  const program = new AirlockProcess(launcher);
  try {
    program.tell(say.directory(directory), record);
    const reply = await program.next();
    if (reply.kind === 'failed') throw new Error(reply.because);
  } finally {
    await program.close();
  }
}
