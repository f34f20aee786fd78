import { describe, expect, it } from 'vitest';
import {
  type AbsolutePath,
  bytePath,
  type BytePath,
  type Change,
  type NodeState,
} from '../../domain/index.ts';
import { chooseChanges, findStray, readChoice } from './choose-changes.ts';

const root = '/w' as AbsolutePath;
const base = bytePath('/w');
const nodes: Readonly<Record<string, NodeState>> = {
  '-': { kind: 'missing' },
  f: { kind: 'file', size: 1, mode: 0o644 },
  d: { kind: 'directory', mode: 0o755 },
};

/** `a/b -f`: path, before, after. */
function changes(...lines: readonly string[]): Change[] {
  return lines.map((line) => {
    const [path = '', [before = '-', after = '-'] = ''] = line.split(' ');
    return {
      root,
      path: bytePath(path),
      before: nodes[before] ?? { kind: 'missing' },
      after: nodes[after] ?? { kind: 'missing' },
    };
  });
}

const set = changes(
  'd -d',
  'd/e -d',
  'd/e/f -f',
  'd/g -f',
  'old d-',
  'old/a f-',
  'old/b f-',
  'was df',
  'was/x f-',
  'file fd',
  'file/y -f',
  'm ff',
);

function chosen(choice: Parameters<typeof readChoice>[0]): readonly string[] {
  const read = readChoice(choice, base);
  if (!read.ok) throw new Error(read.error);
  return [...chooseChanges(set, read.value)].map(({ path }) => path);
}

describe('a part of a change set', () => {
  const all = set.map(({ path }) => path as string);
  it.each([
    { says: 'everything by itself', choice: {}, want: all },
    { says: 'everything below a root', choice: { only: ['.'] }, want: all },
    { says: 'nothing of an empty list', choice: { only: [] }, want: [] },
    {
      says: 'a new file with the directories it needs',
      choice: { only: ['d/e/f'] },
      want: ['d', 'd/e', 'd/e/f'],
    },
    {
      says: 'a directory but what is excepted in it',
      choice: { only: ['d'], except: ['d/e'] },
      want: ['d', 'd/g'],
    },
    {
      says: 'a removal that leaves what stays',
      choice: { only: ['old'], except: ['old/b'] },
      want: ['old/a'],
    },
    { says: 'one removal below', choice: { only: ['old/a'] }, want: ['old/a'] },
    {
      says: 'no file in the place of a directory that stays',
      choice: { except: ['was/x'] },
      want: all.filter((path) => !path.startsWith('was')),
    },
    {
      says: 'a directory in the place of a file, when something in it is wanted',
      choice: { only: ['file/y'] },
      want: ['file', 'file/y'],
    },
    {
      says: 'paths however they are spelled',
      choice: { only: ['/w/./x/../m', 'd/g/'] },
      want: ['d', 'd/g', 'm'],
    },
    { says: 'what is excepted, also when it is named', choice: { only: ['m'], except: ['m'] }, want: [] },
  ])('is $says', ({ choice, want }) => {
    expect(chosen(choice)).toEqual(want);
  });

  it.each(['', 'a\0b'])('has no path %j', (path) => {
    expect(readChoice({ only: [path] }, base).ok).toBe(false);
  });

  it.each(['..', '../w2', '/etc/passwd', 'd/e/f/g', 'ol', 'nowhere'])('does not know %s', (path) => {
    const read = readChoice({ except: [path] }, base);
    if (!read.ok) throw new Error(read.error);
    // The root's own parents hold everything, which is no mistake of theirs.
    expect(findStray(set, read.value) === undefined).toBe(path === '..');
  });

  it('knows a name that is no text by its bytes', () => {
    const odd: Change = {
      root,
      path: 'x\xff' as BytePath,
      before: { kind: 'missing' },
      after: { kind: 'file', size: 0, mode: 0o644 },
    };
    const read = readChoice({ only: [Uint8Array.from([0x78, 0xff])] }, base);
    if (!read.ok) throw new Error(read.error);
    expect([findStray([odd], read.value), [...chooseChanges([odd], read.value)]]).toEqual([undefined, [odd]]);
  });
});
