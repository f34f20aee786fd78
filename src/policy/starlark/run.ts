import type { Budget } from './budget.ts';
import type { StarlarkBuiltin } from './builtin.ts';
import type { StarlarkError } from './errors.ts';

export interface StarlarkOptions {
  /** Named in errors; never opened. */
  readonly file: string;
  /** The host's builtins by the name they have in the module. They shadow the language's own. */
  readonly globals: Readonly<Record<string, StarlarkBuiltin>>;
  /** What differs from {@link defaultBudget}. */
  readonly budget?: Partial<Budget>;
  /** Milliseconds on any steady clock. Default `performance.now`. */
  readonly now?: () => number;
}

export type StarlarkOutcome = { readonly ok: true } | { readonly ok: false; readonly error: StarlarkError };

/** Runs a module for its effects: the calls it makes to the host's builtins. Never throws for what a file says. */
export function runStarlark(source: string, options: StarlarkOptions): StarlarkOutcome {
  throw new Error(`Cannot run ${options.file}: not written yet (${source.length})`);
}
