// The door of the headless room.
export type { ModelClientWorld, ModelEndpoint } from './model/endpoint.ts';
export type { JsonObject } from './model/response-items.ts';
export { createModelClient, type ModelClient, type RetryNotice } from './model/model-client.ts';
export type { Post } from './model/post.ts';
export { reachServer } from './model/reach-server.ts';
export { readToken } from './model/read-token.ts';
export { chatRequestBody } from './model/chat/chat-request-body.ts';
export { requestBody } from './model/request-body.ts';
export { defaultModel, resolveEndpoint, type ResolvedProvider } from './model/resolve-endpoint.ts';
export { modelEnvironment } from './model-environment.ts';
export {
  type AgentsFile,
  agentsMessage,
  instructions,
  openingMessages,
  type Surroundings,
} from './opening-messages.ts';
export { ItemLog } from './report/item-log.ts';
export { previewEvent } from './report/preview-event.ts';
export { jsonReport } from './report/json-report.ts';
export { markdownSummary } from './report/turn-summary.ts';
export { turnTally, type TurnTally } from './report/turn-tally.ts';
export type { Report, Write } from './report/report.ts';
export { stripControl } from './report/strip-control.ts';
export type {
  CommandItem,
  FileChangeItem,
  ThreadEvent,
  ThreadItem,
  TurnError,
} from './report/thread-event.ts';
export { runTurn, type TurnEnd, type TurnParts, type TurnRecorder } from './run-turn.ts';
export { type CallAnswerer, createCallAnswerer } from './tools/answer-calls.ts';
export {
  type ClosedSession,
  type SessionAnswer,
  type SessionChunk,
  type SessionOpening,
  type SessionTools,
  type SessionWrite,
} from './tools/session-tools.ts';
export type { OutputSchema } from './output-schema.ts';
export { restoreHistory } from './thread/restore-history.ts';
export type { ThreadFile } from './thread/thread-file.ts';
export { threadStore, type ThreadStore, type ThreadSummary } from './thread/thread-store.ts';
export { isPictureBytes } from './tools/answer-picture.ts';
export { toolDefinitions } from './tools/tool-definitions.ts';
export { heldSessions } from './tools/held-sessions.ts';
export { liveSessions } from './tools/live-sessions.ts';
