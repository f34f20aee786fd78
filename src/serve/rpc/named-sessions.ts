// The sessions of one client under numbers of their own: a client has several runtimes, and each counts for itself.
import type { ShellRuntime } from '../../runtime/index.ts';
import { RpcError } from './rpc-error.ts';

export interface NamedSession {
  readonly runtime: ShellRuntime;
  /** The runtime's own number. */
  readonly id: number;
}

/** Finished ones still answer with their end; the oldest are forgotten first. */
const most = 512;

export class NamedSessions {
  readonly #sessions = new Map<number, NamedSession>();
  #next = 1;

  add(runtime: ShellRuntime, id: number): number {
    const number = this.#next;
    this.#next += 1;
    this.#sessions.set(number, { runtime, id });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > most && oldest !== undefined) this.#sessions.delete(oldest);
    return number;
  }

  /** @throws RpcError */
  get(number: number): NamedSession {
    const found = this.#sessions.get(number);
    if (found !== undefined) return found;
    throw new RpcError('unknown-session', `No session has the number ${String(number)}`);
  }

  list(): readonly (readonly [number: number, session: NamedSession])[] {
    return [...this.#sessions];
  }
}
