// The one class this library throws. Command outcomes and refusals are values; a RuntimeError means misuse or a
// broken promise. Codes are stable and documented in docs/errors.md.

export type RuntimeErrorCode =
  /** An option has the wrong kind or is out of range. */
  | 'E_BAD_OPTION'
  /** A rule file or the configuration cannot be used; every mistake is in the message. */
  | 'E_POLICY_INVALID'
  | 'E_CONFIG_INVALID'
  /** The runtime was closed before or during the call. */
  | 'E_RUNTIME_CLOSED'
  /** The launcher is not built and could not be built. */
  | 'E_LAUNCHER_MISSING'
  /** The file of a thread is missing, cannot be read or written, or belongs to another run meanwhile. */
  | 'E_THREAD'
  /** A rule could not be written. */
  | 'E_AMEND_FAILED'
  /** Something this library promised itself does not hold; please report it. */
  | 'E_INVARIANT';

/** Misuse or a broken promise; tell them apart by `code`. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;
  /** What to do about it, when there is something. */
  readonly hint: string | undefined;

  constructor(
    code: RuntimeErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
