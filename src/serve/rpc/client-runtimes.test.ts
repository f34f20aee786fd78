import { describe, expect, it } from 'vitest';
import type { AbsolutePath, AccessProfile } from '../../domain/index.ts';
import { isWithin } from './client-runtimes.ts';

const path = (text: string): AbsolutePath => text as AbsolutePath;
const write = (
  writable: readonly string[],
  more: { network?: 'none' | 'full'; protect?: readonly string[]; denyRead?: readonly string[] } = {},
): AccessProfile => ({
  kind: 'workspace-write',
  writable: writable.map(path),
  protect: (more.protect ?? []).map(path),
  denyRead: (more.denyRead ?? []).map(path),
  network: more.network ?? 'none',
});
const read = (network: 'none' | 'full' = 'none', denyRead: readonly string[] = []): AccessProfile => ({
  kind: 'read-only',
  network,
  denyRead: denyRead.map(path),
});
const open: AccessProfile = { kind: 'danger-full-access' };

describe('a sandbox is within another', () => {
  it.each([
    ['the same', write(['/w', '/tmp']), write(['/w', '/tmp']), true],
    ['fewer roots', write(['/w']), write(['/w', '/tmp']), true],
    ['a directory of a root', write(['/w/a']), write(['/w']), true],
    ['reading alone', read(), write(['/w']), true],
    ['no network', write(['/w']), write(['/w'], { network: 'full' }), true],
    ['anything, where there is none', write(['/'], { network: 'full' }), open, true],
    ['none', open, write(['/']), false],
    ['none, where there is none', open, open, true],
    ['another root', write(['/w', '/x']), write(['/w']), false],
    ['a root that begins like one', write(['/workspace']), write(['/w']), false],
    ['what is above a root', write(['/']), write(['/w']), false],
    ['the network', write(['/w'], { network: 'full' }), write(['/w']), false],
    ['the network, reading alone', read('full'), write(['/w']), false],
    ['writing, where there is reading', write([]), read(), false],
    ['without what is hidden', write(['/w']), write(['/w'], { denyRead: ['/s'] }), false],
    ['reading what is hidden', read(), read('none', ['/s']), false],
    ['without what is protected', write(['/w']), write(['/w'], { protect: ['/w/p'] }), false],
  ])('%s', (_, inner, outer, within) => {
    expect(isWithin(inner, outer)).toBe(within);
  });
});
