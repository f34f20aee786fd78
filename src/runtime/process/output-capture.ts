// Everything one command wrote, as the result will show it: each stream, both in arrival order, and on disk when it
// is more than is kept in memory.
import type { CapturedOutput, CapturedStream } from '../../domain/index.ts';
import { HeadTailBuffer } from './head-tail-buffer.ts';
import type { PipeName } from './output-pump.ts';
import { SpillFile, type SpillLimits } from './spill-file.ts';

export interface CaptureOptions {
  /** Bytes kept of each stream, and of both together. */
  readonly retainBytes: number;
  readonly spill: SpillLimits | undefined;
}

export class OutputCapture {
  readonly #options: CaptureOptions;
  readonly #aggregated: HeadTailBuffer;
  /** As long as only one stream was written to, the aggregate is that stream, and is kept once. */
  #only: PipeName | undefined;
  #apart: Readonly<Record<PipeName, HeadTailBuffer>> | undefined;
  #spill: SpillFile | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#aggregated = new HeadTailBuffer(options.retainBytes);
  }

  /** A promise asks for a pause: the disk is slower than the program. */
  append(stream: PipeName, bytes: Uint8Array): void | Promise<void> {
    const wait = this.#spillOver(bytes);
    this.#only ??= stream;
    if (stream !== this.#only) this.#apart ??= this.#part(this.#only);
    this.#apart?.[stream].append(bytes);
    this.#aggregated.append(bytes);
    return wait;
  }

  /** Ends the capture: what arrives later is nobody's. */
  async finish(): Promise<CapturedOutput> {
    const spilled = await this.#spill?.close();
    const aggregated = this.#aggregated.capture();
    const streams =
      this.#apart === undefined
        ? { stdout: nothing, stderr: nothing, [this.#only ?? 'stdout']: aggregated }
        : { stdout: this.#apart.stdout.capture(), stderr: this.#apart.stderr.capture() };
    return {
      ...streams,
      aggregated,
      spillFile: spilled?.path,
      ...(spilled?.problem === undefined ? {} : { spillProblem: spilled.problem }),
    };
  }

  #part(only: PipeName): Readonly<Record<PipeName, HeadTailBuffer>> {
    const other = new HeadTailBuffer(this.#options.retainBytes);
    const soFar = this.#aggregated.clone();
    return only === 'stdout' ? { stdout: soFar, stderr: other } : { stdout: other, stderr: soFar };
  }

  // The aggregate overflows first, and until it does it holds everything: the file can start that late and still be
  // whole, so a quiet command never touches the disk.
  #spillOver(bytes: Uint8Array): void | Promise<void> {
    const { retainBytes, spill } = this.#options;
    if (spill === undefined) return undefined;
    if (this.#spill === undefined) {
      if (this.#aggregated.totalBytes + bytes.length <= retainBytes) return undefined;
      this.#spill = new SpillFile(spill);
      const { head, tail } = this.#aggregated.capture();
      void this.#spill.write(head);
      void this.#spill.write(tail);
    }
    return this.#spill.write(bytes);
  }
}

const nothing: CapturedStream = {
  head: new Uint8Array(0),
  tail: new Uint8Array(0),
  omittedBytes: 0,
  totalBytes: 0,
};
