// The whole way of one file: text, tree, names, effects; or the first error, as a value.
import { defaultBudget, Meter, type Budget } from './budget.ts';
import type { StarlarkBuiltin } from './builtin.ts';
import { languageBuiltins } from './builtins.ts';
import { describeFailure } from './describe-failure.ts';
import { workClock } from './work-clock.ts';
import { Failure, overBudget, syntaxError, type StarlarkError } from './errors.ts';
import { ModuleEvaluator } from './evaluate-module.ts';
import { HostFunction } from './host-function.ts';
import { parseModule } from './parse-module.ts';
import { resolveBuiltins } from './resolve.ts';
import { SourceText } from './source.ts';
import type { Value } from './values.ts';

export interface StarlarkOptions {
  /** Named in errors; never opened. */
  readonly file: string;
  /** The host's builtins by the name they have in the module. They shadow the language's own. */
  readonly globals: Readonly<Record<string, StarlarkBuiltin>>;
  /** What differs from {@link defaultBudget}. */
  readonly budget?: Partial<Budget>;
  /** Milliseconds on a steady clock. Default {@link workClock}. */
  readonly now?: () => number;
}

/** In Node since 20, in the compiler's library since ES2024. */
type WellFormedness = string & { isWellFormed(): boolean };

export type StarlarkOutcome = { readonly ok: true } | { readonly ok: false; readonly error: StarlarkError };

/**
 * Runs a module for its effects: the calls it makes to the host's builtins, in order, up to the first error. Whatever
 * the text says, this returns; it throws only what a host builtin throws by mistake.
 */
export function runStarlark(text: string, options: StarlarkOptions): StarlarkOutcome {
  const source = new SourceText(options.file, text);
  const budget = { ...defaultBudget, ...options.budget };
  const meter = new Meter(budget, { now: options.now ?? workClock(), sourceLength: text.length });
  const evaluator = new ModuleEvaluator(source, meter);
  try {
    requireReadable(text, budget);
    const { module, scope } = parseModule(text, meter);
    resolveBuiltins(scope, builtinsWith(options.globals));
    evaluator.run(module);
    return { ok: true };
  } catch (error) {
    const failure = failureOf(error);
    const { kind, message, span = evaluator.at } = failure;
    return { ok: false, error: describeFailure({ kind, message, span }, source, evaluator.calls) };
  }
}

function requireReadable(text: string, budget: Budget): void {
  if (text.length > budget.sourceLength) {
    throw overBudget(`File is too large: at most ${budget.sourceLength} characters are allowed`);
  }
  // Dict keys rely on it, and nothing that was decoded from UTF-8 can fail here.
  if (!(text as WellFormedness).isWellFormed())
    throw syntaxError('Text has a lone surrogate: it was not decoded from UTF-8', 0, 0);
}

function builtinsWith(globals: Readonly<Record<string, StarlarkBuiltin>>): ReadonlyMap<string, Value> {
  const builtins = new Map(languageBuiltins);
  for (const [name, builtin] of Object.entries(globals)) builtins.set(name, new HostFunction(builtin));
  return builtins;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // The depth budgets keep far away from this; a caller that is itself deep in its stack may still meet it. No state
  // outside this run can be torn, and the file is refused.
  if (error instanceof RangeError && /call stack/.test(error.message))
    return overBudget('Call stack overflow');
  throw error;
}
