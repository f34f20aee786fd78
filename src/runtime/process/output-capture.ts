// Everything one command wrote, as the result will show it: each stream, both in arrival order, and on disk when it
// is more than is kept in memory.
import type { CapturedOutput } from '../../domain/index.ts';
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
  readonly #streams: Readonly<Record<PipeName, HeadTailBuffer>>;
  readonly #aggregated: HeadTailBuffer;
  #spill: SpillFile | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#streams = {
      stdout: new HeadTailBuffer(options.retainBytes),
      stderr: new HeadTailBuffer(options.retainBytes),
    };
    this.#aggregated = new HeadTailBuffer(options.retainBytes);
  }

  /** A promise asks for a pause: the disk is slower than the program. */
  append(stream: PipeName, bytes: Uint8Array): void | Promise<void> {
    const wait = this.#spillOver(bytes);
    this.#streams[stream].append(bytes);
    this.#aggregated.append(bytes);
    return wait;
  }

  /** Ends the capture: what arrives later is nobody's. */
  async finish(): Promise<CapturedOutput> {
    const spilled = await this.#spill?.close();
    return {
      stdout: this.#streams.stdout.capture(),
      stderr: this.#streams.stderr.capture(),
      aggregated: this.#aggregated.capture(),
      spillFile: spilled?.path,
      ...(spilled?.problem === undefined ? {} : { spillProblem: spilled.problem }),
    };
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
