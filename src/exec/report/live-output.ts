// Output of running commands as it arrives, indented: nothing a command prints can pass for a line of cordon's.
import type { ExecEvent } from '../../domain/index.ts';
import type { Write } from './report.ts';
import { stripControl } from './strip-control.ts';

export class LiveOutput {
  readonly #write: Write;
  readonly #decoders = new Map<string, InstanceType<typeof TextDecoder>>();
  #atLineStart = true;

  constructor(write: Write) {
    this.#write = write;
  }

  show(event: ExecEvent): void {
    if (event.type === 'exec.finished') this.#decoders.delete(event.callId);
    if (event.type !== 'output.chunk') return;
    const key = `${event.callId} ${event.stream}`;
    const decoder = this.#decoders.get(key) ?? new TextDecoder();
    this.#decoders.set(key, decoder);
    const text = stripControl(decoder.decode(event.bytes, { stream: true }));
    if (text === '') return;
    const indented = text.replace(/\n(?=[^])/g, '\n  ');
    this.#write(this.#atLineStart ? `  ${indented}` : indented);
    this.#atLineStart = text.endsWith('\n');
  }

  /** The next line is ours. */
  endLine(): void {
    if (!this.#atLineStart) this.#write('\n');
    this.#atLineStart = true;
  }
}
