// What the sandbox held back and what a grant would give, as clauses for people and models.
import type { DenialEvidence, Grant } from '../domain/index.ts';
import { escapeInvisible } from './show-command.ts';

/** What the sandbox held back, as a clause. */
export function describeDenial({ restriction, target, confidence }: DenialEvidence): string {
  const verb = confidence === 'certain' ? 'the sandbox stopped' : 'the sandbox seems to have stopped';
  const what = heldBack[restriction];
  return target === undefined ? `${verb} ${what}` : `${verb} ${what}: ${escapeInvisible(target)}`;
}

const heldBack: Readonly<Record<DenialEvidence['restriction'], string>> = {
  'file-write': 'a write',
  'file-metadata': 'a change of file metadata',
  'file-read': 'a read of a hidden file',
  'protected-paths': 'a write to a protected path',
  network: 'a network connection',
  'unix-sockets': 'a connection to a local socket',
  processes: 'access to another process',
  ipc: 'inter-process communication',
  'kernel-surface': 'a system call',
  'leftover-processes': 'a process that outlived the command',
  'resource-limits': 'what a limit forbids',
  'started-programs': 'a program that rules do not let start',
  'judged-changes': 'a change that was not judged',
};

/** What a second attempt would get, to go after "run it again". */
export function describeGrant(grant: Grant): string {
  return grant.kind === 'network' ? 'with the network' : `with ${escapeInvisible(grant.path)} writable`;
}
