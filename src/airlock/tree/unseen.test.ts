import { describe, expect, it } from 'vitest';
import { unseenBecause } from './unseen.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('a directory that could not be looked into', () => {
  it.each([
    ['ENOENT', 'gone'],
    ['ENOTDIR', 'gone'],
    ['EACCES', 'closed'],
    ['EPERM', 'closed'],
    ['EIO', 'closed'],
    ['ENOTCONN', 'closed'],
    ['ENOSUCHERRNO', 'closed'],
  ])('that answered %s is %s', (code, says) => {
    expect(unseenBecause(failure(code))).toBe(says);
  });

  it.each(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'])(
    'is not taken for closed when this process lacks what a look takes: %s',
    (code) => {
      expect(() => unseenBecause(failure(code))).toThrow(code);
    },
  );

  it('is no matter of an error of ours', () => {
    expect(() => unseenBecause(new TypeError('a mistake'))).toThrow('a mistake');
  });
});
