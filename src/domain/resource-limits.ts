// How much a command may use. No part of an access profile: a limit that cannot be held is told, and refuses nothing.

/**
 * Upper bounds for a sandboxed command's whole tree (`processes`; `memoryBytes` where control groups are delegated) or
 * for each of its processes (the rest). Left out: the host's own. One that cannot be held is a `resource-limits` gap of
 * the enforcement. docs/sandboxing.md says what holds each.
 */
export interface ResourceLimits {
  /** Processes and threads at a time. Default 4096. A command without a sandbox is not held to it. */
  readonly processes?: number;
  /** Bytes of memory, swap included. Where each process is bounded alone, it is its address space. */
  readonly memoryBytes?: number;
  /** Bytes of the largest file a process may write. */
  readonly fileBytes?: number;
  /** Seconds of processor time; the process is killed after them. */
  readonly cpuSeconds?: number;
  /** Descriptors that a process may hold open. */
  readonly openFiles?: number;
}

/** The limits there are, in the order people are told of them. */
export const limitNames = ['processes', 'memoryBytes', 'fileBytes', 'cpuSeconds', 'openFiles'] as const;

/** What bounds each process by itself, and so holds without a sandbox, too. */
export function limitsOfEachProcess({ processes: _, ...rest }: ResourceLimits): ResourceLimits {
  return rest;
}
