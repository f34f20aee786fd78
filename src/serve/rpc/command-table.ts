// The commands of one client, by the names it gave them. Finished ones stay readable until newer ones take their place.
import type { ClientCommand } from './client-command.ts';
import { RpcError } from './rpc-error.ts';

/** Commands of one client that run at a time. */
export const mostRunning = 64;
/** Finished ones whose output and end can be read again. */
const mostFinished = 64;

export class CommandTable {
  readonly #commands = new Map<string, ClientCommand>();
  /** Named and not started yet: what speaks of one waits for it. */
  readonly #coming = new Map<string, Promise<ClientCommand>>();
  readonly #unnamed = new Set<ClientCommand>();
  readonly #names = new Map<string, string>();
  #starting = 0;

  /**
   * Starts what `make` makes; the name is taken at once. Without a name nobody comes back for it. Rejects with an RpcError
   * when the name is taken by a command that runs, and when too many run.
   */
  async start(
    { processId, callId }: { readonly processId: string | undefined; readonly callId: string },
    make: () => Promise<ClientCommand>,
  ): Promise<ClientCommand> {
    this.#check(processId);
    const making = make();
    if (processId !== undefined) {
      this.#coming.set(processId, making);
      this.#names.set(callId, processId);
    }
    this.#starting += 1;
    try {
      const command = await making;
      this.#add(processId, command);
      return command;
    } catch (error) {
      this.#names.delete(callId);
      throw error;
    } finally {
      this.#starting -= 1;
      if (processId !== undefined) this.#coming.delete(processId);
    }
  }

  async find(processId: string): Promise<ClientCommand | undefined> {
    await this.#coming.get(processId)?.catch(() => undefined);
    return this.#commands.get(processId);
  }

  /** Rejects with an RpcError. */
  async get(processId: string): Promise<ClientCommand> {
    const found = await this.find(processId);
    if (found !== undefined) return found;
    throw new RpcError('unknown-process', `No command has the name ${JSON.stringify(processId)}`);
  }

  list(): readonly (readonly [processId: string, command: ClientCommand])[] {
    return [...this.#commands];
  }

  nameOf(callId: string): string | null {
    return this.#names.get(callId) ?? null;
  }

  /** Those that nobody can ask for any more. */
  stopUnnamed(): void {
    for (const command of this.#unnamed) command.stop();
  }

  #check(processId: string | undefined): void {
    if (processId !== undefined && this.#isTaken(processId))
      throw new RpcError('duplicate-process', `Cannot start it: ${JSON.stringify(processId)} is running`);
    const named = [...this.#commands.values()].filter(({ isRunning }) => isRunning).length;
    if (named + this.#unnamed.size + this.#starting >= mostRunning)
      throw new RpcError('overloaded', `Cannot start it: ${String(mostRunning)} commands of this client run`);
  }

  #isTaken(processId: string): boolean {
    return this.#coming.has(processId) || this.#commands.get(processId)?.isRunning === true;
  }

  #add(processId: string | undefined, command: ClientCommand): void {
    if (processId === undefined) {
      this.#unnamed.add(command);
      const forget = (): void => void this.#unnamed.delete(command);
      command.over.then(forget, forget);
      return;
    }
    // As the newest.
    this.#commands.delete(processId);
    this.#commands.set(processId, command);
    command.over.then(
      () => {
        this.#names.delete(command.callId);
        this.#forgetOld();
      },
      // Misuse: there was no command.
      () => {
        this.#names.delete(command.callId);
        if (this.#commands.get(processId) === command) this.#commands.delete(processId);
      },
    );
  }

  #forgetOld(): void {
    const finished = [...this.#commands].filter(([, { isRunning }]) => !isRunning);
    for (const [processId] of finished.slice(0, Math.max(0, finished.length - mostFinished)))
      this.#commands.delete(processId);
  }
}
