// A program under another name is the same program: `cp /usr/bin/rm x; ./x y`. What copies or links one out of a place
// for programs counts as running it, with words that nobody knows.
import type { Found } from './found.ts';
import { literalWord, looseExpansion, type MarkedWord } from './marked-word.ts';

/** Programs that give a file another name. */
export const copiers: readonly string[] = [
  'cp',
  'ln',
  'mv',
  'install',
  'link',
  'rsync',
  'cat',
  'dd',
  'tee',
  'gzip',
  'bzip2',
  'xz',
  'zstd',
  'lz4',
  'pigz',
  'objcopy',
  'strip',
  'patchelf',
  'upx',
  'split',
  'curl',
  'wget',
  'scp',
  'sort',
];

const placeForPrograms = /^(?:if=)?((?:\/usr(?:\/local)?)?\/s?bin\/[^/]+)$/;

export function behindCopy(words: readonly MarkedWord[]): Found {
  const argvs = words.slice(1).flatMap((word) => {
    const path = placeForPrograms.exec(literalWord(word) ?? '')?.[1];
    return path === undefined ? [] : [[path, looseExpansion]];
  });
  return { argvs, scripts: [] };
}
