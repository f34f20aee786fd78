// What comes out of a terminal, up to the mark that the launcher writes behind the last byte of the program. A terminal
// has no end of its own that could be trusted: the last process that closes it may take with it what was not read yet.
import type { ReadStream } from 'node:tty';
import { type LaunchedRun, waitForNews } from '../../launcher/index.ts';
import type { Deliver, DrainLimits, ProgramOutput } from '../process/index.ts';
import { MarkFilter } from './mark-filter.ts';

/** How long the mark may take to come by after the launcher is gone. */
const lastWordsMs = 200;

export class TerminalOutput implements ProgramOutput {
  readonly #master: ReadStream;
  readonly #run: LaunchedRun;
  readonly #filter: MarkFilter;
  readonly #deliver: Deliver;
  readonly #finished: Promise<void>;
  #waits = 0;
  #mayPause = true;
  #isMarked = false;
  #finish: () => void = () => undefined;

  constructor(
    master: ReadStream,
    run: LaunchedRun,
    { endMark, deliver }: { readonly endMark: Uint8Array; readonly deliver: Deliver },
  ) {
    this.#master = master;
    this.#run = run;
    this.#filter = new MarkFilter(endMark);
    this.#deliver = deliver;
    this.#finished = new Promise((resolve) => (this.#finish = resolve));
    const read = new Promise<void>((resolve) => master.once('close', () => resolve()));
    // EIO is how a terminal says that nobody holds its other side.
    master.on('error', () => master.destroy());
    master.on('data', (bytes: Buffer) => this.#onData(bytes));
    void read.then(() => this.#finish());
    void run.gone.then(async () => {
      await waitForNews(lastWordsMs, read);
      master.destroy();
    });
  }

  /** After the end its descriptor may already be another terminal's. */
  get isOpen(): boolean {
    return !this.#master.destroyed;
  }

  readWithoutPause(): void {
    this.#mayPause = false;
    this.#update();
  }

  async drain(_limits: DrainLimits, cut: Promise<unknown>): Promise<'complete' | 'abandoned'> {
    this.readWithoutPause();
    // No limit on silence: what the launcher still has to write comes for certain, or the launcher ends.
    await Promise.race([this.#finished, cut]);
    if (!this.#isMarked) this.#hand(this.#filter.flush());
    return this.#isMarked || this.#master.destroyed ? 'complete' : 'abandoned';
  }

  #onData(data: Buffer): void {
    const { bytes, ended } = this.#filter.push(data);
    this.#hand(bytes);
    if (!ended || this.#isMarked) return;
    this.#isMarked = true;
    this.#run.release();
    this.#finish();
  }

  #hand(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const wait = this.#deliver('stdout', bytes);
    if (wait !== undefined) void this.#waitFor(wait);
  }

  /** Back-pressure: the terminal fills, and the program waits in its write. */
  async #waitFor(wait: Promise<void>): Promise<void> {
    this.#waits += 1;
    this.#update();
    await wait.catch(() => undefined);
    this.#waits -= 1;
    this.#update();
  }

  #update(): void {
    if (this.#master.destroyed) return;
    if (this.#waits > 0 && this.#mayPause) this.#master.pause();
    else if (this.#master.isPaused()) this.#master.resume();
  }
}
