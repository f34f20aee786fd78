// Commands over layers, end to end: the launcher mounts them, the airlock's program reads and commits them.
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  makeLayerSet,
  processNow,
  type recoverSets,
  settleSet,
  type SettleTools,
} from '../../src/airlock/index.ts';
import type { AbsolutePath, ChangeVerdict, SettledChanges } from '../../src/domain/index.ts';
import { addLayers, encodeStart, startFrame } from '../../src/launcher/launcher-frames.ts';
import { Launched, launcher, type LaunchEnd, type PolicyParts, sh, workspaceWrite } from './launcher-rig.ts';

export interface Ground {
  /** Everything of the test lies in here. */
  readonly base: string;
  readonly root: AbsolutePath;
  readonly airlock: AbsolutePath;
}

/** A workspace, and an airlock beside it. */
export function makeGround(): Ground {
  const base = realpathSync(mkdtempSync('/var/tmp/cordon-airlock-'));
  const root = join(base, 'root') as AbsolutePath;
  const airlock = join(base, 'airlock') as AbsolutePath;
  mkdirSync(root);
  mkdirSync(airlock, { mode: 0o700 });
  return { base, root, airlock };
}

/** Whatever modes a test left behind. */
export function removeGround({ base }: Ground): void {
  execFileSync('/bin/sh', ['-c', 'chmod -R u+rwx "$1" 2>/dev/null; rm -rf "$1"', 'sh', base]);
}

/** One that goes with the test that asked for it. */
export function ground(): Ground {
  const made = makeGround();
  onTestFinished(() => removeGround(made));
  return made;
}

/** Hands everything to an ordinary user. */
export function giveTo(uid: number, { base }: Ground): void {
  execFileSync('chown', ['-R', `${String(uid)}:${String(uid)}`, base]);
  chownSync(base, uid, uid);
}

export interface LayeredWish {
  readonly roots?: readonly AbsolutePath[];
  readonly parts?: PolicyParts;
  readonly verdict?: (path: string) => ChangeVerdict;
  /** What happens outside after the command ended and before its changes are read. */
  readonly meanwhile?: () => void;
  readonly tools?: Partial<SettleTools>;
}

export interface LayeredEnd {
  readonly end: LaunchEnd;
  readonly settled: SettledChanges;
}

export const keep: ChangeVerdict = { kind: 'keep' };
export const hold: ChangeVerdict = { kind: 'hold', held: [{ reason: 'a test says so', runs: 'nothing' }] };

/** One command, started as the library starts it. */
export async function runInLayers(
  { root, airlock }: Ground,
  script: string,
  wish: LayeredWish = {},
): Promise<LayeredEnd> {
  const roots = wish.roots ?? [root];
  const set = makeLayerSet({ id: nextId(), airlock, roots, owner: thisProcess() });
  const policy = workspaceWrite(root, sh(script), { writable: roots, ...wish.parts });
  const started = new Launched(startFrame(addLayers(encodeStart(policy), set.layers)), {});
  const end = await started.end;
  wish.meanwhile?.();
  const settled = await settleSet(set, settleTools(wish));
  return { end, settled };
}

export function settleTools({
  verdict = () => keep,
  tools,
}: Pick<LayeredWish, 'verdict' | 'tools'>): SettleTools {
  return {
    launcher: launcher as AbsolutePath,
    protect: [],
    judge: ({ changes }) => ({
      kind: 'judged',
      changes: changes.map((change) => ({ change, verdict: verdict(change.path) })),
    }),
    putAside: (_set, withheld) =>
      withheld.flatMap(({ change, verdict: given }) =>
        given.kind === 'keep' ? [] : [{ path: `${change.root}/${change.path}`, parts: given.held }],
      ),
    ...tools,
  };
}

/** For a start that looks for what dead hosts left; what is put aside has an id, as in a store. */
export function recoverTools(): Parameters<typeof recoverSets>[1] {
  return {
    ...settleTools({}),
    processNow,
    self: { pid: process.pid, began: 'another start' },
    putAside: (_set, withheld) =>
      withheld.flatMap(({ change, verdict }) =>
        verdict.kind === 'keep'
          ? []
          : [{ id: `h${change.path}`, path: `${change.root}/${change.path}`, parts: verdict.held }],
      ),
  };
}

export function thisProcess(): { readonly pid: number; readonly began: string } {
  const mark = processNow(process.pid);
  if (mark === undefined) throw new Error('This process is not in /proc');
  return mark;
}

const ids = { next: 0 };

export function nextId(): string {
  ids.next += 1;
  return `set-${String(process.pid)}-${String(ids.next)}`;
}

/** Everything below a directory that a program can see of it, one line a node, sorted. */
export function snapshot(directory: string, format = '%P %y %m %s %l %n'): string {
  return execFileSync('find', [directory, '-mindepth', '1', '-printf', `${format}\\0`], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })
    .split('\0')
    .sort()
    .join('\n');
}
