// Lets this user into a directory of its own that it has closed to itself, for the time of a look: what is in it runs as
// soon as somebody opens it again. By descriptors, so that nobody can exchange it for another directory meanwhile.
import { chmodSync, closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { AbsolutePath, BytePath } from '../../domain/index.ts';
import { openParents, placeIn } from './beneath.ts';
import { unseenBecause } from './unseen.ts';

/** `O_PATH`, for which Node has no name: a descriptor of what may not be read. Linux alone has it. */
const pathOnly = 0o10000000;

/**
 * Closes it again as it was; undefined for what is not this user's, or no directory of the root any more.
 *
 * @throws where this process lacks descriptors or memory: what is in the directory is unknown then.
 */
export function openClosed(root: AbsolutePath, path: BytePath): (() => void) | undefined {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  try {
    const parents = openParents(root, parts, 'leave-missing');
    if (parents.file < 0) return undefined;
    try {
      return openAt(placeIn(parents.file, name));
    } finally {
      parents.close();
    }
  } catch (error) {
    unseenBecause(error);
    return undefined;
  }
}

function openAt(place: Buffer): (() => void) | undefined {
  const file = openSync(place, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const { uid, mode } = fstatSync(file);
  const itself = `/proc/self/fd/${String(file)}`;
  if (uid !== process.geteuid?.()) {
    closeSync(file);
    return undefined;
  }
  try {
    chmodSync(itself, (mode & 0o7777) | 0o700);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return () => {
    try {
      chmodSync(itself, mode & 0o7777);
    } catch {
      // Given to somebody else meanwhile: no longer ours to close.
    } finally {
      closeSync(file);
    }
  };
}
