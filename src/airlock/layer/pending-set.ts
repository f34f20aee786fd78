// A set of layers that stays open over several commands, one at a time: each sees what those before it wrote, and nothing
// of it is in the workspace until somebody commits all or part of it, like the changes of every other command.
import {
  type AbsolutePath,
  bytePath,
  type Change,
  type ChangeChoice,
  type ChangeSet,
  err,
  type Judgement,
  ok,
  type RecoveredChanges,
  type Result,
  type SettledChanges,
} from '../../domain/index.ts';
import { addLayers } from '../../launcher/index.ts';
import { askAirlock, startAirlock } from './airlock-process.ts';
import { chooseChanges, findStray, readChoice, type ReadChoice } from './choose-changes.ts';
import { type LaunchedCommand, type LayTools, openLayerSet } from './lay-command.ts';
import { forgetLedger, isUntouched, layerAgain, type LayerSet, widenLayerSet } from './layer-set.ts';
import { changeSetOf, type Readers, readersOf, scan, type Scanned, settleSet } from './settle-set.ts';
import { say } from './speech.ts';

export interface PendingRead {
  readonly set: ChangeSet;
  readonly readers: Readers;
  /** What a commit of all of it would meet. */
  readonly judgement: Judgement;
}

export interface PendingSet {
  /** For people and records. */
  readonly id: string;
  /**
   * The command over the layers of this set, for a moment when no other command of it runs. The error is a clause: it
   * cannot be held back here, and must not run.
   */
  lay(command: LaunchedCommand): Promise<Result<LaunchedCommand, string>>;
  /** What commands left until now. Rejects when the layers cannot be read. */
  read(): Promise<PendingRead>;
  /** The chosen part of what was read; the error is a clause. `base`: where relative paths start. */
  choose(read: PendingRead, choice: ChangeChoice, base: AbsolutePath): Result<readonly Change[], string>;
  /** Brings the chosen part into the workspace; the rest goes. The error is a clause, and the set stays as it is. */
  commit(choice: ChangeChoice, base: AbsolutePath): Promise<Result<SettledChanges, string>>;
  /** Drops everything. Rejects when it cannot be removed. */
  discard(): Promise<void>;
}

interface OpenSet {
  readonly launcher: AbsolutePath;
  readonly layers: LayerSet;
  readonly protect: ReadonlySet<AbsolutePath>;
  readonly runs: number;
  /** What an earlier host left, told with the commit. */
  readonly recovered: readonly RecoveredChanges[];
}

/** `tools` as they are at each moment: rules may change between a command and its commit. */
export function openPendingSet(id: string, tools: () => LayTools): PendingSet {
  const state: { open: OpenSet | undefined } = { open: undefined };

  async function lay(command: LaunchedCommand): Promise<Result<LaunchedCommand, string>> {
    const { writes, launcher } = command;
    // It may write nowhere, and so leaves nothing.
    if (writes === undefined) return ok(command);
    const { roots, protect } = writes;
    const outer = [...new Set(roots.filter((root) => !roots.some((other) => isBelow(root, other))))];
    const before = state.open ?? (await begin(outer, launcher));
    if ('because' in before) return err(before.because);
    const missing = outer.filter((root) => !before.layers.layers.some((layer) => layer.root === root));
    const problem = overlap(before.layers, missing);
    if (problem !== undefined) return err(problem);
    const layers = widenLayerSet(before.layers, missing);
    const runs = before.runs + 1;
    state.open = { ...before, layers, protect: new Set([...before.protect, ...protect]), runs };
    const [direct] = layers.unlayered;
    if (direct !== undefined)
      return err(`what is written below ${direct.root} counts at once: ${direct.because}`);
    const own = layers.layers
      .filter(({ root }) => outer.includes(root))
      .map((layer) => layerAgain(layer, runs));
    return ok({ ...command, start: addLayers(command.start, own) });
  }

  async function begin(
    roots: readonly AbsolutePath[],
    launcher: AbsolutePath,
  ): Promise<OpenSet | { readonly because: string }> {
    const made = await openLayerSet({ roots, launcher }, tools());
    if (made.kind === 'none') return made;
    return { launcher, layers: made.set, protect: new Set(), runs: 0, recovered: made.recovered };
  }

  async function scanned(open: OpenSet | undefined): Promise<Scanned> {
    if (open === undefined || isUntouched(open.layers)) return { changes: [], unsure: new Set() };
    const { launcher, layers } = open;
    const program = await startAirlock({ ...tools(), launcher });
    try {
      return await scan(program, layers);
    } finally {
      await program.close();
    }
  }

  async function read(): Promise<PendingRead> {
    const { open } = state;
    const nothing: LayerSet = {
      id: '',
      airlock: root,
      directory: '',
      command: '',
      layers: [],
      unlayered: [],
    };
    const layers = open?.layers ?? nothing;
    const { changes, unsure } = await scanned(open);
    const set = changeSetOf(layers, changes);
    const readers = readersOf(layers, changes);
    return { set, readers, judgement: await tools().judge(set, readers, unsure) };
  }

  async function commit(choice: ChangeChoice, base: AbsolutePath): Promise<Result<SettledChanges, string>> {
    const wanted = readChoice(choice, bytePath(base));
    if (!wanted.ok) return wanted;
    const { open } = state;
    const stray = findStray((await scanned(open)).changes, wanted.value);
    if (stray !== undefined) return err(`${stray} is not among the changes`);
    state.open = undefined;
    if (open === undefined) return ok({ kind: 'committed', count: 0, held: [], conflicts: [], direct: [] });
    const { launcher, layers, protect, recovered } = open;
    const settled = await settleSet(layers, {
      ...tools(),
      launcher,
      protect: [...protect],
      choose: (changes) => chooseChanges(changes, wanted.value),
    });
    return ok(recovered.length === 0 ? settled : { ...settled, recovered });
  }

  return {
    id,
    lay,
    read,
    choose: ({ set }, choice, base) => {
      const wanted = readChoice(choice, bytePath(base));
      return wanted.ok ? chosen(set.changes, wanted.value) : wanted;
    },
    commit,
    discard: async () => {
      const { open } = state;
      if (open === undefined) return;
      await askAirlock({ ...tools(), launcher: open.launcher }, open.layers.directory, say.discard());
      forgetLedger(open.layers.airlock, open.layers.id);
      state.open = undefined;
    },
  };
}

const root = '/' as AbsolutePath;

function chosen(changes: readonly Change[], wanted: ReadChoice): Result<readonly Change[], string> {
  const stray = findStray(changes, wanted);
  return stray === undefined
    ? ok([...chooseChanges(changes, wanted)])
    : err(`${stray} is not among the changes`);
}

/** One layer would hide the other, or where all of them lie. */
function overlap({ layers, airlock }: LayerSet, roots: readonly AbsolutePath[]): string | undefined {
  const found = roots.find(
    (one) =>
      isBelow(airlock, one) || layers.some(({ root: other }) => isBelow(one, other) || isBelow(other, one)),
  );
  return found === undefined
    ? undefined
    : `${found} lies in, or holds, a directory that an earlier command of this set writes to`;
}

function isBelow(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
