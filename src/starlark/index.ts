// The rule language's core: a small, budgeted Starlark. A host hands in source text and its own builtins; the
// module is run for the calls it makes. Nothing here knows what a rule is, and nothing here touches the world.
export { suggestName } from './suggest-name.ts';
export { defaultBudget, type Budget } from './budget.ts';
export { StarlarkHostError, type StarlarkError, type StarlarkErrorKind } from './errors.ts';
export type { BuiltinCall, StarlarkBuiltin, StarlarkParameter } from './builtin.ts';
export { repr } from './repr.ts';
export { runStarlark, type StarlarkOptions, type StarlarkOutcome } from './run.ts';
export type { Position } from './source.ts';
export {
  StarlarkBytes,
  StarlarkDict,
  StarlarkFloat,
  StarlarkFunction,
  StarlarkList,
  StarlarkRange,
  StarlarkTuple,
  typeName,
  type Value,
} from './values.ts';
