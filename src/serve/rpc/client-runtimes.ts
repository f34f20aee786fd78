// The runtimes of one client: one as the server is configured, and one for each narrower sandbox that was asked for. What
// is narrower is decided by what a runtime would really enforce, links resolved, and never by how a wish is spelled.
import type { AccessProfile, Reviewer } from '../../domain/index.ts';
import type { ShellRuntime } from '../../runtime/index.ts';
import type { SandboxPolicy } from './protocol/commands.ts';
import { RpcError } from './rpc-error.ts';

/** A wish in place of the server's own options. */
export interface NarrowerSandbox {
  readonly sandbox: AccessProfile['kind'];
  readonly network: 'none' | 'full';
  readonly writableRoots: readonly string[];
  readonly excludeSlashTmp: boolean;
  readonly excludeTmpdir: boolean;
}

/** Undefined: as the server is configured. Rejects when the configuration or a rule file cannot be used. */
export type OpenRuntime = (
  narrower: NarrowerSandbox | undefined,
  reviewer: Reviewer,
) => Promise<ShellRuntime>;

/** Different sandboxes of one client. */
const most = 8;

export class ClientRuntimes {
  readonly #open: OpenRuntime;
  readonly #reviewer: Reviewer;
  readonly #runtimes = new Map<string, Promise<ShellRuntime>>();
  #isClosed = false;

  constructor(open: OpenRuntime, reviewer: Reviewer) {
    this.#open = open;
    this.#reviewer = reviewer;
  }

  async base(): Promise<ShellRuntime> {
    return await this.#of('', async () => await this.#open(undefined, this.#reviewer));
  }

  /** @throws RpcError when `policy` is wider than the server's own sandbox. */
  async for(policy: SandboxPolicy | null | undefined): Promise<ShellRuntime> {
    const base = await this.base();
    if (policy === null || policy === undefined) return base;
    const wish = wishOf(policy);
    if (wish.sandbox === 'danger-full-access' && base.sandbox.profile.kind === 'danger-full-access')
      return base;
    return await this.#of(JSON.stringify(wish), async () => {
      const narrower = await this.#open(wish, this.#reviewer);
      if (isWithin(narrower.sandbox.profile, base.sandbox.profile)) return narrower;
      await narrower.close();
      throw new RpcError(
        'wider-sandbox',
        'Cannot run it: the sandbox may be narrowed, and this one is wider',
        {
          hint: 'The answer to `initialize` says what commands may touch here',
        },
      );
    });
  }

  /** Ends everything that runs in them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const open = await Promise.allSettled(this.#runtimes.values());
    await Promise.allSettled(
      open.map(async (one) => (one.status === 'fulfilled' ? await one.value.close() : undefined)),
    );
  }

  async #of(key: string, open: () => Promise<ShellRuntime>): Promise<ShellRuntime> {
    if (this.#isClosed) throw new RpcError('internal', 'Cannot run it: this client is over');
    const known = this.#runtimes.get(key);
    if (known !== undefined) return await known;
    if (this.#runtimes.size >= most)
      throw new RpcError(
        'overloaded',
        `Cannot run it: this client has ${String(most)} different sandboxes already`,
      );
    const opening = open();
    this.#runtimes.set(key, opening);
    opening.catch(() => this.#runtimes.delete(key));
    return await opening;
  }
}

function wishOf(policy: SandboxPolicy): NarrowerSandbox {
  const none = { writableRoots: [], excludeSlashTmp: false, excludeTmpdir: false };
  switch (policy.type) {
    case 'dangerFullAccess':
      return { sandbox: 'danger-full-access', network: 'full', ...none };
    case 'readOnly':
      return { sandbox: 'read-only', network: policy.networkAccess === true ? 'full' : 'none', ...none };
    case 'workspaceWrite':
      return {
        sandbox: 'workspace-write',
        network: policy.networkAccess === true ? 'full' : 'none',
        writableRoots: policy.writableRoots ?? [],
        excludeSlashTmp: policy.excludeSlashTmp ?? false,
        excludeTmpdir: policy.excludeTmpdirEnvVar ?? false,
      };
  }
}

/** Whether all that `inner` may touch, `outer` may touch, too. */
export function isWithin(inner: AccessProfile, outer: AccessProfile): boolean {
  if (outer.kind === 'danger-full-access') return true;
  if (inner.kind === 'danger-full-access') return false;
  if (inner.network === 'full' && outer.network === 'none') return false;
  if (!outer.denyRead.every((path) => inner.denyRead.includes(path))) return false;
  if (inner.kind === 'read-only') return true;
  if (outer.kind === 'read-only') return false;
  return (
    outer.protect.every((path) => inner.protect.includes(path)) &&
    inner.writable.every((path) => outer.writable.some((root) => isBelow(path, root)))
  );
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}
