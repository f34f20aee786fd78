// The connection to the server: requests with their answers, news, and coming back after it was cut. Knows no element.
import type { WatchMethods, WatchNotifications } from './protocol/index.ts';

export type ConnectionState =
  | 'connecting'
  | 'open'
  /** It was there, and is not any more; it is tried again. */
  | 'lost'
  /** The server is there and does not know the token. */
  | 'refused';

export interface ConnectionEvents {
  changed(state: ConnectionState): void;
  told<M extends keyof WatchNotifications>(method: M, params: WatchNotifications[M]): void;
}

interface Message {
  readonly id?: number | null;
  readonly method?: keyof WatchNotifications;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  done(result: unknown): void;
  failed(error: Error): void;
}

const shortestWaitMs = 500;
const longestWaitMs = 10_000;

export class Connection {
  readonly #events: ConnectionEvents;
  readonly #open = new Map<number, Waiting>();
  #socket: WebSocket | undefined;
  #token = '';
  #lastId = 0;
  #waitMs = shortestWaitMs;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: ConnectionEvents) {
    this.#events = events;
  }

  /** With another token, or again. */
  connect(token: string): void {
    this.#token = token;
    clearTimeout(this.#timer);
    const old = this.#socket;
    this.#socket = undefined;
    old?.close();
    const state = { wasOpen: false };
    const socket = new WebSocket(`ws://${location.host}/watch`, ['cordon.watch', `cordon.token.${token}`]);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      state.wasOpen = true;
      this.#waitMs = shortestWaitMs;
      if (socket === this.#socket) this.#events.changed('open');
    });
    socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
    socket.addEventListener('close', () => {
      if (socket === this.#socket) void this.#over(state.wasOpen);
    });
  }

  /** Rejects with the sentence of the server, and when the connection is over. */
  async request<M extends keyof WatchMethods>(
    method: M,
    params: WatchMethods[M]['params'],
  ): Promise<WatchMethods[M]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) throw new Error('The server cannot be reached');
    const answer = new Promise<unknown>((done, failed) => this.#open.set(id, { done, failed }));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return (await answer) as WatchMethods[M]['result'];
  }

  #receive(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as Message;
    if (method !== undefined) {
      this.#events.told(method, params as never);
      return;
    }
    if (typeof id !== 'number') return;
    const waiting = this.#open.get(id);
    this.#open.delete(id);
    if (error === undefined) waiting?.done(result);
    else waiting?.failed(new Error(error.message));
  }

  /** Meanwhile, with another token. */
  #isTriedAgain(): boolean {
    return this.#socket !== undefined;
  }

  async #over(wasOpen: boolean): Promise<void> {
    this.#socket = undefined;
    for (const { failed } of this.#open.values()) failed(new Error('The connection is lost'));
    this.#open.clear();
    // A browser does not say why a socket was refused; whether the server is there tells.
    const isThere = !wasOpen && (await canReach());
    if (this.#isTriedAgain()) return;
    this.#events.changed(isThere ? 'refused' : 'lost');
    if (isThere) return;
    this.#timer = setTimeout(() => this.connect(this.#token), this.#waitMs);
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
  }
}

async function canReach(): Promise<boolean> {
  return await fetch('icon.svg', { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
}
