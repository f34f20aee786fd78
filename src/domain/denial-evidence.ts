// What the sandbox held back, and how that is known.
import type { Restriction } from './access.ts';

/** What the sandbox held back. `certain` comes from the launcher; `likely` was read out of the output. */
export interface DenialEvidence {
  readonly restriction: Restriction;
  readonly confidence: 'certain' | 'likely';
  /** The path or address that was denied, when known. */
  readonly target: string | undefined;
  readonly excerpt: string;
  /** Of what is certain: who asked the kernel for what, and what of the sandbox said no. */
  readonly seen?: DeniedCall;
}

/** One system call that the sandbox refused, as process 1 of the sandbox saw it. */
export interface DeniedCall {
  /** `openat`, `renameat2`, `connect`. */
  readonly call: string;
  /** As it is numbered inside the sandbox. */
  readonly pid: number;
  /** The file it ran, in the sandbox's own view; empty when it was gone. */
  readonly program: string;
  readonly by: DeniedBy;
}

/** The layer that holds it back. `connect-rule`: a local socket of the host. */
export type DeniedBy = 'read-only-mount' | 'landlock' | 'network-namespace' | 'connect-rule';
