// The door for whoever embeds the runtime in a program: the parts put together with the defaults a person expects.
export {
  type ConfiguredRuntime,
  createShellRuntime,
  type EmbeddedRuntimeOptions,
} from './create-shell-runtime.ts';
export { doctor } from './doctor.ts';
export { type ModelTools, modelTools, type ModelToolCall } from './model-tools.ts';
export { exitCode, outputText } from './result-text.ts';
export { reviewOnTerminal, type TerminalOptions } from './review-on-terminal.ts';
