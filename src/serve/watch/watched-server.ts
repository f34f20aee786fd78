// Everything that the page watches, over all clients of a server: their commands, their questions, what they changed, and
// who decided what. Questions come here and to no client.
import { resolve } from 'node:path';
import type { Argv, AuditEntry, ChoiceWords, Reviewer } from '../../domain/index.ts';
import type { ChangeHistory, ShellRuntime } from '../../runtime/index.ts';
import type { AuditLine, WatchedPlace } from '../../web/protocol/index.ts';
import type { OpenRuntime } from '../rpc/client-runtimes.ts';
import { CallTable } from './call-table.ts';
import { QuestionQueue } from './question-queue.ts';
import { WatchedChangesList } from './watched-changes.ts';
import { watchedRuntime } from './watched-runtime.ts';

export interface WatchedServerParts {
  readonly place: WatchedPlace;
  /** Of this user. */
  readonly history: ChangeHistory;
  readonly words: ChoiceWords;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Decisions of runtimes that are over. */
const mostPast = 2_000;
/** Decisions that are told. */
const mostTold = 500;
/** Characters of a command. */
const longest = 20_000;

export class WatchedServer {
  readonly place: WatchedPlace;
  readonly calls: CallTable;
  readonly questions: QuestionQueue;
  readonly changes: WatchedChangesList;
  readonly #parts: WatchedServerParts;
  readonly #runtimes = new Set<ShellRuntime>();
  readonly #clients = new WeakMap<Reviewer, number>();
  #lastClient = 0;
  #past: readonly AuditEntry[] = [];

  constructor(parts: WatchedServerParts) {
    this.#parts = parts;
    this.place = parts.place;
    this.calls = new CallTable(parts.now);
    this.questions = new QuestionQueue(parts.words, parts.now);
    this.changes = new WatchedChangesList(parts.history, parts.place.workspace);
  }

  /** The same, watched. A client is known by the reviewer it brings, which is asked nothing. */
  watching(open: OpenRuntime): OpenRuntime {
    return async (narrower, itsReviewer) => {
      const client = this.#clientOf(itsReviewer);
      return this.#watched(await open(narrower, this.questions.reviewer), client);
    };
  }

  /** Newest first. */
  audit(): { readonly entries: readonly AuditLine[]; readonly omitted: number } {
    const all = [...this.#past, ...[...this.#runtimes].flatMap(({ approvals }) => approvals.audit())];
    const newest = all.toSorted((a, b) => b.at - a.at).slice(0, mostTold);
    const entries = newest.map(({ at, callId, purpose, source, decision, why }) => ({
      atMs: at,
      callId,
      command: this.calls.find(callId)?.call.command ?? null,
      purpose,
      source,
      decision,
      why,
    }));
    return { entries, omitted: all.length - entries.length };
  }

  close(): void {
    this.questions.close();
  }

  #clientOf(reviewer: Reviewer): number {
    const known = this.#clients.get(reviewer);
    if (known !== undefined) return known;
    this.#lastClient += 1;
    this.#clients.set(reviewer, this.#lastClient);
    return this.#lastClient;
  }

  #watched(runtime: ShellRuntime, client: number): ShellRuntime {
    const { calls, changes } = this;
    const { place, now } = this.#parts;
    const shown = (command: string | Argv): string =>
      clip(typeof command === 'string' ? command : this.#parts.words.quote(command));
    this.#runtimes.add(runtime);
    runtime.onEvent((event) => calls.apply(event));
    return watchedRuntime(runtime, {
      begun: ({ callId, command, cwd, tty, size }) =>
        calls.begin(
          { callId, client, command: shown(command), cwd: resolve(place.workspace, cwd ?? ''), tty },
          size,
        ),
      failed: (callId, error) => calls.fail(callId, error instanceof Error ? error.message : String(error)),
      resized: (callId, size) => calls.resize(callId, size),
      waits: (set, command) => changes.waits(set, shown(command), now()),
      settled: (set) => changes.settled(set),
      closes: () => {
        if (!this.#runtimes.delete(runtime)) return;
        this.#past = [...this.#past, ...runtime.approvals.audit()].slice(-mostPast);
      },
    });
  }
}

function clip(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}\n… ${String(text.length - longest)} characters more`;
}
