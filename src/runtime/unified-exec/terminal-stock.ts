// Terminals for sessions, the next one ready before it is wanted: making a terminal and starting the launcher on it
// takes longer than most commands, and while a program starts there is time for both. A spare launcher knows nothing:
// it waits on its channel, and ends when this process does.
import type { AbsolutePath, Result, SpawnFailure } from '../../domain/index.ts';
import { type LaunchedTerminal, launchTerminal } from './launched-terminal.ts';
import type { TerminalSize } from './live-program.ts';

export interface TerminalStockOptions {
  /**
   * What a process inherits from this one without being told (user, umask, limits, control group). A spare made under
   * another answer is thrown away. Undefined: nobody can tell, and there are no spares.
   */
  heritage(): string | undefined;
  /** Milliseconds after which a spare nobody wanted is given up. Default 60 000. */
  readonly idleMs?: number;
  /** For tests. */
  readonly launch?: typeof launchTerminal;
}

interface Spare {
  readonly terminal: LaunchedTerminal;
  readonly launcher: AbsolutePath;
  readonly heritage: string;
  readonly idle: NodeJS.Timeout;
}

export class TerminalStock {
  readonly #options: TerminalStockOptions;
  readonly #launch: typeof launchTerminal;
  #spare: Spare | undefined;
  #making: Promise<void> | undefined;
  #closed = false;

  constructor(options: TerminalStockOptions) {
    this.#options = options;
    this.#launch = options.launch ?? launchTerminal;
  }

  /** A terminal of this size with this launcher at its head. */
  async open(launcher: AbsolutePath, size: TerminalSize): Promise<Result<LaunchedTerminal, SpawnFailure>> {
    const spare = this.#takeSpare();
    if (spare === undefined) return await this.#launch(launcher, size);
    if (!this.#fits(spare, launcher)) {
      spare.terminal.discard();
      return await this.#launch(launcher, size);
    }
    spare.terminal.hold('alive');
    spare.terminal.resize(size);
    return { ok: true, value: spare.terminal };
  }

  /** Makes the next one. What fails here fails again, with a reason, when it is wanted. */
  restock(launcher: AbsolutePath): void {
    if (this.#closed || this.#spare !== undefined || this.#making !== undefined) return;
    this.#making = this.#make(launcher).finally(() => {
      this.#making = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#making;
    const spare = this.#takeSpare();
    if (spare === undefined) return;
    spare.terminal.hold('alive');
    spare.terminal.discard();
    await spare.terminal.gone;
  }

  async #make(launcher: AbsolutePath): Promise<void> {
    const heritage = this.#options.heritage();
    if (heritage === undefined) return;
    const made = await this.#launch(launcher, { rows: 24, cols: 80 }, 'ahead');
    if (!made.ok) return;
    const terminal = made.value;
    terminal.hold('not');
    if (this.#closed) {
      terminal.discard();
      return;
    }
    const idle = setTimeout(() => {
      this.#takeSpare();
      terminal.discard();
    }, this.#options.idleMs ?? 60_000);
    idle.unref();
    this.#spare = { terminal, launcher, heritage, idle };
  }

  #takeSpare(): Spare | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.idle);
    return spare;
  }

  #fits({ terminal, launcher, heritage }: Spare, wanted: AbsolutePath): boolean {
    return !terminal.isGone && launcher === wanted && heritage === this.#options.heritage();
  }
}
