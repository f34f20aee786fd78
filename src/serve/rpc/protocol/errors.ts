// What can go wrong with a message, as a client reads it. A refusal or an end of a command is no error: it is a result.

/** What stands in `error.data.kind`. Stable; the sentence in `error.message` is for people. */
export type RpcErrorKind =
  /** The line is no JSON, no UTF-8, or nested deeper than 64. */
  | 'parse-error'
  /** JSON, and no message of JSON-RPC 2.0; a batch, too. */
  | 'invalid-request'
  /** A request with this id is still open. Told under the id `null`: the open one keeps its answer. */
  | 'duplicate-id'
  | 'not-initialized'
  | 'already-initialized'
  | 'unknown-method'
  /** A field is missing, unknown, or of the wrong kind. */
  | 'bad-params'
  /** The sandbox of the server can be narrowed and never widened. */
  | 'wider-sandbox'
  | 'unknown-process'
  | 'duplicate-process'
  | 'stdin-closed'
  | 'no-terminal'
  | 'unknown-session'
  | 'unknown-change-set'
  /** `resumeSessionId` names nobody, or nobody any more. */
  | 'unknown-client'
  /** Another connection has this client. */
  | 'client-attached'
  /** `process/start` alone: nothing was started, `data.refusal` says why. */
  | 'refused'
  /** `process/start` alone: the program could not be started. */
  | 'spawn-failed'
  /** Too much at once: requests, commands, change sets. */
  | 'overloaded'
  | 'internal';

/** `error.code` of each kind. */
export const errorCodes: Readonly<Record<RpcErrorKind, number>> = {
  'parse-error': -32_700,
  'invalid-request': -32_600,
  'duplicate-id': -32_600,
  'not-initialized': -32_600,
  'already-initialized': -32_600,
  'unknown-method': -32_601,
  'bad-params': -32_602,
  'wider-sandbox': -32_602,
  'unknown-process': -32_600,
  'duplicate-process': -32_600,
  'stdin-closed': -32_600,
  'no-terminal': -32_600,
  'unknown-session': -32_600,
  'unknown-change-set': -32_600,
  'unknown-client': -32_600,
  'client-attached': -32_010,
  refused: -32_000,
  'spawn-failed': -32_603,
  overloaded: -32_001,
  internal: -32_603,
};

export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly kind: RpcErrorKind;
    /** For `refused`. */
    readonly refusal?: RefusalKind | undefined;
    /** What to do about it. */
    readonly hint?: string | undefined;
  };
}

/** Why nothing was run: docs/errors.md. */
export type RefusalKind =
  | 'forbidden-by-policy'
  | 'approval-needed-but-nobody-to-ask'
  | 'escalation-not-possible'
  | 'denied-by-reviewer'
  | 'aborted'
  | 'sandbox-unavailable'
  | 'bad-request';
