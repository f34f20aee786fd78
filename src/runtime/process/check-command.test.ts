import { describe, expect, it } from 'vitest';
import { type AbsolutePath, type Argv } from '../../domain/index.ts';
import { checkCommand } from './check-command.ts';

const good = { argv: ['/bin/true'] as Argv, cwd: '/' as AbsolutePath, env: new Map([['A', 'b']]) };
const secret = 'hunter2';

describe('checkCommand', () => {
  it('lets through what execve would read as it stands', () => {
    const odd = new Map([
      ['SPACE name', 'a=b\n'],
      ['%', ''],
      ['__proto__', 'x'],
    ]);
    expect(checkCommand({ ...good, argv: ['a', '', 'ü\n😀'], env: odd })).toBeUndefined();
  });

  const rows = [
    { says: 'a program without a name', change: { argv: [''] as const }, stage: 'exec', errno: 'ENOENT' },
    { says: 'NUL in the program', change: { argv: ['a\0b'] as const }, stage: 'exec', errno: 'EINVAL' },
    { says: 'NUL in an argument', change: { argv: ['a', 'b\0c'] as const }, stage: 'exec', errno: 'EINVAL' },
    { says: 'half a character', change: { argv: ['a', '\ud800'] as const }, stage: 'exec', errno: 'EINVAL' },
    {
      says: 'NUL in the directory',
      change: { cwd: '/a\0' as AbsolutePath },
      stage: 'chdir',
      errno: 'EINVAL',
    },
    { says: 'an empty name', change: { env: new Map([['', secret]]) }, stage: 'exec', errno: 'EINVAL' },
    { says: 'a name with =', change: { env: new Map([['A=B', secret]]) }, stage: 'exec', errno: 'EINVAL' },
    { says: 'a name with NUL', change: { env: new Map([['A\0', secret]]) }, stage: 'exec', errno: 'EINVAL' },
    {
      says: 'a value with NUL',
      change: { env: new Map([['A', `${secret}\0`]]) },
      stage: 'exec',
      errno: 'EINVAL',
    },
  ];
  for (const { says, change, stage, errno } of rows) {
    it(`refuses ${says}, and shows no value`, () => {
      const failure = checkCommand({ ...good, ...change });
      expect({ stage: failure?.stage, errno: failure?.errno }).toEqual({ stage, errno });
      expect(failure?.message).not.toContain(secret);
    });
  }
});
