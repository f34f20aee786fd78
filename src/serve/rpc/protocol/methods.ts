// Every method with what it takes and what it gives: one place for the server, the schema and clients.
import type {
  CommandApprovalAnswer,
  CommandApprovalParams,
  ExecCommandApprovalAnswer,
  ExecCommandApprovalParams,
  FileChangeApprovalAnswer,
  FileChangeApprovalParams,
  ServerRequestResolved,
} from './approvals.ts';
import type {
  ChangeSetChoice,
  ChangeSetCommitted,
  ChangeSetDiff,
  ChangeSetExecParams,
  ChangeSetExecResult,
  ChangeSetNamed,
  ChangeSetOpenParams,
} from './change-sets.ts';
import type {
  CommandExecParams,
  CommandListResult,
  CommandOutputDelta,
  CommandReadParams,
  CommandReadResult,
  CommandResizeParams,
  CommandResult,
  CommandWriteParams,
  ProcessClosed,
  ProcessExited,
  ProcessNamed,
  ProcessOutput,
  ProcessSignalParams,
  ProcessStartParams,
  ProcessStartResult,
  ProcessWriteParams,
  ProcessWriteResult,
} from './commands.ts';
import type { InitializeParams, InitializeResult } from './initialize.ts';
import type {
  SessionListResult,
  SessionNamed,
  SessionOpenParams,
  SessionRead,
  SessionResizeParams,
  SessionWriteParams,
} from './sessions.ts';

export type Nothing = Readonly<Record<string, never>>;

interface Method<Params, Result> {
  readonly params: Params;
  readonly result: Result;
}

/** What a client asks the server. */
export interface Methods {
  readonly initialize: Method<InitializeParams, InitializeResult>;
  readonly 'command/exec': Method<CommandExecParams, CommandResult>;
  readonly 'command/exec/write': Method<CommandWriteParams, Nothing>;
  readonly 'command/exec/resize': Method<CommandResizeParams, Nothing>;
  readonly 'command/exec/terminate': Method<ProcessNamed, Nothing>;
  readonly 'command/read': Method<CommandReadParams, CommandReadResult>;
  readonly 'command/list': Method<Nothing, CommandListResult>;
  readonly 'process/start': Method<ProcessStartParams, ProcessStartResult>;
  readonly 'process/read': Method<CommandReadParams, CommandReadResult>;
  readonly 'process/write': Method<ProcessWriteParams, ProcessWriteResult>;
  readonly 'process/signal': Method<ProcessSignalParams, Nothing>;
  readonly 'process/terminate': Method<ProcessNamed, { readonly running: boolean }>;
  readonly 'session/open': Method<SessionOpenParams, SessionRead>;
  readonly 'session/write': Method<SessionWriteParams, SessionRead>;
  readonly 'session/list': Method<Nothing, SessionListResult>;
  readonly 'session/resize': Method<SessionResizeParams, Nothing>;
  readonly 'session/interrupt': Method<SessionNamed, Nothing>;
  readonly 'session/terminate': Method<SessionNamed, CommandResult>;
  readonly 'changeSet/open': Method<ChangeSetOpenParams, ChangeSetNamed>;
  readonly 'changeSet/exec': Method<ChangeSetExecParams, ChangeSetExecResult>;
  readonly 'changeSet/diff': Method<ChangeSetChoice, ChangeSetDiff>;
  readonly 'changeSet/commit': Method<ChangeSetChoice, ChangeSetCommitted>;
  readonly 'changeSet/discard': Method<ChangeSetNamed, Nothing>;
}

/** What the server asks its client. */
export interface ServerRequests {
  readonly 'item/commandExecution/requestApproval': Method<CommandApprovalParams, CommandApprovalAnswer>;
  readonly 'item/fileChange/requestApproval': Method<FileChangeApprovalParams, FileChangeApprovalAnswer>;
  readonly execCommandApproval: Method<ExecCommandApprovalParams, ExecCommandApprovalAnswer>;
}

/** What the server tells its client. */
export interface Notifications {
  readonly 'command/exec/outputDelta': CommandOutputDelta;
  readonly 'process/output': ProcessOutput;
  readonly 'process/exited': ProcessExited;
  readonly 'process/closed': ProcessClosed;
  readonly 'serverRequest/resolved': ServerRequestResolved;
}
