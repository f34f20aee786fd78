// The first request of a connection, and what it is told.

export interface InitializeParams {
  readonly clientInfo?:
    | {
        readonly name: string;
        readonly title?: string | null | undefined;
        readonly version?: string | undefined;
      }
    | null
    | undefined;
  /** In place of `clientInfo`. */
  readonly clientName?: string | null | undefined;
  readonly capabilities?: ClientCapabilities | null | undefined;
  /** The `sessionId` of an earlier connection that is gone: its commands, sessions and change sets are this client's again. */
  readonly resumeSessionId?: string | null | undefined;
}

export interface ClientCapabilities {
  /**
   * Which request asks about commands. `item` (default): `item/commandExecution/requestApproval`. `execCommandApproval`: that
   * older method. `none`: this client answers no questions, so what needs one is refused at once.
   */
  readonly approvals?: 'item' | 'execCommandApproval' | 'none' | undefined;
  /** Notifications this client does not want, by method. */
  readonly optOutNotificationMethods?: readonly string[] | null | undefined;
}

export interface InitializeResult {
  readonly userAgent: string;
  /** A secret: who has it can resume this client. */
  readonly sessionId: string;
  /** Names this client in questions. No secret. */
  readonly threadId: string;
  readonly platformFamily: 'unix';
  readonly platformOs: string;
  /** What commands may touch unless a request narrows it. */
  readonly sandbox: ServerSandbox;
  readonly limits: ServerLimits;
}

export interface ServerSandbox {
  readonly mode: 'read-only' | 'workspace-write' | 'danger-full-access';
  readonly network: 'none' | 'full';
  readonly writableRoots: readonly string[];
  /** What holds commands to it here: `landlock`, `seatbelt`, `none`; `unavailable` when nothing will run. */
  readonly enforcedBy: string;
}

export interface ServerLimits {
  /** Bytes of one message. */
  readonly messageBytes: number;
  /** Bytes of output kept for each command. */
  readonly retainedBytes: number;
  /** Requests of one client that may be open. */
  readonly openRequests: number;
  /** Milliseconds a client that went away may come back within. */
  readonly resumeMs: number;
}
