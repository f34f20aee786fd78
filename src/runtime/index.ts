// The door: the front object and its types.
export { createShellRuntime } from './create-shell-runtime.ts';
export type {
  EnvironmentPolicy,
  ExecInput,
  MissingVariable,
  RememberedApproval,
  RuleLocations,
  SandboxMode,
  SandboxStatus,
  ShellRuntime,
  ShellRuntimeOptions,
} from './shell-runtime.ts';
export { type SpanAttributes, type SpanHook, spanListener } from './span-listener.ts';
export { renderCaptured } from './process/index.ts';
