import { describe, expect, it } from 'vitest';
import { absolutePath, type ProgramStart, type RuleSource, type StartReading } from '../../domain/index.ts';
import { parseCommand } from '../../shell/index.ts';
import { Policy } from '../rules/policy.ts';
import { noLimits, type Rule } from '../rules/rule.ts';
import { judgeStart } from './judge-start.ts';
import type { ProgramResolver } from './program-resolver.ts';
import { namesSpokenOf, watchedPrograms } from './watched-programs.ts';

const source: RuleSource = { kind: 'file', file: '/r/a.rules', line: 1 };

function policyOf(...rules: readonly (readonly ['forbidden' | 'prompt' | 'allow', ...string[]])[]): Policy {
  return new Policy({
    rules: rules.map(([decision, program = '', ...rest]): Rule => {
      return {
        program,
        rest,
        decision,
        justification: undefined,
        canonical: false,
        limits: noLimits,
        source,
      };
    }),
    hosts: new Map(),
    network: [],
  });
}

/** What this host's names lead to; everything else is not there. */
const links: Readonly<Record<string, string>> = {
  '/usr/bin/touch': '/usr/bin/touch',
  '/usr/bin/systemctl': '/usr/bin/systemctl',
  '/usr/bin/reboot': '/usr/bin/systemctl',
  '/usr/bin/python3': '/usr/bin/python3.11',
  '/usr/bin/python3.11': '/usr/bin/python3.11',
  '/usr/bin/busybox': '/usr/bin/busybox',
  '/usr/bin/rm': '/usr/bin/rm',
};

const resolve: ProgramResolver = {
  realPath: (path) => absolutePath(links[path] ?? ''),
  locate: (program) => {
    const path = absolutePath(program.includes('/') ? program : `/usr/bin/${program}`);
    const realPath = absolutePath(links[path ?? ''] ?? '');
    return path === undefined || realPath === undefined
      ? { kind: 'untrusted', path: undefined, realPath: undefined, because: 'it is not there' }
      : { kind: 'trusted', path, realPath };
  },
};

interface Wish extends Partial<Omit<StartReading, 'alike'>> {
  readonly words: readonly string[];
  readonly alike?: readonly string[];
  readonly isCut?: boolean;
}

function startOf({ words, isCut = false, ...reading }: Wish): ProgramStart {
  const { path = '/usr/bin/x', realPath = path, before = [], from = 1, alike = [] } = reading;
  const known = alike.map((name) => ({ kind: 'program' as const, name }));
  return {
    pid: 2,
    parent: 1,
    cwd: '/w',
    readings: [{ path, realPath, before, from, alike: known }],
    words,
    wordCount: words.length,
    isCut,
    isUnsettled: false,
  };
}

describe('a program that starts', () => {
  const policy = policyOf(
    ['forbidden', 'touch'],
    ['forbidden', 'reboot'],
    ['forbidden', 'python3'],
    ['prompt', 'git', 'push'],
    ['forbidden', 'rm', '-rf'],
    ['allow', 'ls'],
  );
  const rows: readonly { says: string; start: Wish; want: string | undefined }[] = [
    { says: 'no rule speaks of it', start: { path: '/usr/bin/ls', words: ['ls'] }, want: undefined },
    { says: 'it is called by its path', start: { path: '/usr/bin/touch', words: ['x'] }, want: 'forbidden' },
    {
      says: 'a link leads to it',
      start: { path: './x', realPath: '/usr/bin/touch', words: ['x'] },
      want: 'forbidden',
    },
    {
      says: 'it was removed meanwhile',
      start: { path: '/w/x', realPath: '/w/touch (deleted)', words: ['x'] },
      want: 'forbidden',
    },
    { says: 'it is a copy', start: { path: '/w/x', words: ['ls'], alike: ['touch'] }, want: 'forbidden' },
    { says: 'its own name lies', start: { path: '/usr/bin/ls', words: ['touch', 'a'] }, want: undefined },
    {
      says: 'it is another name of the same file that this host has',
      start: { path: '/usr/bin/systemctl', words: ['systemctl', 'status'], alike: ['reboot'] },
      want: undefined,
    },
    {
      says: 'a link that somebody made leads to a file of many names',
      start: { path: '/w/x', realPath: '/usr/bin/systemctl', words: ['x'], alike: ['reboot'] },
      want: 'forbidden',
    },
    {
      says: 'a copy of a file that a link of this host leads to',
      start: { path: '/w/x', words: ['python3.11'], alike: ['python3'] },
      want: 'forbidden',
    },
    {
      says: 'a version of it',
      start: { path: '/usr/bin/python3.11', words: ['python3.11'] },
      want: 'forbidden',
    },
    {
      says: 'a rule asks about its words',
      start: { path: '/usr/bin/git', words: ['git', '-C', 'x', 'push'] },
      want: 'prompt',
    },
    {
      says: 'a subcommand has a program of its own',
      start: { path: '/usr/lib/git-core/git-push', words: ['git-push', 'o'] },
      want: 'prompt',
    },
    {
      says: 'it is called by the name of a subcommand',
      start: { path: '/usr/bin/git', words: ['git-push', 'o'] },
      want: 'prompt',
    },
    {
      says: 'a copy of it is called by the name of a subcommand',
      start: { path: '/w/x', words: ['git-push', 'o'], alike: ['git'] },
      want: 'prompt',
    },
    {
      says: 'the subcommand is another one',
      start: { path: '/usr/lib/git-core/git-pull', words: ['git-pull'] },
      want: undefined,
    },
    {
      says: 'its words are others',
      start: { path: '/usr/bin/git', words: ['git', 'pull'] },
      want: undefined,
    },
    {
      says: 'its words are cut off before the rule ends',
      start: { path: '/usr/bin/git', words: ['git'], isCut: true },
      want: 'prompt',
    },
    {
      says: 'a script has its name',
      start: { path: './touch', realPath: '/w/touch', words: ['x'] },
      want: 'forbidden',
    },
    {
      says: 'it is the interpreter of a script',
      start: { path: '/usr/bin/rm', before: ['-rf', './s'], words: ['./s', 'a'] },
      want: 'forbidden',
    },
    {
      says: "it is the loader's",
      start: { path: '/usr/bin/touch', from: 2, words: ['ld.so', '/usr/bin/touch', 'a'] },
      want: 'forbidden',
    },
    {
      says: 'it is one of many in a file',
      start: { path: '/usr/bin/busybox', words: ['touch', 'a'] },
      want: 'forbidden',
    },
    {
      says: 'it is one of many, by the first word',
      start: { path: '/usr/bin/busybox', words: ['busybox', 'touch', 'a'] },
      want: 'forbidden',
    },
    {
      says: 'it is one of many, in their own shell',
      start: { path: '/usr/bin/busybox', words: ['sh', '-c', 'true; touch a'] },
      want: 'forbidden',
    },
    {
      says: 'it is one of many, as an interpreter',
      start: { path: '/usr/bin/busybox', before: ['touch', './s'], words: ['./s', 'a'] },
      want: 'forbidden',
    },
    {
      says: 'it is another of many',
      start: { path: '/usr/bin/busybox', words: ['busybox', 'ls'] },
      want: undefined,
    },
  ];
  for (const { says, start, want } of rows) {
    it(`is ${want ?? 'let go on'} when ${says}`, () => {
      const programs = watchedPrograms(policy, resolve, '/usr/bin');
      const match = judgeStart(policy, startOf(start), {
        path: '/usr/bin',
        resolve,
        programs,
        parse: parseCommand,
      });
      expect(match?.kind === 'heuristic' ? 'heuristic' : match?.decision).toBe(want);
    });
  }

  it('is known by the files of the programs that rules forbid or ask about', () => {
    const found = watchedPrograms(policy, resolve, '/usr/bin').filter(({ kind }) => kind !== 'loader');
    expect(found.map(({ kind, name, path }) => `${kind} ${name} ${path}`)).toEqual([
      'program touch /usr/bin/touch',
      'program reboot /usr/bin/reboot',
      'program python3 /usr/bin/python3',
      'program rm /usr/bin/rm',
      'multi-call busybox /usr/bin/busybox',
    ]);
  });

  it('is told where a beginning of its name is one that rules speak of', () => {
    const names =
      namesSpokenOf(policyOf(['forbidden', 'awk', 'x'], ['allow', 'ls'], ['prompt', '/opt/deploy'])) ?? [];
    expect([names.includes('mawk'), names.includes('deploy'), names.includes('ls')]).toEqual([
      true,
      true,
      false,
    ]);
    const folded = policyOf(['forbidden', 'rm']);
    const canonical = new Policy({
      ...folded,
      rules: folded.rules.map((rule) => ({ ...rule, canonical: true })),
    });
    expect(namesSpokenOf(canonical)).toBe(undefined);
  });
});
