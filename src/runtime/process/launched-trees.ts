// The last resort against a launcher that does not do its work: its processes, found and killed from outside.
import type { LauncherTrees } from '../../launcher/index.ts';
import type { ProcessTable } from './process-table.ts';
import { ProcessTree } from './process-tree.ts';

export class LaunchedTrees implements LauncherTrees {
  readonly #launcherPid: number;
  readonly #table: ProcessTable;
  readonly #ownPid: number;
  readonly #launcher: ProcessTree;
  #program: ProcessTree | undefined;

  constructor(launcherPid: number, table: ProcessTable, ownPid: number) {
    this.#launcherPid = launcherPid;
    this.#table = table;
    this.#ownPid = ownPid;
    this.#launcher = this.#treeOf(launcherPid);
  }

  /**
   * The program leads a session of its own, which outlives the launcher. Throws a RangeError for one that does not
   * stand below the launcher: a number is also a way to make us kill a stranger.
   */
  addProgram(pid: number): void {
    const program = this.#table.find(pid);
    if (program === undefined) return;
    for (let at = program; at.pid !== this.#launcherPid;) {
      if (at.pid <= 1) throw new RangeError('it named a program that is not its own');
      const above = this.#table.find(at.parent);
      if (above === undefined) return; // Somebody on the way ended while we looked.
      at = above;
    }
    this.#program = this.#treeOf(pid);
  }

  async kill(): Promise<void> {
    await this.#launcher.kill();
    await this.#program?.kill();
  }

  #treeOf(pid: number): ProcessTree {
    const startedAt = this.#table.find(pid)?.startedAt ?? 0;
    return new ProcessTree({ pid, startedAt, mark: undefined }, this.#table, this.#ownPid);
  }
}
