// The lines of `cordon exec --json`, as they are written: a superset of the reference's, in its spelling.
// docs/exec-json.md is the manual. Every item.started has exactly one item.completed.

export type ThreadEvent =
  | { readonly type: 'thread.started'; readonly thread_id: string }
  | { readonly type: 'turn.started' }
  | { readonly type: 'item.started' | 'item.completed'; readonly item: ThreadItem }
  /** A call came back to a session that the item is about. */
  | { readonly type: 'item.updated'; readonly item: CommandItem }
  /** A request to the model failed in a way that may pass, and is made again: no error, and nothing ran twice. */
  | {
      readonly type: 'model.retry';
      readonly message: string;
      /** Which retry it is, from 1. */
      readonly retry: number;
      /** The most there will be; null: until the patience is used up. */
      readonly of: number | null;
      readonly wait_ms: number;
    }
  /** With --include-deltas: what a command wrote just now. */
  | {
      readonly type: 'item.output_delta';
      readonly item_id: string;
      readonly stream: 'stdout' | 'stderr' | 'tty';
      readonly delta: string;
      /** The last piece that is told of this command while it runs: it wrote too much. */
      readonly truncated?: true;
    }
  /** With --include-deltas: a piece of the message that the model is writing. After `model.retry` it begins anew. */
  | { readonly type: 'message.delta'; readonly delta: string }
  /** With --preview, before the end of the turn: what its commands wrote, and what became of it. */
  | PreviewEvent
  | { readonly type: 'turn.completed'; readonly usage: UsageFields }
  /** A signal ended the turn: the caller wanted it so, and it is no failure of the model. */
  | { readonly type: 'turn.interrupted' | 'turn.failed'; readonly error: TurnError };

export interface PreviewEvent {
  readonly type: 'changes.preview';
  readonly changes: readonly PreviewedChange[];
  /** How many paths are not listed. */
  readonly omitted: number;
  /** Lines of a unified diff. */
  readonly diff: readonly string[];
  /** A rule forbids one of the changes, so that none may come in. */
  readonly forbidden: { readonly path: string; readonly reason: string; readonly rule: string } | null;
  /** `dropped`: nothing came in, as was wanted; `unsettled`: nothing came in, `problem` says why. */
  readonly outcome: 'committed' | 'dropped' | 'unsettled';
  readonly problem: string | null;
  /** Of what came in: what was put aside, as for a command. */
  readonly held: readonly HeldFields[];
  readonly conflicts: readonly ConflictFields[];
}

export interface PreviewedChange {
  readonly path: string;
  readonly kind: 'create' | 'modify' | 'delete' | 'mode';
  /** What of it would be put aside: settings or lines, or the whole path where none is named. */
  readonly held: readonly { readonly part: string | null; readonly reason: string }[];
}

export interface UsageFields {
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly cache_write_input_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_output_tokens: number;
}

/**
 * `model`: the provider failed; `max_turns`, `max_tool_calls` and `deadline`: a limit of ours; `loop`: the same call with
 * the same result over and over; `output_schema`: the last message is not what
 * was asked for; `interrupted`: a signal.
 */
export interface TurnError {
  readonly kind:
    | 'model'
    | 'max_turns'
    | 'max_tool_calls'
    | 'loop'
    | 'output_schema'
    | 'deadline'
    | 'interrupted'
    | 'internal';
  readonly message: string;
}

export type ThreadItem = MessageItem | WebSearchItem | CommandItem | FileChangeItem;

/** Files that a patch asked for: all of them are as it says, or none is. */
export interface FileChangeItem {
  readonly id: string;
  readonly type: 'file_change';
  readonly changes: readonly { readonly path: string; readonly kind: 'add' | 'delete' | 'update' }[];
  readonly status: 'in_progress' | 'completed' | 'failed';
  readonly call_id: string;
  readonly cwd: string;
  readonly duration_ms: number | null;
  /** Who held it back, when somebody did. */
  readonly denied: DeniedFields | null;
  /** Why it could not be written although it was allowed. */
  readonly error: string | null;
}

/** Done by the model's server; nothing of it ran here. */
export interface WebSearchItem {
  readonly id: string;
  readonly type: 'web_search';
  readonly query: string;
}

export interface MessageItem {
  readonly id: string;
  readonly type: 'agent_message' | 'reasoning';
  readonly text: string;
}

export interface CommandItem {
  readonly id: string;
  readonly type: 'command_execution';
  /** The command line as a person would type it. */
  readonly command: string;
  readonly aggregated_output: string;
  /** null while running, when declined, and when cancelled. */
  readonly exit_code: number | null;
  readonly status: 'in_progress' | 'completed' | 'failed' | 'declined';
  readonly call_id: string;
  readonly cwd: string;
  readonly duration_ms: number | null;
  readonly timed_out: boolean;
  readonly signal: string | null;
  /** What the kernel really enforced; null while running and when nothing ran. */
  readonly sandbox: SandboxFields | null;
  /** Who held something back, when somebody did. */
  readonly denied: DeniedFields | null;
  /** What the command wrote that is not in place: held back, because something outside would run or obey it. */
  readonly held?: readonly HeldFields[];
  /** What it wrote that is not in place, because somebody else changed the path meanwhile, or it could not be written. */
  readonly conflicts?: readonly ConflictFields[];
  /** Why nothing of what it wrote is in place: a sentence. */
  readonly unsettled?: string;
  /** The turn was over and the session was not: it was ended with it. */
  readonly end?: 'turn_ended';
  /** In an update: what a call wrote to the session, and what came of it since the last answer. */
  readonly interaction?: InteractionFields;
}

export interface ConflictFields {
  /** For `cordon held show|drop`; null when nothing was put aside. */
  readonly id: string | null;
  readonly path: string;
  readonly reason: string;
}

export interface InteractionFields {
  readonly call_id: string;
  /** Empty: the call only waited. */
  readonly chars: string;
  readonly output: string;
}

export interface HeldFields {
  /** For `cordon held show|keep|drop`; null when it could not be put aside. */
  readonly id: string | null;
  readonly path: string;
  /** The settings or lines that are missing from the file; empty: the whole path. */
  readonly parts: readonly string[];
  readonly reason: string;
}

export interface SandboxFields {
  readonly kind: 'landlock' | 'seatbelt' | 'none';
  readonly level: 'full' | 'partial' | 'none';
  readonly layers: readonly string[];
  readonly missing: readonly { readonly restriction: string; readonly because: string }[];
}

/**
 * `policy`: a rule or heuristic forbids it; `approval`: it would need asking and nobody can be asked; `sandbox`: the
 * kernel stopped it (status failed) or cannot protect it (status declined); `request`: it cannot be understood.
 */
export interface DeniedFields {
  readonly by: 'policy' | 'approval' | 'sandbox' | 'request';
  /** `FILE:LINE` of the rule that settled it. */
  readonly rule: string | null;
  /** The path it is about, as far as it is about one. */
  readonly path: string | null;
  readonly reason: string;
}
