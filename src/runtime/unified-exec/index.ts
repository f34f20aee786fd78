export { clampYield, type PollBounds, type WaitKind, type YieldLimits, yieldLimits } from './clamp-yield.ts';
export { forcedEnvironment } from './forced-environment.ts';
export type { Attachment, LiveProgram, TerminalSize } from './live-program.ts';
export { pipeRunner } from './pipe-runner.ts';
export type { ScreenSnapshot } from './screen.ts';
export { SessionManager } from './session-manager.ts';
export { terminalRunner } from './terminal-runner.ts';
export type {
  ReadOptions,
  SessionError,
  SessionInfo,
  SessionRead,
  UnifiedExec,
  WriteOptions,
} from './unified-exec.ts';
