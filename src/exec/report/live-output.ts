// Output of running commands as it arrives, indented: nothing a command prints can pass for a line of cordon's.
// What a command writes beyond the limit is not shown: a terminal that reads slowly must not fill the memory.
import type { ExecEvent } from '../../domain/index.ts';
import type { Write } from './report.ts';
import { stripControl } from './strip-control.ts';

/** Bytes of one command that are shown while it runs. */
const shownBytes = 128 * 1024;

export class LiveOutput {
  readonly #write: Write;
  readonly #decoders = new Map<string, InstanceType<typeof TextDecoder>>();
  readonly #written = new Map<string, number>();
  #atLineStart = true;

  constructor(write: Write) {
    this.#write = write;
  }

  show(event: ExecEvent): void {
    if (event.type !== 'output.chunk') return;
    const before = this.#written.get(event.callId) ?? 0;
    this.#written.set(event.callId, before + event.bytes.byteLength);
    if (before >= shownBytes) return;
    const key = `${event.callId} ${event.stream}`;
    const decoder = this.#decoders.get(key) ?? new TextDecoder();
    this.#decoders.set(key, decoder);
    this.#print(decoder.decode(event.bytes, { stream: true }));
  }

  /** The next line is ours. */
  endLine(): void {
    if (!this.#atLineStart) this.#write('\n');
    this.#atLineStart = true;
  }

  /** The command has ended: if its output was too long to show, its end is what matters. */
  finish(callId: string, output: string): void {
    for (const key of this.#decoders.keys()) if (key.startsWith(`${callId} `)) this.#decoders.delete(key);
    const hidden = (this.#written.get(callId) ?? 0) - shownBytes;
    this.#written.delete(callId);
    if (hidden <= 0) return;
    this.endLine();
    this.#print(`[... more output is not shown here; it ends with ...]\n${output.slice(-2000)}`);
    this.endLine();
  }

  #print(raw: string): void {
    const text = stripControl(raw);
    if (text === '') return;
    const indented = text.replace(/\n(?=[^])/g, '\n  ');
    this.#write(this.#atLineStart ? `  ${indented}` : indented);
    this.#atLineStart = text.endsWith('\n');
  }
}
