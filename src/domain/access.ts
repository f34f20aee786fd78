// A wish (what the command may touch), a fact (what the kernel enforces) and the choice between them.
import type { DirectoryIdentity } from './exec-request.ts';
import type { AbsolutePath, Argv } from './primitives.ts';
import type { ResourceLimits } from './resource-limits.ts';

export type NetworkAccess = 'none' | 'full';

/** What a command may touch. Reads are open except for `denyRead`. */
export type AccessProfile =
  | {
      readonly kind: 'read-only';
      readonly network: NetworkAccess;
      readonly denyRead: readonly AbsolutePath[];
    }
  | {
      readonly kind: 'workspace-write';
      /** Real paths, symlinks resolved; chosen by the runtime's options, never by a model. */
      readonly writable: readonly AbsolutePath[];
      /** Extra paths inside the roots that stay read-only, beside the built-in names. */
      readonly protect: readonly AbsolutePath[];
      readonly network: NetworkAccess;
      readonly denyRead: readonly AbsolutePath[];
    }
  | { readonly kind: 'danger-full-access' };

export type SandboxKind = 'landlock' | 'seatbelt';

/** One thing a sandbox can hold back. */
export type Restriction =
  | 'file-write'
  | 'file-metadata'
  | 'file-read'
  | 'protected-paths'
  | 'network'
  | 'unix-sockets'
  | 'processes'
  | 'ipc'
  | 'kernel-surface'
  | 'leftover-processes'
  /** A limit that was asked for and is not held. No part of a profile: it is told, and refuses nothing. */
  | 'resource-limits'
  /** That rules hold on what a command starts, and not only on what is asked for. As with limits: told, and refuses nothing. */
  | 'started-programs'
  /** That what is written counts only once it was judged. As with limits: told, and refuses nothing; names are protected. */
  | 'judged-changes';

export interface EnforcementGap {
  readonly restriction: Restriction;
  /** Why it is not enforced here, in one sentence. */
  readonly because: string;
}

/** What the kernel really enforces on one attempt. A wish is never printed in its place. */
export interface Enforcement {
  readonly level: 'full' | 'partial' | 'none';
  readonly layers: readonly ('namespaces' | 'landlock' | 'seccomp' | 'seatbelt')[];
  /** The Landlock ABI in force, when there is one. */
  readonly landlockAbi: number | undefined;
  readonly missing: readonly EnforcementGap[];
}

/** Nothing is held back, on purpose. */
export const noEnforcement: Enforcement = { level: 'none', layers: [], landlockAbi: undefined, missing: [] };

/** `unavailable` is a refusal in the making; no code path turns it into `unsandboxed`. */
export type SandboxSelection =
  | { readonly kind: 'sandboxed'; readonly sandbox: SandboxKind }
  | {
      readonly kind: 'unsandboxed';
      readonly why: 'danger-full-access' | 'approved-escalation' | 'allowed-by-rules';
    }
  | { readonly kind: 'unavailable'; readonly missing: string; readonly hint: string };

/** What a host can do about a sandbox, found by asking the kernel once. */
export type Availability =
  | { readonly kind: 'available'; readonly enforcement: Enforcement }
  | { readonly kind: 'missing'; readonly what: string; readonly hint: string };

/** One more thing than the profile gives, for one attempt only. */
export type Grant =
  { readonly kind: 'writable-path'; readonly path: AbsolutePath } | { readonly kind: 'network' };

/**
 * A command ready to start. `direct` is an argv for `execve` as it stands; `launched` is the launcher with the
 * policy it must be sent first over its control channel.
 */
export type PreparedCommand =
  | {
      readonly kind: 'direct';
      readonly argv: Argv;
      readonly cwd: AbsolutePath;
      /** Nothing runs when `cwd` has become another directory. */
      readonly cwdIdentity?: DirectoryIdentity;
      readonly env: ReadonlyMap<string, string>;
      readonly enforcement: Enforcement;
      /** For each process of it, where the launcher starts it. */
      readonly limits?: ResourceLimits;
    }
  | {
      readonly kind: 'launched';
      readonly launcher: AbsolutePath;
      /** Payload of the launcher's START frame: policy, argv, directory and environment. */
      readonly start: Uint8Array;
      /** What should come out; the launcher's own report replaces it in the record. */
      readonly enforcement: Enforcement;
      /** Where it may write, for a runner that puts layers over these roots; left out where it may write nowhere. */
      readonly writes?: WritablePlaces;
    };

/** The roots of a command, and the places in them that it must not change. */
export interface WritablePlaces {
  readonly roots: readonly AbsolutePath[];
  readonly protect: readonly AbsolutePath[];
}

export type PrepareError =
  | { readonly kind: 'bad-path'; readonly path: string; readonly because: string }
  | { readonly kind: 'unsupported'; readonly restriction: Restriction; readonly because: string };
