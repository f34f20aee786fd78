// One client: its runtimes, its commands, sessions and change sets, and the connection it has just now, if any. Clients share
// nothing but the rules and the configuration: what one of them approved holds for no other.
import { randomBytes, randomUUID } from 'node:crypto';
import type { ChangeSet, ShellRuntime } from '../../runtime/index.ts';
import { clientReviewer } from './ask/client-reviewer.ts';
import { ClientRuntimes, type OpenRuntime } from './client-runtimes.ts';
import { CommandTable } from './command-table.ts';
import type { ExitCodeOf } from './command-result.ts';
import type { Peer } from './peer.ts';
import type { ClientCapabilities } from './protocol/initialize.ts';
import { RpcError } from './rpc-error.ts';
import { NamedSessions } from './named-sessions.ts';

export interface ClientParts {
  readonly openRuntime: OpenRuntime;
  readonly exitCodeOf: ExitCodeOf;
  /** Bytes of output kept for each command. */
  readonly retainBytes: number;
}

export class Client {
  /** Who has it can resume this client. */
  readonly sessionId: string = randomBytes(32).toString('base64url');
  readonly threadId: string = randomUUID();
  readonly parts: ClientParts;
  readonly runtimes: ClientRuntimes;
  readonly commands: CommandTable = new CommandTable();
  readonly sessions: NamedSessions = new NamedSessions();
  readonly changeSets: Map<string, ChangeSet> = new Map();
  approvals: NonNullable<ClientCapabilities['approvals']> = 'item';
  #peer: Peer | undefined;

  constructor(parts: ClientParts) {
    this.parts = parts;
    this.runtimes = new ClientRuntimes(parts.openRuntime, clientReviewer(this.#asked()));
  }

  /** Undefined while nobody is connected. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  attach(peer: Peer, { approvals, optOutNotificationMethods }: ClientCapabilities): void {
    this.#peer = peer;
    this.approvals = approvals ?? 'item';
    peer.mute(optOutNotificationMethods ?? []);
  }

  /** The connection is over. What has a name goes on. */
  detach(): void {
    this.#peer = undefined;
    this.commands.stopUnnamed();
  }

  changeSet(id: string): ChangeSet {
    const found = this.changeSets.get(id);
    if (found !== undefined) return found;
    throw new RpcError('unknown-change-set', `No change set has the id ${JSON.stringify(id)}`);
  }

  async runtime(): Promise<ShellRuntime> {
    return await this.runtimes.base();
  }

  /** Ends everything of it. */
  async close(): Promise<void> {
    this.#peer = undefined;
    this.changeSets.clear();
    await this.runtimes.close();
  }

  #asked(): Parameters<typeof clientReviewer>[0] {
    const peer = (): Peer | undefined => this.#peer;
    const approvals = (): Client['approvals'] => this.approvals;
    return {
      threadId: this.threadId,
      get peer() {
        return peer();
      },
      get approvals() {
        return approvals();
      },
      nameOf: (callId) => this.commands.nameOf(callId),
    };
  }
}
