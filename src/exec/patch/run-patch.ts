// A patch from its text to files on disk: parsed, worked out against what the files hold, and handed to the guarded
// writer, which decides about every path before it writes the first.
import { type NonEmpty, isNonEmpty } from '../../domain/index.ts';
import type { FileChange, FileChangeResult, FileRefusal, FileWriter } from '../../runtime/index.ts';
import { applyHunks } from './apply-hunks.ts';
import { parsePatch, type PatchFile } from './parse-patch.ts';

export interface PatchRequest {
  readonly patch: string;
  readonly callId: string;
  /** Absolute: where relative paths start. */
  readonly cwd: string;
}

/** One entry of a `file_change` item; known as soon as the patch is read. */
export interface PatchedFile {
  readonly path: string;
  readonly kind: 'add' | 'delete' | 'update';
}

export type PatchPlan =
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'plan'; readonly files: NonEmpty<PatchFile> };

export function planPatch(patch: string): PatchPlan {
  const parsed = parsePatch(patch);
  return parsed.ok ? { kind: 'plan', files: parsed.value } : { kind: 'unreadable', reason: parsed.error };
}

export function patchedFiles(files: readonly PatchFile[]): PatchedFile[] {
  return files.flatMap((file): PatchedFile[] => {
    if (file.kind !== 'update' || file.moveTo === undefined) return [{ path: file.path, kind: file.kind }];
    return [
      { path: file.moveTo, kind: 'add' },
      { path: file.path, kind: 'delete' },
    ];
  });
}

export async function runPatch(
  files: NonEmpty<PatchFile>,
  { callId, cwd }: Omit<PatchRequest, 'patch'>,
  writer: FileWriter,
  signal: AbortSignal,
): Promise<FileChangeResult> {
  const changes: FileChange[] = [];
  const refused = (refusal: FileRefusal): FileChangeResult => ({
    kind: 'refused',
    callId: callId as FileChangeResult['callId'],
    refusal,
  });
  for (const file of files) {
    const worked = changesOf(file, (path) => writer.read(path, cwd));
    if ('refusal' in worked) return refused(worked.refusal);
    changes.push(...worked.changes);
  }
  if (!isNonEmpty(changes)) return refused(request(null, 'the patch changes nothing'));
  return await writer.change({ changes, cwd, callId }, signal);
}

type Worked = { readonly changes: readonly FileChange[] } | { readonly refusal: FileRefusal };

function changesOf(file: PatchFile, read: (path: string) => ReturnType<FileWriter['read']>): Worked {
  const { path } = file;
  if (file.kind === 'add') {
    const content = file.lines.map((line) => `${line}\n`).join('');
    // The tool's own description says so: adding a file that is there replaces it.
    return { changes: [{ kind: 'write', path, content }] };
  }
  const found = read(path);
  if (found.kind === 'refused') return { refusal: found.refusal };
  if (found.kind === 'missing') return { refusal: request(path, 'there is no such file') };
  const from = found.bytes;
  if (file.kind === 'delete') return { changes: [{ kind: 'delete', path, from }] };
  const text = textOf(from);
  if (text === undefined)
    return { refusal: request(path, 'it is not UTF-8 text, which a patch would damage') };
  const after = applyHunks(text, file.hunks);
  if (!after.ok) return { refusal: request(path, after.error) };
  if (file.moveTo === undefined) return { changes: [{ kind: 'write', path, content: after.value, from }] };
  return {
    changes: [
      { kind: 'write', path: file.moveTo, content: after.value, from: null, modeOf: path },
      { kind: 'delete', path, from },
    ],
  };
}

function request(path: string | null, reason: string): FileRefusal {
  return { by: 'request', rule: null, path, reason };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
