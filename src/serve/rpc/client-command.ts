// One command as its client knows it: a name, numbered output, and an end that can be read again.
import type { ExecEvent, SandboxSelection } from '../../domain/index.ts';
import type { ShellRuntime } from '../../runtime/index.ts';
import { commandResult, type ExitCodeOf } from './command-result.ts';
import { OutputRecord, type Piece } from './output-record.ts';
import type { CommandReadResult, CommandResult, OutputChunk } from './protocol/commands.ts';
import {
  type Attachment,
  type CommandEnd,
  type CommandInput,
  runCommand,
  type RunningCommand,
} from './run-command.ts';

export interface CommandParts {
  readonly runtime: ShellRuntime;
  readonly input: CommandInput;
  readonly attachment: Attachment;
  readonly retainBytes: number;
  readonly exitCodeOf: ExitCodeOf;
}

export interface CommandOver extends CommandEnd {
  readonly exitedSeq: number;
  readonly closedSeq: number;
}

export class ClientCommand {
  readonly record: OutputRecord;
  readonly attachment: Attachment;
  readonly callId: string;
  /** For people. */
  readonly shown: string;
  /** Settles when nothing will follow. Rejects for misuse. */
  readonly over: Promise<CommandOver>;
  /** What holds the program, once one was started; undefined when it ended without. */
  readonly started: Promise<string | undefined>;
  /** Ids of `process/write` that were written. */
  readonly written: Set<string> = new Set();
  readonly #running: RunningCommand;
  readonly #exitCodeOf: ExitCodeOf;
  #ended: CommandOver | undefined;

  constructor({ runtime, input, attachment, retainBytes, exitCodeOf }: CommandParts) {
    this.record = new OutputRecord(retainBytes);
    this.attachment = attachment;
    this.callId = input.callId;
    this.shown = typeof input.command === 'string' ? input.command : input.command.join(' ');
    this.#exitCodeOf = exitCodeOf;
    let begin: (sandbox: string | undefined) => void = () => undefined;
    this.started = new Promise((resolve) => {
      begin = resolve;
    });
    const stop = runtime.onEvent((event: ExecEvent) => {
      if (event.callId !== input.callId) return;
      // Without a number there was no program: it is told before the failure, and the retry may still start one.
      if (event.type === 'attempt.started' && event.pid !== undefined)
        begin(sandboxName(event.attempt.selection));
      if (event.type === 'output.chunk') this.record.append(event.stream, event.bytes);
    });
    this.#running = runCommand(runtime, input, attachment);
    this.over = this.#running.end
      .then((end) => {
        const over = { ...end, exitedSeq: this.record.takeNumber(), closedSeq: this.record.takeNumber() };
        this.#ended = over;
        return over;
      })
      .finally(() => {
        stop();
        begin(undefined);
        this.record.tell();
      });
    // Whoever waits for it hears of it; until somebody does it must not end the server.
    this.over.catch(() => undefined);
  }

  get isRunning(): boolean {
    return this.#ended === undefined;
  }

  async write(bytes: Uint8Array): Promise<'written' | 'closed'> {
    return this.isRunning ? await this.#running.write(bytes) : 'closed';
  }

  async endInput(): Promise<void> {
    if (this.isRunning) await this.#running.endInput();
  }

  async resize(size: { readonly rows: number; readonly cols: number }): Promise<boolean> {
    return this.isRunning && (await this.#running.resize(size));
  }

  async interrupt(): Promise<boolean> {
    return this.isRunning && (await this.#running.interrupt());
  }

  stop(): void {
    this.#running.stop();
  }

  read(afterSeq: number, maxBytes: number): CommandReadResult {
    const result = this.#ended === undefined ? null : this.result('none');
    return {
      chunks: this.record.after(afterSeq, maxBytes).map(chunkOf),
      nextSeq: this.record.nextSeq,
      exited: result !== null,
      exitCode: result?.exitCode ?? null,
      closed: result !== null,
      failure: result?.reason ?? null,
      sandboxDenied: result?.sandboxDenied ?? false,
      result,
    };
  }

  /** `output`: bytes of each stream at most. @throws Error while it runs. */
  result(output: number | 'none'): CommandResult {
    if (this.#ended === undefined) throw new Error('Cannot tell the end of a command: it still runs');
    const { result, changeSet } = this.#ended;
    return commandResult(result, this.#exitCodeOf, { output, changeSetId: changeSet?.id });
  }
}

export function chunkOf({ seq, stream, bytes, offset }: Piece): OutputChunk {
  return { seq, stream: stream === 'tty' ? 'pty' : stream, chunk: base64Of(bytes), offset };
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function sandboxName(selection: Exclude<SandboxSelection, { readonly kind: 'unavailable' }>): string {
  return selection.kind === 'sandboxed' ? selection.sandbox : 'none';
}
