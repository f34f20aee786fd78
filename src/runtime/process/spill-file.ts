// The whole output of one command on disk, up to a limit. A full disk is reported, never hidden and never thrown.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, meaningOf } from './explain-spawn-error.ts';
import { waitWithin } from '../../launcher/index.ts';

export interface SpillLimits {
  /** Created (0700) when missing. It must not lie where a sandboxed command can write. */
  readonly directory: string;
  /** The file never grows past this many bytes. */
  readonly limitBytes: number;
}

export interface SpillReport {
  /** undefined when not even an empty file could be made. */
  readonly path: string | undefined;
  /** Why the file does not hold everything; undefined when it does. */
  readonly problem: string | undefined;
}

/** What is needed of an open file: a write may take only a part. */
export interface SpillTarget {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

// More than this in the queue and the program waits for the disk.
const queueBytes = 1024 * 1024;

const closeLimitMs = 5000;

export class SpillFile {
  readonly #limits: SpillLimits;
  readonly #path: string;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #acceptedBytes = 0;
  #writtenBytes = 0;
  #problem: string | undefined;
  #created = false;
  #writing: Promise<void> | undefined;
  #target: SpillTarget | undefined;
  readonly #openTarget: (path: string) => Promise<SpillTarget>;

  constructor(limits: SpillLimits, openTarget: (path: string) => Promise<SpillTarget> = createPrivately) {
    this.#limits = limits;
    this.#openTarget = openTarget;
    this.#path = join(limits.directory, `${randomUUID()}.out`);
  }

  /** Keeps `bytes` until they are written: the caller must not reuse them. A promise asks for a pause. */
  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#problem !== undefined) return undefined;
    const room = this.#limits.limitBytes - this.#acceptedBytes;
    const accepted = bytes.subarray(0, room);
    if (accepted.length < bytes.length)
      this.#problem = `The file stops at its limit of ${this.#limits.limitBytes} bytes`;
    this.#acceptedBytes += accepted.length;
    this.#queuedBytes += accepted.length;
    this.#queue.push(accepted);
    this.#writing ??= this.#writeQueue();
    return this.#queuedBytes > queueBytes ? this.#writing : undefined;
  }

  /** Writes what is queued. A disk that does not answer is reported, not waited for. */
  async close(): Promise<SpillReport> {
    const writing = this.#writing?.then(() => true) ?? Promise.resolve(true);
    if ((await waitWithin(closeLimitMs, writing)) !== true) {
      this.#problem = `The file stops after ${this.#writtenBytes} bytes: the disk does not answer`;
      return { path: this.#created ? this.#path : undefined, problem: this.#problem };
    }
    await this.#target?.close().catch((error: unknown) => {
      this.#fail(error);
    });
    return { path: this.#created ? this.#path : undefined, problem: this.#problem };
  }

  async #writeQueue(): Promise<void> {
    try {
      this.#target ??= await this.#create();
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        await this.#writeWhole(this.#target, next);
        this.#queuedBytes -= next.length;
      }
    } catch (error) {
      this.#fail(error);
      this.#queue = [];
      this.#queuedBytes = 0;
    } finally {
      this.#writing = undefined;
    }
  }

  async #create(): Promise<SpillTarget> {
    await mkdir(this.#limits.directory, { recursive: true, mode: 0o700 });
    const target = await this.#openTarget(this.#path);
    this.#created = true;
    return target;
  }

  async #writeWhole(target: SpillTarget, bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await target.write(bytes, done, bytes.length - done);
      done += bytesWritten;
      this.#writtenBytes += bytesWritten;
    }
  }

  #fail(error: unknown): void {
    const reason = meaningOf(errnoOf(error));
    this.#problem = `The file stops after ${this.#writtenBytes} bytes: ${reason}`;
  }
}

// A name nobody can guess or prepare: an existing file or a link there is an error, never a place to write to.
async function createPrivately(path: string): Promise<SpillTarget> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  return await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}
