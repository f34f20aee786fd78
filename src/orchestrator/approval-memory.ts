// What a person approved for the session: exact commands, nothing broader. Consulted only to answer a question that
// the rules left open, so a `forbidden` rule always comes first. Prefixes are remembered by the policy, not here.
import { createHash } from 'node:crypto';
import type { AbsolutePath, StdinMode } from '../domain/index.ts';

/** Everything an approval for the session covers; another directory, access or terminal is another question. */
export interface ApprovalSubject {
  /** The canonical command: the same for `bash -lc X` and `/bin/bash -lc X`. */
  readonly command: string;
  readonly cwd: AbsolutePath;
  readonly access: 'default' | 'unsandboxed';
  readonly tty: boolean;
  /** Part of the key: `bash` with nothing to read, with a script to read, and with one yet to be typed are three. */
  readonly stdin: StdinMode;
}

export interface RememberedCommand {
  readonly key: string;
  readonly shown: string;
  /** Milliseconds since the epoch. */
  readonly rememberedAt: number;
}

/** The key of a subject. Shell calls and sessions share it. */
export function approvalKey({ command, cwd, access, tty, stdin }: ApprovalSubject): string {
  return JSON.stringify([command, cwd, access, tty ? 'tty' : 'pipes', inputKey(stdin)]);
}

function inputKey(stdin: StdinMode): string {
  if (stdin.kind !== 'bytes') return stdin.kind;
  return stdin.bytes.length === 0 ? 'null' : createHash('sha256').update(stdin.bytes).digest('hex');
}

export interface ApprovalMemory {
  covers(key: string): boolean;
  remember(command: RememberedCommand): void;
  list(): readonly RememberedCommand[];
  /** False when nothing was remembered under the key. */
  revoke(key: string): boolean;
}

export function createApprovalMemory(): ApprovalMemory {
  const remembered = new Map<string, RememberedCommand>();
  return {
    covers: (key) => remembered.has(key),
    remember: (command) => void remembered.set(command.key, command),
    list: () => [...remembered.values()],
    revoke: (key) => remembered.delete(key),
  };
}
