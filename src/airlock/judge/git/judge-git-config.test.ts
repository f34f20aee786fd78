import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeGitConfig } from './judge-git-config.ts';
import { onlyDescribes } from './describing-keys.ts';
import { isOrdinaryUrl } from './ordinary-url.ts';
import { parseGitConfig } from './parse-git-config.ts';

interface Row {
  readonly says: string;
  readonly before?: string;
  readonly after: string;
  /** What stays; undefined: all of it. */
  readonly left?: string;
  readonly held?: readonly string[];
}

const rows: readonly Row[] = [
  { says: 'what git init writes', after: '[core]\n\tbare = false\n\tfilemode = true\n' },
  {
    says: 'what clone, checkout -b and push -u write',
    before: '[core]\n\tbare = false\n',
    after:
      '[core]\n\tbare = false\n[remote "o"]\n\turl = /x/y\n\tfetch = +refs/heads/*:refs/remotes/o/*\n[branch "a.b"]\n\tremote = o\n\tmerge = refs/heads/a\n',
  },
  {
    says: 'a monitor is cut out alone',
    before: '[core]\n\tbare = false\n',
    after: '[core]\n\tbare = false\n\tfsmonitor = "touch M; false"\n[user]\n\tname = x\n',
    left: '[core]\n\tbare = false\n[user]\n\tname = x\n',
    held: ['core.fsmonitor'],
  },
  { says: 'a monitor that is only switched on', after: '[core]\nfsmonitor = true\n' },
  {
    says: 'a key on the line of its section',
    after: '[core] pager = x ; y\n[user] name = z\n',
    left: '[core] \n[user] name = z\n',
    held: ['core.pager'],
  },
  {
    says: 'a continued value with all its lines',
    after: '[alias]\n\tst = !a \\\n  b\n\n[user]\n name = c',
    left: '[alias]\n\n[user]\n name = c',
    held: ['alias.st'],
  },
  {
    says: 'what the person had',
    before: '[core]\nhooksPath=.husky\n',
    after: '[core]\nhookspath = .husky\n[gc]\nauto=0\n',
  },
  {
    says: 'another value of what the person had',
    before: '[core]\nhooksPath=.husky\n',
    after: '[core]\nhooksPath=.evil\n',
    left: '[core]\nhooksPath=.husky\n',
    held: ['core.hookspath'],
  },
  { says: 'a deletion', before: '[core]\npager=x\n', after: '' },
  {
    says: 'an include and a conditional one',
    after: '[include]\npath=a\n[includeIf "gitdir:/"]\npath=b\n',
    left: '[include]\n[includeIf "gitdir:/"]\n',
    held: ['include.path', 'includeif.gitdir:/.path'],
  },
  {
    says: 'a remote that is a program',
    after: '[remote "o"]\nurl = ext::sh -c x\n',
    left: '[remote "o"]\n',
    held: ['remote.o.url'],
  },
  {
    says: 'a branch that names a program for its remote',
    after: '[branch "m"]\nremote = ext::sh\n',
    left: '[branch "m"]\n',
    held: ['branch.m.remote'],
  },
  {
    says: 'a program hidden among what collects garbage',
    after: '[gc]\nauto = 1\nrecentObjectsHook = x\n',
    left: '[gc]\nauto = 1\n',
    held: ['gc.recentobjectshook'],
  },
  {
    says: 'a submodule that updates by a program',
    after: '[submodule "s"]\nurl = ../s\nupdate = !x\n',
    left: '[submodule "s"]\nurl = ../s\n',
    held: ['submodule.s.update'],
  },
];

describe('configuration is compared key by key', () => {
  it.each(rows)('$says', ({ before, after, left, held }) => {
    const verdict = judgeGitConfig({ before, after, runs: 'git' });
    const parts = verdict.kind === 'rewrite' ? verdict.held.map(({ part }) => part) : undefined;
    expect([verdict.kind, verdict.kind === 'rewrite' ? verdict.text : undefined, parts]).toEqual(
      left === undefined ? ['keep', undefined, undefined] : ['rewrite', left, held],
    );
  });

  it('holds a file git cannot read, whole', () => {
    expect(judgeGitConfig({ before: undefined, after: '[core\n', runs: 'git status' })).toEqual({
      kind: 'hold',
      held: { reason: 'Git cannot read this configuration file.', runs: 'git status' },
    });
  });

  it('never leaves a new key that does more than describe, whatever the file looks like', () => {
    const piece = fc.constantFrom(
      ...[
        '[core]',
        '[core "x"]',
        '[include]',
        '\n',
        ' ',
        'fsmonitor = sh\n',
        'path = x ; c\n',
        'bare\n',
        '# c\n',
      ],
      ...['[user]name = a\n', 'pager = "a \\\n b"\n', '[alias] x = !y', '\r\n', '\t'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const after = pieces.join('');
        const verdict = judgeGitConfig({ before: undefined, after, runs: 'git' });
        if (verdict.kind === 'hold') return;
        const text = verdict.kind === 'rewrite' ? verdict.text : after;
        const parsed = parseGitConfig(text);
        expect(parsed.kind === 'entries' && parsed.entries.every((e) => onlyDescribes(e.name, e.value))).toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ordinary places of a remote', () => {
  it.each([
    ['https://github.com/a/b.git', true],
    ['git@github.com:a/b.git', true],
    ['ssh://git@host:22/x', true],
    ['/tmp/up', true],
    ['../up', true],
    ['.', true],
    ['origin', true],
    ['file:///x', true],
    ['ext::sh -c x', false],
    ['fd::17', false],
    ['hg::https://x', false],
    ['-oProxyCommand=x', false],
    ['ssh://-oProxyCommand=x/y', false],
    ['git@-oProxyCommand=x:y', false],
    ['ssh://git@-oProxyCommand=x/y', false],
    ['host:-x', false],
    ['weird://x', false],
    ['a\nb', false],
    ['', false],
  ])('%j: %s', (url, ordinary) => {
    expect(isOrdinaryUrl(url)).toBe(ordinary);
  });
});
