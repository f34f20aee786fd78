// The end of a sentence about a word that nobody knows.
import { nearestName } from '../../domain/index.ts';

/** `; did you mean NAME?`, or nothing when none of `names` is near. `prefix` is put before the name. */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const near = nearestName(word, names);
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`;
}
