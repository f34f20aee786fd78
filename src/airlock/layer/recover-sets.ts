// What killed hosts left in the airlock. A commit that had begun is finished; everything else is in no workspace, and is put
// aside. Nothing is thrown away without a word.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  AbsolutePath,
  Change,
  ChangeVerdict,
  HeldChange,
  RecoveredChanges,
} from '../../domain/index.ts';
import { type AirlockStart, askAirlock, startAirlock } from './airlock-process.ts';
import { claimSet } from './claim-set.ts';
import { type Layer, type OwnerMark, ownerOf, setsIn } from './layer-set.ts';
import { changeSetOf, readersOf, scan, type SettleTools } from './settle-set.ts';
import { readSetRecord, type SetRecord } from './set-record.ts';
import { isSetOf } from './set-id.ts';
import { say } from './speech.ts';

export interface RecoverTools extends AirlockStart, Pick<SettleTools, 'putAside' | 'journal'> {
  /** The process as it is now; undefined when there is none with this number. */
  processNow(pid: number): OwnerMark | undefined;
  /** This process: sets with a name of its own are not looked at. */
  readonly self: OwnerMark;
}

/** More are left where they are: the store of what was held back has room for other things, too. */
const mostHeld = 200;

const cutOff: ChangeVerdict = {
  kind: 'hold',
  held: [{ reason: 'Cordon was killed before it was committed.', runs: 'nothing by itself' }],
};

/** What became of each that anything had been written in. A set that failed stays as it is, for somebody to look at. */
export async function recoverSets(
  airlock: AbsolutePath,
  tools: RecoverTools,
): Promise<readonly RecoveredChanges[]> {
  const recovered: RecoveredChanges[] = [];
  for (const name of setsIn(airlock)) {
    if (isSetOf(tools.self, name)) continue;
    const directory = join(airlock, name);
    const owner = ownerOf(directory);
    // One without an owner yet is being made, or was killed in that moment: it has no layer that anybody wrote to.
    if (owner === undefined || existsSync(join(directory, 'failed'))) continue;
    if (tools.processNow(owner.pid)?.began === owner.began || !claimSet(directory, tools)) continue;
    recovered.push(...(await recoverSet(directory, tools)));
  }
  return recovered;
}

async function recoverSet(directory: string, tools: RecoverTools): Promise<readonly RecoveredChanges[]> {
  const record = readSetRecord(directory);
  const begun = existsSync(join(directory, 'journal'));
  const about = { kind: begun ? 'finished' : 'put-aside', command: record?.command ?? 'a command' } as const;
  try {
    // What was to come back from a record is still there.
    if (!begun && existsSync(join(directory, 'lineage')) && !hasRecord(directory)) {
      await askAirlock(tools, directory, say.discard());
      return [];
    }
    if (!begun && adopt(directory, record, tools)) return [];
    const kept = begun
      ? await finish(directory, tools)
      : await putAll(directory, record?.layers ?? [], { tools, command: about.command });
    if (kept === undefined) return [];
    if (kept.isWhole) {
      if (!begun || !adopt(directory, record, tools)) await askAirlock(tools, directory, say.discard());
    } else leave(directory, 'it was cut off when cordon was killed');
    return [{ ...about, held: kept.held, ...(kept.isWhole ? {} : { directory }) }];
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    leave(directory, because);
    return [{ ...about, kind: 'put-aside', held: [], directory, because }];
  }
}

function hasRecord(directory: string): boolean {
  return existsSync(join(directory, 'kept'));
}

/** The record of a commit that was done, and that its host was to keep. */
function adopt(directory: string, set: SetRecord | undefined, tools: RecoverTools): boolean {
  if (tools.journal === undefined || !hasRecord(directory)) return false;
  const about = {
    command: set?.command ?? 'a command',
    roots: (set?.layers ?? []).map(({ root }) => root),
    count: 0,
    bytes: 0,
  };
  tools.journal.adopt({ airlock: dirname(directory) as AbsolutePath, directory }, about, tools);
  return true;
}

interface Kept {
  readonly held: readonly HeldChange[];
  /** Nothing is left in the directory that is not elsewhere. */
  readonly isWhole: boolean;
}

async function finish(directory: string, tools: RecoverTools): Promise<Kept> {
  const missed = await askAirlock(tools, directory, say.resume());
  return { held: [], isWhole: missed.length === 0 };
}

interface Whose {
  readonly tools: RecoverTools;
  readonly command: string;
}

/** Undefined when nothing was written. */
async function putAll(
  directory: string,
  layers: readonly Layer[],
  { tools, command }: Whose,
): Promise<Kept | undefined> {
  const program = await startAirlock(tools);
  try {
    const { changes } = await scan(program, { directory, layers });
    const nodes = changes.filter(({ after }) => after.kind !== 'missing' && after.kind !== 'directory');
    const isSmall = nodes.length <= mostHeld;
    const held = nodes.length === 0 || !isSmall ? [] : await putAside(changes, nodes, layers);
    const isWhole = isSmall && held.every(({ id }) => id !== undefined);
    if (changes.length > 0) return { held, isWhole };
  } finally {
    await program.close();
  }
  await askAirlock(tools, directory, say.discard());
  return undefined;

  async function putAside(
    changes: readonly Change[],
    nodes: readonly Change[],
    over: readonly Layer[],
  ): Promise<readonly HeldChange[]> {
    const of = { id: directory, layers: over };
    const [set, readers] = [changeSetOf(of, changes), readersOf(of, changes)];
    const withheld = nodes.map((change) => ({ change, verdict: cutOff }));
    return await tools.putAside(set, withheld, readers, command);
  }
}

/** For somebody to look at; no start asks about it again. */
function leave(directory: string, because: string): void {
  try {
    writeFileSync(join(directory, 'failed'), because, { mode: 0o600 });
  } catch {
    // It is gone, or the disk is full: then the next start tries again.
  }
}
