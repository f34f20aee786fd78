// Mounts below a directory: a layer over it would hide them, and the kernel refuses one where it must not.
import { readFileSync } from 'node:fs';
import type { AbsolutePath } from '../../domain/index.ts';

/** Those of the roots that have something mounted below them. */
export function findMountsBelow(roots: readonly AbsolutePath[]): ReadonlySet<AbsolutePath> {
  return rootsAbove(readFileSync('/proc/self/mountinfo', 'latin1'), roots);
}

/** The same, of a text as `/proc/self/mountinfo` has it. */
export function rootsAbove(mountInfo: string, roots: readonly AbsolutePath[]): ReadonlySet<AbsolutePath> {
  const found = new Set<AbsolutePath>();
  const spelled = roots.map((root) => ({ root, above: `${Buffer.from(root).toString('latin1')}/` }));
  for (const line of mountInfo.split('\n')) {
    const place = unescapePlace(line.split(' ')[4] ?? '');
    for (const { root, above } of spelled) if (place.startsWith(above)) found.add(root);
  }
  return found;
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescapePlace(text: string): string {
  return text.replace(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
