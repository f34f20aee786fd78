// JSON-RPC 2.0 over one wire, both ways: answers what the client asks, asks what the server wants to know, and keeps the
// bounds. Knows no method.
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { RuntimeError } from '../../domain/index.ts';
import type { WatchNotifications } from '../../web/protocol/index.ts';
import type { Notifications, ServerRequests } from './protocol/methods.ts';
import { type Message, readMessage, type RequestId } from './read-message.ts';
import { RpcError } from './rpc-error.ts';
import { blockedQueue, fullQueue, lostQueue, type Wire } from './wire.ts';

/** Requests of one client that may be open; answers to questions are not counted. */
export const mostOpenRequests = 128;

export interface PeerParts {
  /** Rejects with an RpcError, or with a RuntimeError for a field that cannot be used. */
  serve(method: string, params: unknown): Promise<unknown>;
  /** Something broke that no message can tell a client about. */
  onProblem(error: unknown): void;
}

/** Of a client, and of the page. */
type Told = Notifications & WatchNotifications;

interface Asked {
  settle(result: unknown): void;
  fail(error: Error): void;
}

export class Peer {
  readonly #wire: Wire;
  readonly #parts: PeerParts;
  readonly #open = new Set<RequestId>();
  readonly #asked = new Map<RequestId, Asked>();
  readonly #roomListeners = new Set<() => void>();
  readonly #gone = new AbortController();
  #muted: ReadonlySet<string> = new Set();
  #isPaused = false;

  constructor(wire: Wire, parts: PeerParts) {
    this.#wire = wire;
    this.#parts = parts;
    wire.onRoom(() => this.#roomMade());
    // As many as there are requests and questions; each leaves when it is over.
    setMaxListeners(0, this.#gone.signal);
  }

  /** Fires when the connection is over. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get hasRoom(): boolean {
    return !this.gone.aborted && this.#wire.queuedBytes < fullQueue;
  }

  /** Called when there may be room again, and when the connection is over. */
  onRoom(listener: () => void): () => void {
    this.#roomListeners.add(listener);
    return () => void this.#roomListeners.delete(listener);
  }

  mute(methods: readonly string[]): void {
    this.#muted = new Set(methods);
  }

  receive(line: string): void {
    this.#take(readMessage(line));
  }

  /** What arrived was not even text. */
  refuse(message: string): void {
    this.#take({ kind: 'invalid', id: null, error: new RpcError('parse-error', message) });
  }

  notify<M extends keyof Told>(method: M, params: Told[M]): void {
    if (!this.#muted.has(method)) this.#send({ method, params });
  }

  /**
   * Puts a question to the client. Rejects when it answers with an error, when it goes away, and when the signal fires;
   * `asked` is told the id. An id is used once: a second answer finds nobody.
   */
  async ask<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]['params'],
    signal: AbortSignal,
  ): Promise<unknown> {
    const id = `ask-${randomUUID()}`;
    const over = new AbortController();
    try {
      return await new Promise<unknown>((settle, fail) => {
        const end = { once: true, signal: over.signal };
        const withdraw = (): void => fail(new Error('the question was withdrawn'));
        const leave = (): void => fail(new Error('the client went away'));
        if (signal.aborted) withdraw();
        else if (this.gone.aborted) leave();
        else {
          this.#asked.set(id, { settle, fail });
          signal.addEventListener('abort', withdraw, end);
          this.gone.addEventListener('abort', leave, end);
          this.#send({ id, method, params });
        }
      });
    } finally {
      over.abort();
      this.#asked.delete(id);
      this.notify('serverRequest/resolved', { threadId: threadOf(params), requestId: id });
    }
  }

  /** The connection ended, from either side. */
  end(): void {
    if (this.gone.aborted) return;
    this.#gone.abort();
    for (const listener of [...this.#roomListeners]) listener();
  }

  close(why: string): void {
    this.#wire.close(why);
    this.end();
  }

  #take(message: Message): void {
    if (this.gone.aborted) return;
    switch (message.kind) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'notification':
        // `initialized`, and whatever else a client tells: nothing here runs without somebody who wants an answer.
        return;
      case 'answer':
        this.#asked.get(message.id)?.settle(message.result);
        return;
      case 'failure':
        this.#asked
          .get(message.id)
          ?.fail(new Error(`the client cannot answer: ${message.message.slice(0, 500)}`));
        return;
      case 'invalid':
        this.#send({ id: message.id, error: message.error.body });
    }
  }

  async #answer(id: RequestId, method: string, params: unknown): Promise<void> {
    if (this.#open.has(id)) {
      const why = `Cannot take the request: one with the id ${JSON.stringify(id)} is still open`;
      this.#send({ id: null, error: new RpcError('duplicate-id', why).body });
      return;
    }
    if (this.#open.size >= mostOpenRequests) {
      const why = `Cannot take the request: ${String(mostOpenRequests)} are open already`;
      this.#send({ id, error: new RpcError('overloaded', why).body });
      return;
    }
    this.#open.add(id);
    try {
      const result = await this.#parts.serve(method, params);
      this.#open.delete(id);
      this.#send({ id, result });
    } catch (error) {
      this.#open.delete(id);
      this.#send({ id, error: this.#errorOf(error).body });
    }
  }

  #errorOf(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    if (error instanceof RuntimeError) {
      const kind = error.code === 'E_BAD_OPTION' ? 'bad-params' : 'internal';
      return new RpcError(kind, error.message, { hint: error.hint });
    }
    // The end of a connection takes its commands along, and what they were waiting for.
    if (!this.gone.aborted) this.#parts.onProblem(error);
    return new RpcError('internal', 'Cannot answer: something went wrong inside the server');
  }

  #send(message: object): void {
    if (this.gone.aborted) return;
    this.#wire.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
    const queued = this.#wire.queuedBytes;
    if (queued > lostQueue) {
      this.close('too much is waiting to be read');
      return;
    }
    if (queued > blockedQueue && !this.#isPaused) {
      this.#isPaused = true;
      this.#wire.pause();
    }
  }

  #roomMade(): void {
    if (this.#isPaused && this.#wire.queuedBytes < fullQueue) {
      this.#isPaused = false;
      this.#wire.resume();
    }
    for (const listener of [...this.#roomListeners]) listener();
  }
}

function threadOf(params: ServerRequests[keyof ServerRequests]['params']): string {
  return 'threadId' in params ? params.threadId : params.conversationId;
}
