// What commands wrote and nobody has committed yet: docs/changes.md.
import type { CommandResult, CommandWish, SandboxPolicy } from './commands.ts';

export interface ChangeSetOpenParams {
  readonly sandboxPolicy?: SandboxPolicy | null | undefined;
}

export interface ChangeSetNamed {
  readonly changeSetId: string;
}

export interface ChangeSetExecParams extends Omit<CommandWish, 'sandboxPolicy'>, ChangeSetNamed {
  readonly command: readonly string[] | string;
}

/** Paths, absolute or relative to the workspace; a directory stands for all below it. Left out: everything. */
export interface ChangeSetChoice extends ChangeSetNamed {
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
}

export interface ChangeSetState {
  readonly changes: readonly {
    /** Absolute, for people. */
    readonly path: string;
    readonly kind: 'create' | 'modify' | 'delete' | 'mode';
    /** Why a commit would put it aside; empty when it would not. */
    readonly held: readonly string[];
  }[];
  /** How many are not listed. */
  readonly omitted: number;
  /** A rule forbids one of them: a commit that includes it drops everything. */
  readonly forbidden: string | null;
  /** Why it could not be read. */
  readonly problem: string | null;
}

export interface ChangeSetExecResult extends ChangeSetState {
  readonly result: CommandResult;
}

export interface ChangeSetDiff {
  /** Of a unified diff, with file headers. Somebody else's text. */
  readonly lines: readonly string[];
}

export interface ChangeSetCommitted {
  readonly status: 'committed' | 'discarded' | 'failed';
  /** How many paths differ now. */
  readonly count: number;
  /** A sentence for each thing that is not in place. */
  readonly notes: readonly string[];
}
