import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseGitConfig } from './parse-git-config.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-git-config-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What git itself reads; 'broken' when it refuses the file. */
function askGit(text: string): string[] | 'broken' {
  const file = join(directory, 'config');
  writeFileSync(file, Buffer.from(text, 'latin1'));
  const answer = spawnSync('git', ['config', '--list', '--null', '--no-includes', '--file', file], {
    env: { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (answer.status !== 0) return 'broken';
  return answer.stdout.toString('latin1').split('\0').slice(0, -1);
}

function askOurs(text: string): string[] | 'broken' {
  const parsed = parseGitConfig(text);
  if (parsed.kind === 'broken') return 'broken';
  return parsed.entries.map(({ name, value }) => (value === null ? name : `${name}\n${value}`));
}

const rows: readonly { readonly says: string; readonly text: string }[] = [
  { says: 'an empty file', text: '' },
  { says: 'a key on the line of its section', text: '[core]fsmonitor=x' },
  { says: 'two sections on one line', text: '[core] [user] name = x' },
  { says: 'a byte order mark', text: '\xef\xbb\xbf[core]\n\tbare = false\n' },
  { says: 'half a byte order mark', text: '\xef\xbb[core]\n\tbare = false\n' },
  { says: 'a continued value', text: '[core]\n\tfsmonitor = a \\\n b\n' },
  { says: 'a comment that ends in a backslash does not go on', text: '[a]\n; x \\\nb = c\n' },
  { says: 'a comment after a value that ends in a backslash', text: '[a]\nb = c # x \\\nd = e\n' },
  { says: 'carriage returns', text: '[core]\r\n\tpager = x\r\n' },
  { says: 'a lone carriage return in a value', text: '[core]\n\tpager = x\ry\n' },
  { says: 'a subsection with escapes', text: '[remote "a\\"b\\\\c\\d"]\nurl = x\n' },
  { says: 'a dotted subsection in capitals', text: '[Remote.ORIGIN]\nUrl = x\n' },
  { says: 'dotted and quoted', text: '[a.B "C"]\nd = e\n' },
  { says: 'quotes inside a value', text: '[a]\nb = c" ; d "e\n' },
  { says: 'an open quote', text: '[a]\nb = "c\n' },
  { says: 'an unknown escape', text: '[a]\nb = \\q\n' },
  { says: 'a key without a value', text: '[a]\nb\nc ; d\n' },
  { says: 'a key without a value and a comment', text: '[a]\nb # x\n' },
  { says: 'a key before any section', text: 'a = b\n' },
  { says: 'an empty section', text: '[]\na = b\n' },
  { says: 'a key with an underscore', text: '[a]\nb_c = d\n' },
  { says: 'a form feed is no blank', text: '[a]\n\fb = c\n' },
  { says: 'the last line without a line feed', text: '[a]\nb' },
  { says: 'a backslash at the very end', text: '[a]\nb = c\\' },
  { says: 'letters outside ASCII in a subsection', text: '[a "\xc3\x84"]\nb = \xc3\x84\n' },
];

describe('a configuration file is read as git reads it', () => {
  it.each(rows)('$says', ({ text }) => {
    expect(askOurs(text)).toEqual(askGit(text));
  });

  it('whatever is put together from its pieces', () => {
    const piece = fc.constantFrom(
      ...['[core]', '[a "b"]', '[a.B]', '[', ']', '"', '\\', '\\n', '\\\n', '\n', '\r\n', '\r', ' ', '\t'],
      ...['fsmonitor', '=', ' = ', 'x', 'Key-1', '#', ';', '.', '\xef\xbb\xbf', '\xff', '\f', '-', '1', '_'],
      ...['\n\tname = value\n', '\n[include]\n\tpath = x\n', '\\"', '\\t', '\\b', '\v'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        expect(askOurs(text)).toEqual(askGit(text));
      }),
      { numRuns: 600 },
    );
  }, 120_000);

  it('calls a NUL broken: git would end its text there', () => {
    expect(askOurs('[core "fsmonitor\0"]\nx = y\n')).toBe('broken');
  });

  it('knows the bytes an entry stands on', () => {
    const text = '[core] bare = false\r\n\teditor = a \\\n b ; c\n';
    const parsed = parseGitConfig(text);
    const spans = parsed.kind === 'entries' ? parsed.entries.map((e) => text.slice(e.start, e.end)) : [];
    expect(spans).toEqual(['bare = false', 'editor = a \\\n b ; c']);
  });
});
