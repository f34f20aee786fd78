// The words of the file writer: what is to be written, and what became of it.
import type { AbsolutePath, CallId, NonEmpty } from '../../domain/index.ts';

export type FileChange =
  | {
      readonly kind: 'write';
      /** Absolute, or relative to `cwd` of the request. */
      readonly path: string;
      /** Text is written as UTF-8. */
      readonly content: string | Uint8Array;
      /**
       * What the file held when the content was made; `null`: there was none. A file that is something else by now is
       * not overwritten. Left out: whatever stands there is replaced.
       */
      readonly from?: Uint8Array | null;
      /** Whether a new file is executable; one that exists keeps its mode. Default false. */
      readonly executable?: boolean;
      /** The mode of this file, which exists, is taken over: a file that moves stays what it was. */
      readonly modeOf?: string;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly from?: Uint8Array };

export interface FileChangeRequest {
  /** Each path once. All of them are written, or none. */
  readonly changes: NonEmpty<FileChange>;
  /** Where relative paths start. Default the workspace. */
  readonly cwd?: string;
  /** Names the call in the audit and in questions. Default: a new one. */
  readonly callId?: string;
  /** The program that rules speak of. Default `apply_patch`. */
  readonly program?: string;
}

export interface ChangedFile {
  readonly path: AbsolutePath;
  readonly kind: 'add' | 'update' | 'delete';
  /** Unified, without file headers. */
  readonly diff: readonly string[];
}

/**
 * `policy`: a rule forbids it. `approval`: it would need one, and nobody gave it. `sandbox`: no command could write
 * there either. `request`: it makes no sense.
 */
export interface FileRefusal {
  readonly by: 'policy' | 'approval' | 'sandbox' | 'request';
  /** `FILE:LINE` of the rule that settled it. */
  readonly rule: string | null;
  /** As far as it is about one path. */
  readonly path: string | null;
  /** One sentence. */
  readonly reason: string;
}

export type FileChangeResult =
  | { readonly kind: 'changed'; readonly callId: CallId; readonly files: readonly ChangedFile[] }
  /** Nothing was written: it was not allowed. */
  | { readonly kind: 'refused'; readonly callId: CallId; readonly refusal: FileRefusal }
  /** Nothing was written: it could not be. */
  | { readonly kind: 'failed'; readonly callId: CallId; readonly path: string; readonly reason: string };

/** `reason`: why, as a clause or a sentence. */
export type FileForesight =
  | { readonly kind: 'would-write' | 'would-ask'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: FileRefusal };

export type FileRead =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly refusal: FileRefusal };

/**
 * Writes files as a command in the sandbox might: below the writable roots, never through a link, and nothing that
 * something outside would run later unless somebody approves it. For editor tools, which would go around the sandbox.
 */
export interface FileWriter {
  /**
   * Decides about every path before the first is written. Resolves for every refusal and every failure.
   * @throws RuntimeError `E_BAD_OPTION` for a request that is malformed.
   */
  change(request: FileChangeRequest, signal?: AbortSignal): Promise<FileChangeResult>;
  /**
   * What `change` would do with it now. Asks nobody and writes nothing, and is no promise: files, rules and approvals may
   * change before the call.
   * @throws RuntimeError `E_BAD_OPTION` for a request that is malformed.
   */
  evaluate(request: FileChangeRequest): FileForesight;
  /** What stands at a path that `change` might write. Relative paths start at `cwd`, by default the workspace. */
  read(path: string, cwd?: string): FileRead;
}

/** Bytes of one file, read or written. */
export const mostFileBytes: number = 8 * 1024 * 1024;
/** Bytes of all files of one change together. */
export const mostChangeBytes: number = 32 * 1024 * 1024;
/** Files of one change. */
export const mostFiles = 500;

export function refusal(by: FileRefusal['by'], path: string | null, reason: string): FileRefusal {
  return { by, rule: null, path, reason };
}
