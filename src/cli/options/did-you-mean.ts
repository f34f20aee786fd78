// The end of a sentence about a word that nobody knows.
import { nearestName } from '../../domain/index.ts';

/**
 * `; did you mean NAME?`, or nothing when none of `names` is near. `prefix` is put before the name. The first letter is
 * hardly ever the wrong one, and short words are near to everything.
 */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const near = nearestName(
    word,
    names.filter((name) => name.charAt(0) === word.charAt(0)),
  );
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`;
}
