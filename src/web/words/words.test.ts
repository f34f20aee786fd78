// The small words of the page, as tables.
import { describe, expect, it } from 'vitest';
import type { WatchedCall } from '../protocol/index.ts';
import { firstLine, lasted, stateWords } from './call-words.ts';
import { coveredBy } from './covered-by.ts';
import { diffLook } from './diff-look.ts';
import { tokenIn } from './token-in.ts';

const call: WatchedCall = {
  callId: 'c',
  client: 1,
  command: 'true',
  cwd: '/w',
  tty: false,
  state: 'running',
  beganAtMs: 1_000,
  endedAtMs: null,
  verdict: null,
  because: null,
  pid: null,
  session: null,
  attempts: [],
  denials: [],
  notes: [],
  ending: null,
  succeeded: false,
};

describe('what the page says of a command', () => {
  it.each<[Partial<WatchedCall>, string, string]>([
    [{ state: 'judged' }, 'Judged', 'faint'],
    [{ state: 'asked' }, 'Waits for an answer', 'asks'],
    [{ state: 'running' }, 'Running', 'busy'],
    [{ state: 'refused' }, 'Refused', 'bad'],
    [{ state: 'finished', ending: 'Exit status 0', succeeded: true }, 'Exit status 0', 'good'],
    [{ state: 'finished', ending: 'Exit status 3' }, 'Exit status 3', 'bad'],
    [{ state: 'finished', ending: 'Exit status 1', denials: ['a write'] }, 'Stopped by the sandbox', 'bad'],
    [
      { state: 'finished', ending: 'Exit status 0', succeeded: true, denials: ['a'] },
      'Exit status 0',
      'good',
    ],
  ])('%o', (more, text, mood) => {
    expect(stateWords({ ...call, ...more })).toEqual({ text, mood });
  });

  it('says how long it went, and what its first line is', () => {
    expect([null, 2_250, 126_000].map((endedAtMs) => lasted({ ...call, endedAtMs }))).toEqual([
      'still going',
      '1.3 s',
      '2 min 5 s',
    ]);
    expect(['ls', 'ls\nrm x'].map(firstLine)).toEqual(['ls', 'ls …']);
  });
});

describe('what a rule would cover', () => {
  const words = ['git', 'push', 'a b\u202e'];
  it.each([
    [{ words, atLeast: 2, isExact: false }, 2, 'git push and whatever words follow'],
    [{ words, atLeast: 2, isExact: false }, 3, String.raw`exactly git push 'a b\u{202e}'`],
    [{ words: ['git', 'push'], atLeast: 2, isExact: false }, 2, 'git push and whatever words follow'],
    [{ words: ['git', 'push'], atLeast: 2, isExact: true }, 2, 'exactly git push'],
  ])('%o by %i words', (prefix, length, says) => {
    expect(coveredBy(prefix, length)).toBe(says);
  });
});

const token = 'abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE';
describe('a token', () => {
  it.each([
    [token, token],
    [`  #${token}\n`, token],
    [`http://127.0.0.1:4500/#${token}`, token],
    [`${token}x`, undefined],
    [token.slice(1), undefined],
    ['#questions', undefined],
    [`${token.slice(1)}/`, undefined],
    ['', undefined],
  ])('in %j', (text, found) => {
    expect(tokenIn(text)).toBe(found);
  });
});

describe('a line of a difference', () => {
  it.each([
    ['+new', 'added'],
    ['-old', 'removed'],
    ['+++ /w/x', 'head'],
    ['--- /w/x', 'head'],
    ['@@ -1 +1 @@', 'head'],
    [' same', ''],
    ['', ''],
  ])('%j looks like %j', (line, look) => {
    expect(diffLook(line)).toBe(look);
  });
});
