// The door: the front object and its types.
export {
  type ApprovalInbox,
  type Foresight,
  createApprovalInbox,
  describeDenial,
  describeGrant,
  describeMatch,
  escapeInvisible,
  explainDenial,
  explainRefusal,
} from '../orchestrator/index.ts';
export type { ChangeHistory, JournalLimits, UndoInput } from './change-history.ts';
export type { ChangeSet, ChangeSetInput } from './change-set.ts';
export type { AskedHost } from './ask-host.ts';
export { createRuntimeOn, createShellRuntime } from './create-shell-runtime.ts';
export type { EventsOptions, EventStream } from './event-stream.ts';
export type {
  CommandHandle,
  CommandStdin,
  EnvironmentPolicy,
  ExecInput,
  HeldExecResult,
  MissingVariable,
  RememberedApproval,
  RuleLocations,
  SandboxMode,
  SandboxStatus,
  SessionInput,
  ShellRuntime,
  ShellRuntimeOptions,
  StartInput,
} from './shell-runtime.ts';
export type {
  ChangedFile,
  FileChange,
  FileChangeRequest,
  FileChangeResult,
  FileForesight,
  FileRead,
  FileRefusal,
  FileWriter,
} from './files/index.ts';
export type { WatchSettings } from './watch-settings.ts';
export { type SpanAttributes, type SpanHook, spanListener } from './span-listener.ts';
export { renderCaptured } from './process/index.ts';
export { forcedEnvironment } from './unified-exec/index.ts';
export type {
  ReadOptions,
  ScreenSnapshot,
  SessionError,
  SessionInfo,
  SessionRead,
  TerminalSize,
  UnifiedExec,
  WriteOptions,
} from './unified-exec/index.ts';
