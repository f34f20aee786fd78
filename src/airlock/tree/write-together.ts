// Writes several files below their roots so that either all of them are there or none: each is looked at once more,
// put in place by a rename, and taken back when a later one fails. What holds for one file (no link followed, nothing
// half written) is beneath.ts; a kill in the middle leaves each file old or new.
import { type AbsolutePath, bytePath, type BytePath, showBytePath } from '../../domain/index.ts';
import { type FileOwner, readBeneath, restoreBeneath } from './beneath.ts';

export interface FileStep {
  readonly root: AbsolutePath;
  /** Relative to the root. */
  readonly path: BytePath;
  /** What stood there when the new content was made; undefined: nothing. */
  readonly before: StepFile | undefined;
  /** undefined: the file goes. */
  readonly after: StepFile | undefined;
}

interface StepFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly owner?: FileOwner | undefined;
}

/** A sentence that says why nothing was written; undefined when everything is in place. Never throws. */
export function writeTogether(
  steps: readonly FileStep[],
): { readonly path: string; readonly because: string } | undefined {
  const taken: FileStep[] = [];
  const made: MadeDirectories = [];
  for (const step of steps) {
    try {
      const { root, path, before, after } = step;
      if (!standsAs(step)) throw new Changed();
      if (after !== undefined) noteMissing(step, made);
      restoreBeneath(root, path, restored(after));
      taken.push({ root, path, before: after, after: before });
    } catch (error) {
      const lost = takeBack(taken.toReversed(), made);
      const path = placeOf(step);
      const because = [reasonOf(error), ...lost].join('; ');
      return { path, because };
    }
  }
  return undefined;
}

type MadeDirectories = { readonly root: AbsolutePath; readonly path: BytePath }[];

class Changed extends Error {}

function restored(file: StepFile | undefined): Parameters<typeof restoreBeneath>[2] {
  if (file === undefined) return { state: { kind: 'missing' }, bytes: undefined };
  const { bytes, mode, owner } = file;
  return { state: { kind: 'file', size: bytes.length, mode }, bytes, owner };
}

function standsAs({ root, path, before }: FileStep): boolean {
  const found = readBeneath(root, path, before?.bytes.length ?? 0);
  if (before === undefined) return found.kind === 'missing';
  return found.kind === 'file' && found.bytes.equals(before.bytes);
}

/** The directories that are made on the way, outermost first: they go again when nothing is written. */
function noteMissing({ root, path }: FileStep, made: MadeDirectories): void {
  const parts = path.split('/').slice(0, -1);
  for (let length = 1; length <= parts.length; length += 1) {
    const directory = parts.slice(0, length).join('/') as BytePath;
    if (readBeneath(root, directory, 0).kind === 'missing') made.push({ root, path: directory });
  }
}

/** Sentences about what could not be taken back. */
function takeBack(taken: readonly FileStep[], made: MadeDirectories): string[] {
  const lost: string[] = [];
  for (const step of taken) {
    try {
      // What somebody else wrote since is theirs.
      if (!standsAs(step)) throw new Changed();
      restoreBeneath(step.root, step.path, restored(step.after));
    } catch (error) {
      lost.push(`${placeOf(step)} could not be put back (${reasonOf(error)})`);
    }
  }
  for (const { root, path } of made.toReversed()) {
    try {
      restoreBeneath(root, path, restored(undefined));
    } catch {
      // Somebody else uses it by now.
    }
  }
  return lost;
}

function placeOf({ root, path }: FileStep): string {
  return showBytePath(`${bytePath(root)}/${path}` as BytePath);
}

function reasonOf(error: unknown): string {
  if (error instanceof Changed) return 'it was changed meanwhile';
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ELOOP' || code === 'ENOTDIR') return 'a link or a file stands on the way';
  if (code === 'ENOSPC') return 'the disk is full';
  return code;
}
