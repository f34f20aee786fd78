// The commands that the page can show: all that run, and the last that ended, each with the last of its output.
import type { ExecEvent } from '../../domain/index.ts';
import type { TerminalSize } from '../../runtime/index.ts';
import type { WatchedCall } from '../../web/protocol/index.ts';
import { OutputRecord } from '../rpc/output-record.ts';
import { applyEvent } from './apply-event.ts';

export interface KeptCall {
  readonly call: WatchedCall;
  readonly record: OutputRecord;
  /** Of its terminal; undefined on pipes. */
  readonly size: TerminalSize | undefined;
}

export type CallNews =
  | { readonly kind: 'changed'; readonly call: WatchedCall }
  | { readonly kind: 'forgotten'; readonly callId: string };

/** Bytes of output of each. */
const retainBytes = 256 * 1024;
/** Commands that ended. */
const mostEnded = 200;

export class CallTable {
  readonly #calls = new Map<string, KeptCall>();
  readonly #listeners = new Set<(news: CallNews) => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(call: Pick<WatchedCall, 'callId' | 'client' | 'command' | 'cwd' | 'tty'>, size?: TerminalSize): void {
    const record = new OutputRecord(retainBytes);
    const known: WatchedCall = { ...blank, ...call, beganAtMs: this.#now() };
    this.#calls.set(call.callId, { call: known, record, size: call.tty ? (size ?? usualSize) : undefined });
    this.#tell({ kind: 'changed', call: known });
  }

  apply(event: ExecEvent): void {
    const kept = this.#calls.get(event.callId);
    if (kept === undefined) return;
    if (event.type === 'output.chunk') kept.record.append(event.stream, event.bytes);
    else this.#put(kept, applyEvent(kept.call, event, this.#now()));
  }

  /** No event will tell how it ended. */
  fail(callId: string, why: string): void {
    const kept = this.#calls.get(callId);
    if (kept === undefined || kept.call.endedAtMs !== null) return;
    this.#put(kept, { ...kept.call, state: 'refused', endedAtMs: this.#now(), ending: `Not run: ${why}` });
  }

  resize(callId: string, size: TerminalSize): void {
    const kept = this.#calls.get(callId);
    if (kept?.size === undefined) return;
    this.#calls.set(callId, { ...kept, size });
    kept.record.tell();
  }

  find(callId: string): KeptCall | undefined {
    return this.#calls.get(callId);
  }

  /** Oldest first. */
  list(): readonly WatchedCall[] {
    return [...this.#calls.values()].map(({ call }) => call);
  }

  onNews(listener: (news: CallNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #put(kept: KeptCall, call: WatchedCall): void {
    if (call === kept.call) return;
    this.#calls.set(call.callId, { ...kept, call });
    this.#tell({ kind: 'changed', call });
    if (call.endedAtMs !== null && kept.call.endedAtMs === null) this.#forget();
  }

  #forget(): void {
    const ended = this.list().filter(({ endedAtMs }) => endedAtMs !== null);
    for (const { callId } of ended.slice(0, Math.max(0, ended.length - mostEnded))) {
      this.#calls.delete(callId);
      this.#tell({ kind: 'forgotten', callId });
    }
  }

  #tell(news: CallNews): void {
    for (const listener of [...this.#listeners]) listener(news);
  }
}

const usualSize: TerminalSize = { rows: 24, cols: 80 };

const blank: Omit<WatchedCall, 'callId' | 'client' | 'command' | 'cwd' | 'tty' | 'beganAtMs'> = {
  state: 'judged',
  endedAtMs: null,
  verdict: null,
  because: null,
  pid: null,
  session: null,
  attempts: [],
  denials: [],
  notes: [],
  ending: null,
  succeeded: false,
};
