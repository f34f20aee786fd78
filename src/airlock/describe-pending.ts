// What a change set holds, for whoever decides about it: a list that is bounded, and differences as people read them.
import {
  type BytePath,
  type Change,
  type HeldPart,
  type NodeState,
  pathBytes,
  type PendingChange,
  type PendingChanges,
  type PendingNode,
  showBytePath,
  type TreeReader,
} from '../domain/index.ts';
import { unifiedDiff } from './held/index.ts';
import { kindsOf } from './judge/index.ts';
import type { PendingRead } from './layer/index.ts';

export const mostListed = 10_000;

export function describePending({ set, judgement }: PendingRead): PendingChanges {
  const changes = set.changes.filter((change) => !isTouchedRoot(change));
  const listed = { changes: [] as PendingChange[], omitted: Math.max(0, changes.length - mostListed) };
  const held = new Map(
    judgement.kind === 'discarded'
      ? []
      : judgement.changes.flatMap(({ change, verdict }) =>
          verdict.kind === 'keep' ? [] : [[change, verdict.held] as const],
        ),
  );
  for (const change of changes.slice(0, mostListed))
    listed.changes.push(describeChange(change, held.get(change)));
  if (judgement.kind === 'judged') return listed;
  const { change, reason, rule } = judgement;
  return { ...listed, forbidden: { path: showBytePath(placeOf(change)), reason, rule } };
}

/** Something happened in it, and nothing about itself differs: `/tmp` of everybody, in the layer of one who does not own it. */
function isTouchedRoot({ path, before, after }: Change): boolean {
  return (
    path === '' && before.kind === 'directory' && after.kind === 'directory' && before.mode === after.mode
  );
}

export function describeChange(change: Change, held?: readonly HeldPart[]): PendingChange {
  const place = placeOf(change);
  const path = showBytePath(place);
  const bytes = pathBytes(place);
  return {
    path,
    ...(Buffer.from(path).equals(bytes) ? {} : { bytes }),
    kind: kindsOf(change)[0] ?? 'modify',
    before: nodeOf(change.before),
    after: nodeOf(change.after),
    ...(held === undefined ? {} : { held }),
  };
}

function nodeOf(state: NodeState): PendingNode {
  if (state.kind === 'symlink') return { kind: 'symlink', target: showBytePath(state.target) };
  return state.kind === 'other' ? { kind: 'other' } : state;
}

/** Who knows the bytes on both sides. */
export interface DiffReaders {
  readonly before: Pick<TreeReader, 'read'>;
  readonly after: Pick<TreeReader, 'read'>;
}

/** What a person reads through, and a program takes as one message. */
export const diffBounds: { readonly fileBytes: number; readonly lines: number; readonly characters: number } =
  {
    /** Of one file; a larger one is told, not shown. */
    fileBytes: 1_048_576,
    /** Of all together: what does not fit is counted in the last line. */
    lines: 20_000,
    /** The same: a file of a megabyte may be one line. */
    characters: 8_388_608,
  };

/** Lines of a unified diff with file headers. Not escaped: they hold what a command wrote. */
export function diffPending(changes: readonly Change[], readers: DiffReaders): readonly string[] {
  const lines: string[] = [];
  let characters = 0;
  for (const [index, change] of changes.entries()) {
    const part = diffOf(change, readers, diffBounds.fileBytes);
    characters += part.reduce((sum, { length }) => sum + length, 0);
    if (lines.length + part.length > diffBounds.lines || characters > diffBounds.characters) {
      lines.push(`Not shown: ${String(changes.length - index)} more changes`);
      break;
    }
    lines.push(...part);
  }
  return lines;
}

function diffOf(change: Change, { before, after }: DiffReaders, limit: number): readonly string[] {
  const place = placeOf(change);
  const path = showBytePath(place);
  const head = [
    `--- ${change.before.kind === 'missing' ? '/dev/null' : path}`,
    `+++ ${change.after.kind === 'missing' ? '/dev/null' : path}`,
    ...describeNodes(change),
  ];
  const old = textOf(before, place, change.before, limit);
  const now = textOf(after, place, change.after, limit);
  if (old === undefined || now === undefined) return [...head, 'Not shown: not text, or too large'];
  return [...head, ...unifiedDiff(old, now)];
}

/** What lines of text do not say. */
function describeNodes({ before, after }: Change): readonly string[] {
  const [was, is] = [before, after].map(inWords);
  return was === is || before.kind === 'missing' || after.kind === 'missing'
    ? [is === 'a file' || after.kind === 'missing' ? '' : `new: ${String(is)}`].filter((line) => line !== '')
    : [`was ${String(was)}, is ${String(is)}`];
}

function inWords(state: NodeState): string {
  switch (state.kind) {
    case 'file':
      return (state.mode & 0o7133) === 0 ? 'a file' : `a file of mode ${state.mode.toString(8)}`;
    case 'directory':
      return (state.mode & 0o7000) === 0 && (state.mode & 0o022) === 0
        ? 'a directory'
        : `a directory of mode ${state.mode.toString(8)}`;
    case 'symlink':
      return `a link to ${showBytePath(state.target)}`;
    case 'other':
      return 'neither file, directory nor link';
    case 'missing':
      return 'nothing';
  }
}

/** Undefined for what is no text, or too much of it. */
function textOf(
  reader: Pick<TreeReader, 'read'>,
  place: BytePath,
  state: NodeState,
  limit: number,
): string | undefined {
  if (state.kind !== 'file') return '';
  const read = reader.read(place, limit);
  if (read.kind !== 'bytes' || read.bytes.includes(0)) return undefined;
  return Buffer.from(read.bytes).toString('utf8');
}

function placeOf({ root, path }: Change): BytePath {
  const top = Buffer.from(root).toString('latin1');
  return (path === '' ? top : `${top}/${path}`) as BytePath;
}
