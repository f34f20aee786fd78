// What a record holds, for whoever decides about it: what stood there before a commit, and what the commit left.
import { join } from 'node:path';
import {
  type BytePath,
  bytePath,
  bytePathOf,
  type Change,
  type ChangeChoice,
  type AbsolutePath,
  err,
  ok,
  pathBytes,
  type RecordedChange,
  type RecordedChanges,
  type Result,
  type TreeReader,
} from '../domain/index.ts';
import { describeChange, diffPending, mostListed } from './describe-pending.ts';
import { type AirlockStart, chooseChanges, findStray, readChoice } from './layer/index.ts';
import { type FoundRecord, readRecordChanges } from './records/index.ts';
import { realTree } from './tree/index.ts';

/** Rejects when the record cannot be read. */
export async function describeRecord(found: FoundRecord, start: AirlockStart): Promise<RecordedChanges> {
  const all = await readRecordChanges(found, start);
  return {
    record: found.record,
    changes: all.slice(0, mostListed).map(({ change, conflict }): RecordedChange => ({
      ...describeChange(turned(change)),
      ...(conflict === undefined ? {} : { conflict }),
    })),
    omitted: Math.max(0, all.length - mostListed),
  };
}

/**
 * Lines of a unified diff from what stood there to what stands there now. The error is a clause about the choice. Rejects when
 * the record cannot be read.
 */
export async function diffRecord(
  found: FoundRecord,
  choice: ChangeChoice,
  { base, start }: { readonly base: AbsolutePath; readonly start: AirlockStart },
): Promise<Result<readonly string[], string>> {
  const wanted = readChoice(choice, bytePath(base));
  if (!wanted.ok) return wanted;
  const changes = (await readRecordChanges(found, start)).map(({ change }) => change);
  const stray = findStray(changes, wanted.value);
  if (stray !== undefined) return err(`${stray} is not among the changes`);
  // As it is now, whoever wrote it.
  const chosen = [...chooseChanges(changes, wanted.value)].map((change) => ({
    ...turned(change),
    after: realTree.stat(placeOf(change)),
  }));
  return ok(diffPending(chosen, { before: originalsOf(found), after: realTree }));
}

/** A record speaks of the way back. */
function turned({ before, after, ...rest }: Change): Change {
  return { ...rest, before: after, after: before };
}

function placeOf({ root, path }: Change): BytePath {
  return path === '' ? bytePath(root) : (`${bytePath(root)}/${path}` as BytePath);
}

/** The files of a record by the paths they had; where only attributes are kept, the file of the workspace. */
function originalsOf({ record, directory }: FoundRecord): Pick<TreeReader, 'read'> {
  return {
    read: (path, limit) => {
      const layer = record.roots.findIndex((root) => path.startsWith(`${bytePath(root)}/`));
      const root = record.roots[layer];
      if (root === undefined) return { kind: 'absent' };
      const rest = path.slice(bytePath(root).length + 1);
      const place = bytePathOf(
        Buffer.concat([
          Buffer.from(`${join(directory, 'before', String(layer))}/`),
          pathBytes(rest as BytePath),
        ]),
      );
      const kept = realTree.read(place, limit);
      return kept.kind === 'absent' ? realTree.read(path, limit) : kept;
    },
  };
}
