// `cordon/acp`: the Agent Client Protocol (version 1), from both ends. An editor answers the terminal methods of its
// agent with `terminals`; an agent has its editor asked with `permissionReviewer`. Plain objects in the shapes of
// `@agentclientprotocol/sdk` (2): nothing of it is imported.
export {
  type CreateTerminal,
  type TerminalExit,
  type TerminalName,
  type TerminalOutput,
  type Terminals,
  terminals,
} from './acp/terminals.ts';
export { type PermissionClient, permissionReviewer } from './acp/permission-reviewer.ts';
