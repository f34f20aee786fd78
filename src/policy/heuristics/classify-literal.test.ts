import { describe, expect, it } from 'vitest';
import { type LiteralCommand, readingStopped, recursiveSpawn } from '../../domain/index.ts';
import { classifyLiteral } from './index.ts';

const literal = (parts: Partial<LiteralCommand>): LiteralCommand => ({
  words: ['echo'],
  assignments: [],
  redirects: [],
  via: [],
  ...parts,
});

describe('a literal command', () => {
  const rows: readonly { readonly says: string; readonly command: LiteralCommand; readonly want: string }[] =
    [
      {
        says: 'forced rm',
        command: literal({ words: ['rm', '-rf', undefined] }),
        want: 'it deletes files without asking',
      },
      {
        says: 'forced rm behind a wrapper whose value is unknown',
        command: literal({ words: ['sudo', '-u', undefined, 'rm', '-f', 'x'] }),
        want: 'it deletes files without asking',
      },
      {
        says: 'a disk as the target of a redirection',
        command: literal({ redirects: [{ operator: '>', target: '/dev/sda' }] }),
        want: 'it overwrites the device /dev/sda',
      },
      {
        says: 'a place where reading stopped',
        command: literal({ words: [undefined], via: ['bash', readingStopped] }),
        want: 'it is nested too deeply to be read',
      },
      {
        says: 'a fork bomb',
        command: literal({ words: [':'], via: [recursiveSpawn] }),
        want: 'the function starts itself again and again',
      },
    ];
  for (const { says, command, want } of rows) {
    it(`is dangerous: ${says}`, () =>
      expect(classifyLiteral(command)).toEqual({ class: 'dangerous', because: want }));
  }

  const harmless: readonly LiteralCommand[] = [
    literal({ words: ['ls'] }),
    literal({ words: [undefined, '-rf', 'x'] }),
    literal({ words: ['rm', undefined] }),
    literal({ redirects: [{ operator: '>', target: '/dev/null' }] }),
    literal({ redirects: [{ operator: '<', target: '/dev/sda' }] }),
    literal({ redirects: [{ operator: '>', target: undefined }] }),
  ];
  for (const command of harmless) {
    it(`is unknown, never safe: ${JSON.stringify(command)}`, () => {
      expect(classifyLiteral(command)).toEqual({
        class: 'unknown',
        because: 'no rule and no list speaks about it',
      });
    });
  }
});
