import { describe, expect, it } from 'vitest';
import type { CommandSummary } from '../domain/index.ts';
import { parseScript, summarizeCommand } from './index.ts';

const of = (script: string): CommandSummary[] => summarizeCommand(parseScript(script));

describe('the summary of a command', () => {
  const rows: readonly {
    readonly says: string;
    readonly script: string;
    readonly want: readonly CommandSummary[];
  }[] = [
    { says: 'reading', script: 'cat a.ts', want: [{ kind: 'read', command: 'cat a.ts', path: 'a.ts' }] },
    {
      says: 'reading lines',
      script: "sed -n '1,5p' f",
      want: [{ kind: 'read', command: 'sed -n 1,5p f', path: 'f' }],
    },
    {
      says: 'reading the end',
      script: 'tail -n 5 f',
      want: [{ kind: 'read', command: 'tail -n 5 f', path: 'f' }],
    },
    {
      says: 'listing',
      script: 'ls -la src',
      want: [{ kind: 'list-files', command: 'ls -la src', path: 'src' }],
    },
    {
      says: 'listing here',
      script: 'rg --files | head -n 50',
      want: [{ kind: 'list-files', command: 'rg --files', path: undefined }],
    },
    {
      says: 'finding',
      script: "find . -name '*.ts'",
      want: [{ kind: 'list-files', command: "find . -name '*.ts'", path: '.' }],
    },
    {
      says: 'searching',
      script: 'rg -n "foo bar" src | wc -l',
      want: [{ kind: 'search', command: "rg -n 'foo bar' src", query: 'foo bar', path: 'src' }],
    },
    {
      says: 'searching for a marked pattern',
      script: 'grep -r -e x y',
      want: [{ kind: 'search', command: 'grep -r -e x y', query: 'x', path: 'y' }],
    },
    {
      says: 'the directory that was changed to',
      script: 'cd src && cat a',
      want: [{ kind: 'read', command: 'cat a', path: 'src/a' }],
    },
    {
      says: 'the same twice is once',
      script: 'cat a; cat a',
      want: [{ kind: 'read', command: 'cat a', path: 'a' }],
    },
    {
      says: 'one unknown is everything unknown',
      script: 'cat a && npm test',
      want: [{ kind: 'unknown', command: 'cat a … npm test' }],
    },
    {
      says: 'finding that deletes',
      script: 'find . -delete',
      want: [{ kind: 'unknown', command: 'find . -delete' }],
    },
    { says: 'a lone cd', script: 'cd src', want: [{ kind: 'unknown', command: 'cd src' }] },
    { says: 'an opaque script', script: 'cat $x', want: [{ kind: 'unknown', command: 'cat $x' }] },
  ];
  for (const { says, script, want } of rows) it(says, () => expect(of(script)).toEqual(want));
});
