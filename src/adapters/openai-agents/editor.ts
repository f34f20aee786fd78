// The editor behind `applyPatchTool`: differences in the SDK's form, files through the guarded writer.
import { randomUUID } from 'node:crypto';
import { isNonEmpty, RuntimeError } from '../../domain/index.ts';
import type { FileChange, FileChangeResult, ShellRuntime } from '../../runtime/index.ts';
import type { FrameworkApprovals } from '../framework-approvals.ts';

export interface EditorOptions {
  /** The SDK's own function of this name: it knows the form its models were told to write. */
  readonly applyDiff: (input: string, diff: string, mode?: 'default' | 'create') => string;
  /** The framework asks before a change that needs it. Default: the runtime's reviewer is asked. */
  readonly approvals?: FrameworkApprovals | undefined;
  /** This process continues a run that was interrupted in another one. Default false. */
  readonly resumed?: boolean | undefined;
  /** Where relative paths start. Default the workspace. */
  readonly cwd?: string | undefined;
}

interface Created {
  readonly type: 'create_file';
  readonly path: string;
  readonly diff: string;
}
interface Updated {
  readonly type: 'update_file';
  readonly path: string;
  readonly diff: string;
  readonly moveTo?: string | undefined;
}
interface Deleted {
  readonly type: 'delete_file';
  readonly path: string;
}
type Operation = Created | Updated | Deleted;

export interface EditorResult {
  status: 'completed' | 'failed';
  output: string;
}

export interface Editor {
  createFile(operation: Created): Promise<EditorResult>;
  updateFile(operation: Updated): Promise<EditorResult>;
  deleteFile(operation: Deleted): Promise<EditorResult>;
}

export interface EditorParts {
  readonly editor: Editor;
  readonly needsApproval: (context: unknown, operation: Operation) => Promise<boolean>;
}

/**
 * Both parts of a patch tool. When the SDK carries out what it has not asked `needsApproval` about, the same holds as for
 * `shell`.
 */
export function editor(runtime: Pick<ShellRuntime, 'files'>, options: EditorOptions): EditorParts {
  const { applyDiff, approvals, resumed = false, cwd } = options;
  const waved = new WeakSet<Operation>();
  const state = { isWired: resumed };

  const changesOf = (operation: Operation): FileChange[] | string => {
    const { path } = operation;
    if (operation.type === 'create_file')
      return [{ kind: 'write', path, content: applyDiff('', operation.diff, 'create'), from: null }];
    const found = runtime.files.read(path, cwd);
    if (found.kind === 'refused') return `${path}: ${found.refusal.reason}`;
    if (found.kind === 'missing') return `${path}: there is no such file`;
    const from = found.bytes;
    if (operation.type === 'delete_file') return [{ kind: 'delete', path, from }];
    const text = textOf(from);
    if (text === undefined) return `${path}: it is not UTF-8 text, which a patch would damage`;
    const content = applyDiff(text, operation.diff);
    const { moveTo } = operation;
    if (moveTo === undefined || moveTo === path) return [{ kind: 'write', path, content, from }];
    return [
      { kind: 'write', path: moveTo, content, from: null, modeOf: path },
      { kind: 'delete', path, from },
    ];
  };

  const edit = async (operation: Operation): Promise<EditorResult> => {
    const callId = `agent-${randomUUID()}`;
    try {
      const changes = changesOf(operation);
      if (typeof changes === 'string') return failed(changes);
      if (!isNonEmpty(changes)) return failed('the patch changes nothing');
      if (state.isWired && !waved.has(operation)) approvals?.allow(callId);
      return resultOf(await runtime.files.change({ changes, callId, ...(cwd === undefined ? {} : { cwd }) }));
    } catch (error) {
      if (error instanceof RuntimeError && error.code !== 'E_BAD_OPTION') throw error;
      // A difference that does not fit is the model's to mend.
      return failed(error instanceof Error ? error.message : String(error));
    } finally {
      approvals?.withdraw(callId);
    }
  };

  return {
    needsApproval: async (_context, operation) => {
      state.isWired = true;
      const asks = approvals !== undefined && wouldAsk(operation);
      if (asks) waved.delete(operation);
      else waved.add(operation);
      return await Promise.resolve(asks);
    },
    editor: { createFile: edit, updateFile: edit, deleteFile: edit },
  };

  function wouldAsk(operation: Operation): boolean {
    try {
      const changes = changesOf(operation);
      if (typeof changes === 'string' || !isNonEmpty(changes)) return false;
      const request = { changes, ...(cwd === undefined ? {} : { cwd }) };
      return runtime.files.evaluate(request).kind === 'would-ask';
    } catch {
      return false;
    }
  }
}

function resultOf(result: FileChangeResult): EditorResult {
  switch (result.kind) {
    case 'changed': {
      const words = { add: 'Created', update: 'Updated', delete: 'Deleted' } as const;
      const output = result.files.map(({ kind, path }) => `${words[kind]} ${path}`).join('\n');
      return { status: 'completed', output };
    }
    case 'refused': {
      const { path, reason, rule } = result.refusal;
      const place = path === null ? '' : `${path}: `;
      return failed(`${place}${reason}${rule === null ? '' : ` (${rule})`}`);
    }
    case 'failed':
      return failed(`${result.path}: ${result.reason}`);
  }
}

function failed(output: string): EditorResult {
  return { status: 'failed', output };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
