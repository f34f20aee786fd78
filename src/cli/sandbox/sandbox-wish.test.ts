import { describe, expect, it } from 'vitest';
import { UsageError } from '../edge.ts';
import { overridesIn } from '../options/overrides.ts';
import { parseSandboxArguments } from './sandbox-arguments.ts';
import { sandboxWish, type SandboxWish } from './sandbox-wish.ts';

async function wishOf(...options: readonly string[]): Promise<Omit<SandboxWish, 'overrides'>> {
  const given = parseSandboxArguments([...options, '--', 'ls']);
  const { overrides, ...wish } = await sandboxWish(given, await overridesIn(given.overrides));
  return wish;
}

const nothing: Omit<SandboxWish, 'overrides'> = {
  command: ['ls'],
  cwd: undefined,
  mode: 'workspace-write',
  network: 'none',
  require: 'full',
  writable: [],
  denyRead: [],
  limits: {},
  slashTmp: true,
  tmpdir: true,
  environment: {},
};

describe('-c of cordon sandbox', () => {
  it.each<{ line: string; want: Partial<SandboxWish> }>([
    { line: '', want: {} },
    { line: '-c sandbox_mode=read-only', want: { mode: 'read-only' } },
    { line: '-c sandbox_mode=read-only -s workspace-write', want: { mode: 'workspace-write' } },
    { line: '-c sandbox_workspace_write.network_access=true', want: { network: 'full' } },
    { line: '-c sandbox_workspace_write.network_access=true --network none', want: { network: 'none' } },
    { line: '-c sandbox_require=best-effort', want: { require: 'best-effort' } },
    { line: '-c deny_read=["/a"] --deny-read /b', want: { denyRead: ['/a', '/b'] } },
    { line: '-c limits.processes=7', want: { limits: { processes: 7 } } },
    { line: '-c sandbox_workspace_write.exclude_slash_tmp=true', want: { slashTmp: false } },
    { line: '--private-tmp', want: { slashTmp: false, tmpdir: false } },
    { line: '--keep-env', want: { environment: { ignoreDefaultExcludes: true } } },
    {
      line: '-c shell_environment_policy.inherit=core --keep-env',
      want: { environment: { inherit: 'core', ignoreDefaultExcludes: true } },
    },
  ])('is laid under the options: `$line`', async ({ line, want }) => {
    expect(await wishOf(...line.split(' ').filter(Boolean))).toEqual({ ...nothing, ...want });
  });

  it.each([
    ['model=x', '-c model: cordon sandbox does not use it'],
    ['approval_policy=never', '-c approval_policy: cordon sandbox does not use it'],
    ['limits', '-c limits: expected KEY=VALUE'],
  ])('refuses `%s`', async (override, why) => {
    await expect(wishOf('-c', override)).rejects.toThrow(new UsageError(why));
  });

  it('refuses a value that is none', async () => {
    await expect(wishOf('-c', 'sandbox_mode=open')).rejects.toThrow('sandbox_mode');
    await expect(wishOf('-c', 'sandbox_workspace_write.netwerk_access=true')).rejects.toThrow(
      'netwerk_access',
    );
  });
});
