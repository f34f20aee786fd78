// What the launcher itself puts where a name must stay free while a session runs. None of these runs anything, so
// nothing is lost when somebody else makes one.
import type { BytePath, NodeState, TreeReader } from '../../domain/index.ts';

/** As `native/protect/janitor.c` has it: below /proc, where nobody can make it. */
const nowhere = '/proc/cordon/keeps-this-name-free-while-a-command-runs';

export function isPlaceholder(reader: TreeReader, path: BytePath, state: NodeState): boolean {
  if (state.kind === 'symlink') return state.target === nowhere;
  if (state.kind === 'other') return state.type === 'socket';
  if (state.kind !== 'file' || (state.size !== 0 && state.size !== 2)) return false;
  const read = reader.read(path, 2);
  return read.kind === 'bytes' && ['', '.\n'].includes(Buffer.from(read.bytes).toString('latin1'));
}
