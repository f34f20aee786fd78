// `cordon/unstable`: the parts, for whoever builds a backend, a reviewer or a server of their own. May change in every
// version; what is stable is in index.ts.
export * from './domain/index.ts';
export {
  type ApprovalInbox,
  createApprovalInbox,
  describeDenial,
  describeGrant,
  describeMatch,
  explainDenial,
  explainRefusal,
  forcedEnvironment,
  renderCaptured,
  type SpanAttributes,
  type SpanHook,
  spanListener,
} from './runtime/index.ts';
export { loadConfig, parseOverride, runtimeSettings } from './config/index.ts';
export { parseCommand, parseScript, quoteArgv } from './shell/index.ts';
