import { describe, expect, it } from 'vitest';
import { absolutePath, type AbsolutePath, ok } from '../../domain/index.ts';
import { appArmorProfile } from './apparmor-profile.ts';
import { type HostState, planSetup } from './plan-setup.ts';
import type { SystemTools } from './system-tools.ts';

const launcher = '/opt/cordon/native/build/cordon-launcher' as AbsolutePath;
const made = appArmorProfile(launcher);
const profile = made.ok ? made.value : undefined;
const host: HostState = { platform: 'linux', restricts: true, has: (path) => path === '/etc/apparmor.d' };
const withProfile: HostState = { ...host, has: () => true };
const tools = (isRoot: boolean, ...there: readonly string[]): SystemTools => ({
  find: (paths) => paths.find((path) => there.includes(path)),
  run: () => ok(undefined),
  isRoot,
});
const parser = '/usr/sbin/apparmor_parser';
const install = ['/usr/bin/install', '-o', 'root', '-g', 'root', '-m', '644', '/dev/stdin', profile?.file];

describe('what would be set up', () => {
  it('is a profile for the launcher, written and loaded as root', () => {
    const plan = planSetup('install', launcher, host, tools(true, parser));
    expect(plan).toEqual(
      ok({
        kind: 'commands',
        profile,
        commands: [{ argv: install, input: profile?.text }, { argv: [parser, '--replace', profile?.file] }],
      }),
    );
  });

  it('goes through sudo for an ordinary user, by its whole path', () => {
    const plan = planSetup('install', launcher, host, tools(false, parser, '/usr/bin/sudo'));
    expect(
      plan.ok && plan.value.kind === 'commands' && plan.value.commands.map(({ argv }) => argv[0]),
    ).toEqual(['/usr/bin/sudo', '/usr/bin/sudo']);
  });

  it('is taken away by the same profile and its file', () => {
    const plan = planSetup('remove', launcher, withProfile, tools(true, parser));
    expect(plan.ok && plan.value.kind === 'commands' && plan.value.commands).toEqual([
      { argv: [parser, '--remove', profile?.file] },
      { argv: ['/usr/bin/rm', '-f', '--', profile?.file] },
    ]);
  });

  it.each<{ says: string; wish?: 'remove'; state: HostState; because: string }>([
    {
      says: 'a host without that restriction',
      state: { ...host, restricts: undefined },
      because: 'AppArmor does not restrict user namespaces on this host',
    },
    {
      says: 'a host that lifted it',
      state: { ...host, restricts: false },
      because: 'AppArmor does not restrict user namespaces on this host',
    },
    {
      says: 'a profile that is not there',
      wish: 'remove',
      state: host,
      because: `there is no ${profile?.file}`,
    },
    {
      says: 'another system',
      state: { ...host, platform: 'darwin' },
      because: 'there is nothing to set up on darwin',
    },
  ])('is nothing for $says', ({ wish, state, because }) => {
    expect(planSetup(wish ?? 'install', launcher, state, tools(true, parser))).toEqual(
      ok({ kind: 'nothing-to-do', because }),
    );
  });

  it.each([
    ['AppArmor has no tools here', tools(true), /apparmor_parser is not installed/u],
    ['root cannot be had', tools(false, parser), /needs root, and there is no sudo/u],
  ])('is a sentence when %s', (_, hands, sentence) => {
    const plan = planSetup('install', launcher, host, hands);
    expect(plan.ok ? '' : plan.error).toMatch(sentence);
  });
});

describe('a profile', () => {
  it.each([
    ['/opt/a b/cordon-launcher', '"/opt/a b/cordon-launcher"'],
    ['/opt/[x]{y}*?,^/cordon-launcher', '"/opt/\\[x\\]\\{y\\}\\*\\?\\,\\^/cordon-launcher"'],
    [
      '/home/u/.cache/cordon/launcher-0123456789abcdef/cordon-launcher',
      '"/home/u/.cache/cordon/launcher-*/cordon-launcher"',
    ],
  ])('of %s means that program alone', (path, attachment) => {
    const result = appArmorProfile(absolutePath(path) as AbsolutePath);
    expect(result.ok && result.value.text.split('\n')[4]).toBe(
      result.ok && `profile ${result.value.name} ${attachment} flags=(unconfined) {`,
    );
  });

  it.each(['/opt/a\nb/l', '/opt/a"b/l', '/opt/a\\b/l', '/opt/@{HOME}/l'])('cannot be for %j', (path) => {
    expect(appArmorProfile(path as AbsolutePath).ok).toBe(false);
  });
});
