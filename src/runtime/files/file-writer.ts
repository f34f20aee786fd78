// The guarded file writer: places every path, asks the rules, the judge of what runs later and, where it must be, a
// person; only then writes, all or nothing.
import { isUint8Array } from 'node:util/types';
import {
  type AbsolutePath,
  absolutePath,
  type ApprovalPolicy,
  type CallId,
  err,
  ok,
  type Result,
  RuntimeError,
} from '../../domain/index.ts';
import { type FileStep, readBeneath, unifiedDiff, writeTogether } from '../../airlock/index.ts';
import type { Approvals, Gate } from '../../orchestrator/index.ts';
import { type AskedFiles, approveFiles, foreseeFiles } from './approve-files.ts';
import {
  type ChangedFile,
  type FileChange,
  type FileChangeRequest,
  type FileChangeResult,
  type FileRefusal,
  type FileWriter,
  mostChangeBytes,
  mostFileBytes,
  mostFiles,
  refusal,
} from './file-change.ts';
import type { JudgedPlaces } from './judge-files.ts';
import { type FilePlaces, placeFile, type PlacedFile } from './place-file.ts';

export interface FileWriterParts extends FilePlaces, JudgedPlaces {
  readonly gate: Gate;
  readonly approvals: Approvals;
  readonly approvalPolicy: ApprovalPolicy;
  /** Of commands: rules look programs up in its `PATH`. */
  readonly env: ReadonlyMap<string, string>;
  newCallId(): CallId;
  /** Told of every result, before the caller. */
  onResult?(result: FileChangeResult): void;
}

export function createFileWriter(parts: FileWriterParts): FileWriter {
  // One change at a time: two that meet would each be judged without the other.
  let last: Promise<unknown> = Promise.resolve();

  async function changeNow(
    request: FileChangeRequest,
    callId: CallId,
    signal: AbortSignal,
  ): ReturnType<FileWriter['change']> {
    const work = workOf(request, callId);
    if (!work.ok) return { kind: 'refused', callId, refusal: work.error };
    const { steps, asked } = work.value;
    const refused = await approveFiles(steps, asked, parts, signal);
    if (refused !== undefined) return { kind: 'refused', callId, refusal: refused };
    const failed = writeTogether(steps);
    return failed === undefined
      ? { kind: 'changed', callId, files: asked.files }
      : { kind: 'failed', callId, path: failed.path, reason: failed.because };
  }

  function workOf(
    request: FileChangeRequest,
    callId: CallId,
  ): Result<{ readonly steps: readonly FileStep[]; readonly asked: AskedFiles }, FileRefusal> {
    const cwd = directoryOf(request.cwd, parts.workspace);
    const steps = stepsOf(request.changes, cwd, parts);
    if (!steps.ok) return steps;
    const files = steps.value.map(changedFile);
    return ok({
      steps: steps.value,
      asked: { callId, cwd, program: request.program ?? 'apply_patch', files },
    });
  }

  return {
    change: async (request, signal = new AbortController().signal) => {
      checkRequest(request);
      const callId = (request.callId as CallId | undefined) ?? parts.newCallId();
      const mine = last.then(async () => await changeNow(request, callId, signal));
      last = mine.catch(() => undefined);
      const result = await mine;
      parts.onResult?.(result);
      return result;
    },
    evaluate: (request) => {
      checkRequest(request);
      const work = workOf(request, (request.callId as CallId | undefined) ?? parts.newCallId());
      if (!work.ok) return { kind: 'refused', refusal: work.error };
      return foreseeFiles(work.value.steps, work.value.asked, parts);
    },
    read(path, cwd) {
      const placed = placeFile(path, directoryOf(cwd, parts.workspace), parts);
      if (!placed.ok) return { kind: 'refused', refusal: placed.error };
      const found = find(placed.value);
      if (!found.ok) return { kind: 'refused', refusal: found.error };
      return found.value === undefined ? { kind: 'missing' } : { kind: 'file', bytes: found.value.bytes };
    },
  };
}

type Found = NonNullable<FileStep['before']>;

/** The ordinary file there, or undefined where there is none; anything else is refused. */
function find({ root, path, absolute }: PlacedFile): Result<Found | undefined, FileRefusal> {
  const no = (reason: string): Result<never, FileRefusal> => err(refusal('request', absolute, reason));
  try {
    const found = readBeneath(root, path, mostFileBytes);
    switch (found.kind) {
      case 'missing':
        return ok(undefined);
      case 'file':
        return ok({ bytes: found.bytes, mode: found.mode, owner: found.owner });
      case 'directory':
        return no('it is a directory');
      case 'symlink':
        return no('it is a symbolic link; name the file it leads to');
      case 'too-large':
        return no(`it is larger than ${mostFileBytes} bytes`);
      case 'other':
        return no('it is no ordinary file');
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return no(
      code === 'ELOOP' || code === 'ENOTDIR'
        ? 'a link or a file stands on the way; name the real path'
        : `it cannot be read (${code})`,
    );
  }
}

function stepsOf(
  changes: readonly FileChange[],
  cwd: AbsolutePath,
  parts: FileWriterParts,
): Result<FileStep[], FileRefusal> {
  const steps = new Map<string, FileStep>();
  for (const change of changes) {
    const placed = placeFile(change.path, cwd, parts);
    if (!placed.ok) return placed;
    const { root, path, absolute } = placed.value;
    if (steps.has(absolute)) return err(refusal('request', absolute, 'it is named twice'));
    const before = find(placed.value);
    if (!before.ok) return before;
    const wrong = mismatch(change, before.value);
    if (wrong !== undefined) return err(refusal('request', absolute, wrong));
    const mode = modeFor(change, before.value, cwd, parts);
    if (!mode.ok) return mode;
    const after = change.kind === 'delete' ? undefined : { ...mode.value, bytes: bytesOf(change.content) };
    steps.set(absolute, { root, path, before: before.value, after });
  }
  return ok([...steps.values()]);
}

function mismatch(change: FileChange, before: Found | undefined): string | undefined {
  if (change.kind === 'delete' && before === undefined) return 'there is no such file';
  if (change.from === undefined) return undefined;
  if (change.from === null) return before === undefined ? undefined : 'there is such a file already';
  if (before === undefined) return 'there is no such file';
  return Buffer.from(change.from).equals(before.bytes) ? undefined : 'it was changed meanwhile';
}

type Attributes = Pick<Found, 'mode' | 'owner'>;

function modeFor(
  change: FileChange,
  before: Found | undefined,
  cwd: AbsolutePath,
  parts: FileWriterParts,
): Result<Attributes, FileRefusal> {
  if (before !== undefined) return ok({ mode: before.mode & 0o777, owner: before.owner });
  if (change.kind === 'write' && change.modeOf !== undefined) {
    const other = placeFile(change.modeOf, cwd, parts);
    const found = other.ok ? find(other.value) : other;
    if (!found.ok) return found;
    if (found.value !== undefined) return ok({ mode: found.value.mode & 0o777, owner: found.value.owner });
  }
  const executable = change.kind === 'write' && change.executable === true;
  return ok({ mode: executable ? 0o755 : 0o644 });
}

function changedFile({ root, path, before, after }: FileStep): ChangedFile {
  const absolute = absolutePath(`${root}/${Buffer.from(path, 'latin1').toString('utf8')}`) ?? root;
  const text = (file: FileStep['before']): string => Buffer.from(file?.bytes ?? []).toString('utf8');
  const kind = before === undefined ? 'add' : after === undefined ? 'delete' : 'update';
  return { path: absolute, kind, diff: unifiedDiff(text(before), text(after)) };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}

function directoryOf(cwd: string | undefined, workspace: AbsolutePath): AbsolutePath {
  return cwd === undefined
    ? workspace
    : (absolutePath(cwd.startsWith('/') ? cwd : `${workspace}/${cwd}`) ?? workspace);
}

/** The embedder may be JavaScript, and the words may be a model's. */
function checkRequest(request: FileChangeRequest): void {
  const fail = (what: string): never => {
    throw new RuntimeError('E_BAD_OPTION', `Cannot change files: ${what}`);
  };
  const changes: unknown = request.changes;
  if (!Array.isArray(changes) || changes.length === 0) fail('`changes` must be a list that is not empty');
  if (request.changes.length > mostFiles) fail(`more than ${mostFiles} files at once`);
  let bytes = 0;
  for (const change of request.changes as readonly FileChange[]) {
    if (typeof change.path !== 'string' || change.path.includes('\0'))
      fail('each `path` must be text without NUL');
    if (!['write', 'delete'].includes(change.kind)) fail('each `kind` must be write or delete');
    if (change.kind !== 'write') continue;
    if (typeof change.content !== 'string' && !isUint8Array(change.content))
      fail('each `content` must be text or bytes');
    const size =
      typeof change.content === 'string' ? Buffer.byteLength(change.content) : change.content.length;
    if (size > mostFileBytes) fail(`a file is larger than ${mostFileBytes} bytes`);
    bytes += size;
  }
  if (bytes > mostChangeBytes) fail(`the files are larger than ${mostChangeBytes} bytes together`);
  const { cwd, callId } = request;
  if (cwd !== undefined && (typeof cwd !== 'string' || cwd.includes('\0')))
    fail('`cwd` must be text without NUL');
  if (callId !== undefined && (typeof callId !== 'string' || callId === '')) fail('`callId` must be a word');
}
