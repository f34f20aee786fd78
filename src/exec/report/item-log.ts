// Numbers the items of a thread and keeps the promise that each one that starts also completes, once.
import type {
  CommandItem,
  FileChangeItem,
  InteractionFields,
  MessageItem,
  ThreadEvent,
} from './thread-event.ts';

export type OpenCommand = Pick<CommandItem, 'id' | 'command' | 'call_id' | 'cwd'>;
export type CommandEnd = Omit<CommandItem, 'type' | keyof OpenCommand>;

export type OpenFileChange = Pick<FileChangeItem, 'id' | 'changes' | 'call_id' | 'cwd'>;
/** `changes`: what was really done, where that is known better than at the start. */
export type FileChangeEnd = Omit<FileChangeItem, 'type' | keyof OpenFileChange> &
  Partial<Pick<FileChangeItem, 'changes'>>;

export class ItemLog {
  readonly #emit: (event: ThreadEvent) => void;
  #next = 0;

  constructor(emit: (event: ThreadEvent) => void) {
    this.#emit = emit;
  }

  message(type: MessageItem['type'], text: string): void {
    this.#emit({ type: 'item.completed', item: { id: this.#id(), type, text } });
  }

  webSearch(query: string): void {
    this.#emit({ type: 'item.completed', item: { id: this.#id(), type: 'web_search', query } });
  }

  startCommand(facts: Omit<OpenCommand, 'id'>): OpenCommand {
    const open = { id: this.#id(), ...facts };
    this.#emit({ type: 'item.started', item: commandItem(open, running) });
    return open;
  }

  updateCommand(open: OpenCommand, interaction: InteractionFields): void {
    this.#emit({ type: 'item.updated', item: { ...commandItem(open, running), interaction } });
  }

  endCommand(open: OpenCommand, end: CommandEnd): void {
    this.#emit({ type: 'item.completed', item: commandItem(open, end) });
  }

  startFileChange(facts: Omit<OpenFileChange, 'id'>): OpenFileChange {
    const open = { id: this.#id(), ...facts };
    const end = { status: 'in_progress', duration_ms: null, denied: null, error: null } as const;
    this.#emit({ type: 'item.started', item: fileChangeItem(open, end) });
    return open;
  }

  endFileChange(open: OpenFileChange, end: FileChangeEnd): void {
    this.#emit({ type: 'item.completed', item: fileChangeItem(open, end) });
  }

  #id(): string {
    const id = `item_${this.#next}`;
    this.#next += 1;
    return id;
  }
}

const running: CommandEnd = {
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  duration_ms: null,
  timed_out: false,
  signal: null,
  sandbox: null,
  denied: null,
};

/** Written key by key: the order on the line is part of what people read. */
function commandItem(open: OpenCommand, end: CommandEnd): CommandItem {
  return {
    id: open.id,
    type: 'command_execution',
    command: open.command,
    aggregated_output: end.aggregated_output,
    exit_code: end.exit_code,
    status: end.status,
    call_id: open.call_id,
    cwd: open.cwd,
    duration_ms: end.duration_ms,
    timed_out: end.timed_out,
    signal: end.signal,
    sandbox: end.sandbox,
    denied: end.denied,
    ...(end.held === undefined ? {} : { held: end.held }),
    ...(end.conflicts === undefined ? {} : { conflicts: end.conflicts }),
    ...(end.unsettled === undefined ? {} : { unsettled: end.unsettled }),
    ...(end.end === undefined ? {} : { end: end.end }),
  };
}

function fileChangeItem(open: OpenFileChange, end: FileChangeEnd): FileChangeItem {
  const { id, call_id, cwd } = open;
  const { status, duration_ms, denied, error, changes = open.changes } = end;
  return { id, type: 'file_change', changes, status, call_id, cwd, duration_ms, denied, error };
}
