// One command over layers of its own: made when it is about to start, settled when nothing of it is left.
import { existsSync } from 'node:fs';
import type {
  AbsolutePath,
  DirectRoot,
  PreparedCommand,
  RecoveredChanges,
  SettledChanges,
} from '../../domain/index.ts';
import { addLayers } from '../../launcher/index.ts';
import { findAirlock } from './find-airlock.ts';
import { type LayerSet, makeLayerSet } from './layer-set.ts';
import { newSetId } from './set-id.ts';
import { processNow } from './own-process.ts';
import { recoverSets } from './recover-sets.ts';
import type { RecoveryTurns } from './recovery-turns.ts';
import { settleSet, type SettleTools } from './settle-set.ts';

export type LaunchedCommand = Extract<PreparedCommand, { readonly kind: 'launched' }>;

export interface LayTools extends Pick<
  SettleTools,
  'judge' | 'putAside' | 'beside' | 'later' | 'launchers' | 'journal' | 'keeps'
> {
  /** Where layers may lie, in order of preference. */
  readonly candidates: readonly AbsolutePath[];
  /** For people: what runs. */
  readonly command?: string;
  /** When to look for what dead hosts left. Default: before each command. */
  readonly recovery?: RecoveryTurns;
  /** The last resort, in memory. */
  readonly spare?: AbsolutePath;
}

export type LaidCommand =
  | {
      readonly kind: 'laid';
      readonly command: LaunchedCommand;
      /** Roots that it writes to all the same. */
      readonly direct: readonly DirectRoot[];
      /** Once nothing of the command is left: what it wrote comes into the workspace, or not. Never rejects. */
      settle(): Promise<SettledChanges>;
    }
  /** It writes to the directories themselves. */
  | { readonly kind: 'direct'; readonly because: string };

/** What an earlier host left unfinished is finished first. Never rejects. */
export async function layCommand(command: LaunchedCommand, tools: LayTools): Promise<LaidCommand> {
  try {
    return await lay(command, tools);
  } catch (error) {
    // A full disk, a set of ours that cannot be finished: names are protected then, as where there are no layers.
    return { kind: 'direct', because: error instanceof Error ? error.message : String(error) };
  }
}

async function lay(command: LaunchedCommand, tools: LayTools): Promise<LaidCommand> {
  const { writes, launcher } = command;
  if (writes === undefined) return { kind: 'direct', because: 'it may write nowhere' };
  const { roots, protect } = writes;
  const made = await openLayerSet({ roots, launcher }, tools);
  if (made.kind === 'none') return { kind: 'direct', because: made.because };
  const { set, recovered } = made;
  return {
    kind: 'laid',
    command: { ...command, start: addLayers(command.start, set.layers) },
    direct: set.unlayered,
    settle: async () => ({
      ...(await settleSet(set, { ...tools, launcher, protect })),
      ...(recovered.length === 0 ? {} : { recovered }),
    }),
  };
}

type OpenedSet =
  | {
      readonly kind: 'open';
      readonly set: LayerSet;
      /** What an earlier host left. */
      readonly recovered: readonly RecoveredChanges[];
    }
  | { readonly kind: 'none'; readonly because: string };

/** A fresh set over these roots. What an earlier host left unfinished is finished first. */
export async function openLayerSet(
  { roots, launcher }: { readonly roots: readonly AbsolutePath[]; readonly launcher: AbsolutePath },
  tools: Pick<
    LayTools,
    'candidates' | 'spare' | 'launchers' | 'putAside' | 'command' | 'recovery' | 'journal'
  >,
): Promise<OpenedSet> {
  const uid = process.getuid?.();
  const owner = processNow(process.pid);
  if (uid === undefined || owner === undefined) return { kind: 'none', because: 'this system has no layers' };
  const found = findAirlock({ ...tools, roots, uid });
  if (found.kind === 'none') return found;
  const spare = tools.spare !== undefined && existsSync(tools.spare) ? [tools.spare] : [];
  const recovered: RecoveredChanges[] = [];
  for (const airlock of new Set([found.airlock, ...spare]))
    if (tools.recovery?.isDue(airlock) !== false)
      recovered.push(...(await recoverSets(airlock, { ...tools, launcher, processNow, self: owner })));
  const { command } = tools;
  const set = makeLayerSet({
    id: newSetId(owner),
    airlock: found.airlock,
    roots,
    owner,
    ...(command === undefined ? {} : { command }),
  });
  return { kind: 'open', set, recovered };
}
