// Carries out one patch: shows it as a file_change item, has the guarded writer write it, and says what became of it.
import { resolve } from 'node:path';
import type { FileChangeResult, FileRefusal, FileWriter } from '../../runtime/index.ts';
import { patchedFiles, planPatch, runPatch } from '../patch/run-patch.ts';
import type { FileChangeEnd, ItemLog } from '../report/item-log.ts';
import type { ModelCall } from './model-call.ts';
import type { ToolCall } from './tool-call.ts';

export interface PatchParts {
  readonly files: FileWriter;
  readonly items: ItemLog;
  readonly workspace: string;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

type WantedPatch = ToolCall & { readonly kind: 'patch' };

/** Text for the model, in the shape of the tool it called. */
export async function answerPatch(
  call: ModelCall,
  wanted: WantedPatch,
  parts: PatchParts,
  signal: AbortSignal,
): Promise<string> {
  const cwd = resolve(parts.workspace, wanted.workdir ?? '', wanted.directory ?? '');
  const plan = planPatch(wanted.patch);
  const started = parts.now();
  if (plan.kind === 'unreadable') {
    const open = parts.items.startFileChange({ changes: [], call_id: call.callId, cwd });
    const denied = { by: 'request', rule: null, path: null, reason: plan.reason } as const;
    parts.items.endFileChange(open, { status: 'failed', duration_ms: 0, denied, error: null });
    return `apply_patch verification failed: ${plan.reason}`;
  }
  const changes = patchedFiles(plan.files).map(({ path, kind }) => ({ path: resolve(cwd, path), kind }));
  const open = parts.items.startFileChange({ changes, call_id: call.callId, cwd });
  let result: FileChangeResult;
  try {
    result = await runPatch(plan.files, { callId: open.id, cwd }, parts.files, signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.items.endFileChange(open, { ...failed(parts.now() - started), error: reason });
    throw error;
  }
  const wallMs = parts.now() - started;
  parts.items.endFileChange(open, endOf(result, wallMs));
  switch (result.kind) {
    case 'changed': {
      const marks = { add: 'A', update: 'M', delete: 'D' } as const;
      const lines = result.files.map(({ path, kind }) => `${marks[kind]} ${relativeTo(cwd, path)}`);
      return inShapeOf(wanted, `Success. Updated the following files:\n${lines.join('\n')}\n`, wallMs);
    }
    case 'refused':
      return refusedText(result.refusal);
    case 'failed':
      return `apply_patch failed: nothing was written, because of ${result.path}: ${result.reason}`;
  }
}

function endOf(result: FileChangeResult, wallMs: number): FileChangeEnd {
  switch (result.kind) {
    case 'changed': {
      const changes = result.files.map(({ path, kind }) => ({ path, kind }));
      return { status: 'completed', duration_ms: Math.round(wallMs), denied: null, error: null, changes };
    }
    case 'refused':
      return { ...failed(wallMs), denied: result.refusal };
    case 'failed':
      return { ...failed(wallMs), error: `${result.path}: ${result.reason}` };
  }
}

function failed(wallMs: number): FileChangeEnd {
  return { status: 'failed', duration_ms: Math.round(wallMs), denied: null, error: null };
}

function refusedText({ by, path, rule, reason }: FileRefusal): string {
  const place = path === null ? '' : `${path}: `;
  const source = rule === null ? '' : ` (${rule})`;
  if (by === 'request') return `apply_patch verification failed: ${place}${reason}`;
  return `patch rejected by ${by}, and nothing was written: ${place}${reason}${source}`;
}

function inShapeOf({ answer }: WantedPatch, text: string, wallMs: number): string {
  const seconds = (wallMs / 1000).toFixed(1);
  const plain = `Exit code: 0\nWall time: ${seconds} seconds\nOutput:\n${text}`;
  switch (answer) {
    case 'json':
      return `{"output":${JSON.stringify(text)},"metadata":{"exit_code":0,"duration_seconds":${seconds}}}`;
    case 'chunk':
      return `Wall time: ${(wallMs / 1000).toFixed(4)} seconds\nOutput:\n${plain}`;
    case 'freeform':
      return plain;
  }
}

function relativeTo(cwd: string, path: string): string {
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}
