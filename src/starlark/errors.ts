// How a module that cannot be run is reported: one error with a place and a caret. `Failure` is how it travels
// inside the interpreter; only `run.ts` turns it into the value that callers see.

/**
 * `syntax`: the text is not Starlark. `resolve`: a name that nothing defines. `runtime`: an operation or a host
 * builtin refused. `budget`: the module asked for more steps, depth, memory or time than it may have.
 */
export type StarlarkErrorKind = 'syntax' | 'resolve' | 'runtime' | 'budget';

export interface StarlarkError {
  readonly kind: StarlarkErrorKind;
  readonly message: string;
  /** As given in the options. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in characters (code points). */
  readonly column: number;
  /** The source line and a second line with carets below the place. Very long lines are cut around the place. */
  readonly excerpt: string;
  /** The calls that led here, outermost first, one `FILE:LINE, in NAME` a line; absent outside a `def`. */
  readonly traceback?: string;
}

/** Thrown by a host builtin to refuse its arguments; becomes a `runtime` error at the call. */
export class StarlarkHostError extends Error {
  override readonly name = 'StarlarkHostError';
}

/** A span of source text, in UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Stops the module. Without a span, the place is the operation that was being evaluated. */
export class Failure extends Error {
  override readonly name = 'StarlarkFailure';
  readonly kind: StarlarkErrorKind;
  readonly span: Span | undefined;
  constructor(kind: StarlarkErrorKind, message: string, span?: Span) {
    super(message);
    this.kind = kind;
    this.span = span;
  }
}

export function syntaxError(message: string, start: number, end: number): Failure {
  return new Failure('syntax', message, { start, end });
}

export function runtimeError(message: string): Failure {
  return new Failure('runtime', message);
}

export function overBudget(message: string): Failure {
  return new Failure('budget', message);
}
