// The protocol of `cordon serve` as types, for clients: `cordon/protocol`. docs/serve.md tells what the methods do,
// docs/serve.schema.json is the same as a JSON Schema.
export type * from './approvals.ts';
export type * from './change-sets.ts';
export type * from './commands.ts';
export { errorCodes, type RefusalKind, type RpcErrorBody, type RpcErrorKind } from './errors.ts';
export type * from './initialize.ts';
export type { Methods, Notifications, ServerRequests } from './methods.ts';
export type * from './sessions.ts';
