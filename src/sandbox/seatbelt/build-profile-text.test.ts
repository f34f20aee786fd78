import { describe, expect, it } from 'vitest';
import type { AbsolutePath, AccessProfile } from '../../domain/index.ts';
import { basePolicy, networkPolicy } from './base-policy.ts';
import { buildProfileText } from './build-profile-text.ts';

type Confined = Exclude<AccessProfile, { readonly kind: 'danger-full-access' }>;

const path = (text: string): AbsolutePath => text as AbsolutePath;
const workspace = (more: Partial<Extract<Confined, { kind: 'workspace-write' }>> = {}): Confined => ({
  kind: 'workspace-write',
  writable: [path('/private/tmp/ws')],
  protect: [],
  network: 'none',
  denyRead: [],
  ...more,
});

const rows: readonly {
  readonly says: string;
  readonly profile: Confined;
  readonly git: readonly string[];
}[] = [
  { says: 'read-only', profile: { kind: 'read-only', network: 'none', denyRead: [] }, git: [] },
  {
    says: 'read-only with the network and a hidden path',
    profile: { kind: 'read-only', network: 'full', denyRead: [path('/Users/me/.ssh')] },
    git: [],
  },
  { says: 'workspace-write without a repository', profile: workspace(), git: [] },
  {
    says: 'workspace-write with two roots, a repository, a protected and a hidden path',
    profile: workspace({
      writable: [path('/Users/me/project'), path('/private/tmp')],
      protect: [path('/Users/me/project/deploy')],
      denyRead: [path('/Users/me/project/.env')],
    }),
    git: ['/Users/me/project/.git'],
  },
];

describe('the text of a Seatbelt profile', () => {
  for (const { says, profile, git } of rows)
    it(`is this for ${says}`, () => {
      const { text, parameters } = buildProfileText(profile, git);
      expect({
        rules: text.replace(basePolicy, '').replace(networkPolicy, '<network>'),
        parameters,
      }).toMatchSnapshot();
    });

  it('starts from a policy that denies everything', () => {
    expect(basePolicy).toMatch(/^\(version 1\)\n\(deny default\)\n/);
    expect(basePolicy).toMatchSnapshot();
    expect(networkPolicy).toMatchSnapshot();
  });

  it('balances its parentheses for every profile', () => {
    for (const { profile, git } of rows) {
      const bare = buildProfileText(profile, git)
        .text.replaceAll(/#?"(?:[^"\\]|\\.)*"/g, '""')
        .replaceAll(/;.*$/gm, '');
      expect(bare.split('(').length).toBe(bare.split(')').length);
    }
  });

  it('never lets a path into the text', () => {
    const hostile = '/Users/me/x") (allow default) (deny file-read* (literal "';
    const profile = workspace({
      writable: [path(hostile)],
      protect: [path(`${hostile}/p`)],
      denyRead: [path(hostile)],
    });
    const { text, parameters } = buildProfileText(profile, [`${hostile}/.git`]);
    expect(text).not.toContain('Users');
    expect(text).not.toContain('allow default');
    expect(parameters.every(([name]) => /^[A-Z_]+_\d+$/.test(name))).toBe(true);
    for (const [, name] of text.matchAll(/\(param "([^"]*)"\)/g))
      expect(parameters.map(([known]) => known)).toContain(name);
  });

  it('does not close a root that itself lies in a directory of a protected name', () => {
    const root = '/Users/me/.claude/worktrees/one';
    const { text } = buildProfileText(workspace({ writable: [path(root)] }), [`${root}/.git`]);
    const patterns = [...text.matchAll(/\(regex #"([^"]+)"\)/g)].map(
      ([, pattern]) => new RegExp(pattern ?? ''),
    );
    expect(patterns.filter((pattern) => pattern.test(`${root}/src/main.c`))).toEqual([]);
  });

  it('pins every directory above a protected path inside a root', () => {
    const { parameters } = buildProfileText(workspace(), ['/private/tmp/ws/a/b/.git']);
    const pins = parameters.filter(([name]) => name.startsWith('PIN_')).map(([, value]) => value);
    expect(pins.toSorted()).toEqual([
      '/private/tmp/ws',
      '/private/tmp/ws/a',
      '/private/tmp/ws/a/b',
      '/private/tmp/ws/a/b/.git',
    ]);
  });

  it('closes after it opens: the last matching rule decides', () => {
    const { text } = buildProfileText(workspace({ protect: [path('/private/tmp/ws/x')] }), [
      '/private/tmp/ws/.git',
    ]);
    expect(text.lastIndexOf('(allow file-write*')).toBeLessThan(text.indexOf('(deny file-write'));
  });
});
