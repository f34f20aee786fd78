// The store's promises: strictest wins over what was remembered, the file changes before memory, a reload swaps all
// at once, and nothing broad is remembered.
import { existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ParsedCommand } from '../../domain/index.ts';
import { argv, behind, opaque, resolverOf, script, usualDisk, workspace } from '../testdata/world.ts';
import { temporaryHome, type TemporaryHome } from '../testdata/temporary-home.ts';
import { createPolicyStore, type PolicyStore } from './policy-store.ts';

const env = new Map([['PATH', '/usr/bin']]);

async function storeIn(
  home: TemporaryHome,
  options: { readonly lockWaitMs?: number } = {},
): Promise<PolicyStore> {
  const store = await createPolicyStore({
    locations: home.locations,
    resolver: resolverOf(usualDisk),
    now: () => 1000,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

const verdict = (store: PolicyStore, input: ParsedCommand): string =>
  store.evaluate(input, workspace, env).verdict;

describe('a remembered prefix', () => {
  it('allows what starts with it, is listed once, and can be revoked', async () => {
    const store = await storeIn(temporaryHome());
    expect(verdict(store, argv('touch', 'a'))).toBe('unknown');
    const remembered = { key: '["touch"]', prefix: ['touch'], rememberedAt: 1000 };
    expect(store.remember(['touch'])).toEqual({ ok: true, value: remembered });
    expect(store.remember(['touch'])).toEqual({ ok: true, value: remembered });
    expect(store.list()).toEqual([remembered]);
    expect(store.evaluate(argv('touch', 'a'), workspace, env)).toMatchObject({
      verdict: 'allowed',
      decidedBy: { kind: 'rule', source: { kind: 'session', rememberedAt: 1000 } },
    });
    expect(store.revoke(remembered.key)).toBe(true);
    expect(store.revoke(remembered.key)).toBe(false);
    expect(verdict(store, argv('touch', 'a'))).toBe('unknown');
  });

  it('does not carry the rest of a script', async () => {
    const store = await storeIn(temporaryHome());
    store.remember(['touch']);
    expect(verdict(store, script('touch a', 'cp a b'))).toBe('unknown');
    expect(verdict(store, script('touch a', 'rm -rf b'))).toBe('dangerous');
    expect(verdict(store, opaque('redirection', 'touch a'))).toBe('opaque');
  });

  it('never beats a rule that asks or forbids', async () => {
    const home = temporaryHome();
    home.write('home/rules/a.rules', 'prefix_rule(pattern=["touch"], decision="forbidden")\n');
    const store = await storeIn(home);
    store.remember(['touch', 'a']);
    expect(verdict(store, argv('touch', 'a'))).toBe('forbidden');
  });

  it('is refused when it is too broad', async () => {
    const store = await storeIn(temporaryHome());
    expect(store.remember(['/usr/bin/env'])).toEqual({
      ok: false,
      error: 'env runs whatever its arguments name',
    });
    expect(store.list()).toEqual([]);
  });

  it('is gone when the store is closed', async () => {
    const store = await storeIn(temporaryHome());
    store.remember(['touch']);
    store.close();
    expect(store.list()).toEqual([]);
  });
});

describe('an amendment', () => {
  const offer = async (
    input: ParsedCommand,
    proposed?: readonly [string, ...string[]],
    rules = '',
  ): Promise<unknown> => {
    const home = temporaryHome();
    home.write('home/rules/a.rules', rules);
    const store = await storeIn(home);
    return store.proposeAmendment(store.evaluate(input, workspace, env), proposed)?.allowPrefix;
  };

  const rows: readonly {
    readonly says: string;
    readonly input: ParsedCommand;
    readonly proposed?: readonly [string, ...string[]];
    readonly rules?: string;
    readonly want: readonly string[] | undefined;
  }[] = [
    {
      says: 'names the tool and its subcommand',
      input: argv('cargo', 'build', '--release'),
      want: ['cargo', 'build'],
    },
    {
      says: 'names the script a package manager runs',
      input: argv('npm', 'run', 'lint', '--fix'),
      want: ['npm', 'run', 'lint'],
    },
    {
      says: 'is the whole command of another program',
      input: argv('touch', 'a', 'b'),
      want: ['touch', 'a', 'b'],
    },
    {
      says: 'takes the model at its word when that is enough',
      input: argv('touch', 'a', 'b'),
      proposed: ['touch', 'a'],
      want: ['touch', 'a'],
    },
    {
      says: 'falls back when the proposal does not cover the command',
      input: argv('cargo', 'build'),
      proposed: ['cargo', 'test'],
      want: ['cargo', 'build'],
    },
    {
      says: 'falls back when the proposal is too broad',
      input: argv('cargo', 'build'),
      proposed: ['cargo'],
      want: ['cargo', 'build'],
    },
    {
      says: 'covers both commands when one prefix does',
      input: script('cargo build', 'cargo build --release'),
      want: ['cargo', 'build'],
    },
    {
      says: 'does not mind commands that only read',
      input: script('ls -l', 'cargo build'),
      want: ['cargo', 'build'],
    },
    {
      says: 'is not offered when two rules would be needed',
      input: script('cargo build', 'cargo test'),
      want: undefined,
    },
    {
      says: 'is not offered when one command stays dangerous',
      input: script('cargo build', 'rm -rf x'),
      want: undefined,
    },
    {
      says: 'is not offered when a rule asked',
      input: argv('cargo', 'build'),
      rules: 'prefix_rule(pattern=["cargo"], decision="prompt")',
      want: undefined,
    },
    {
      says: 'is not offered for an opaque script',
      input: opaque('redirection', 'cargo build'),
      proposed: ['cargo', 'build'],
      want: undefined,
    },
    {
      says: 'is not offered for what would not be trusted',
      input: argv('./t', 'x'),
      proposed: ['touch'],
      want: ['./t', 'x'],
    },
    { says: 'is not offered for an interpreter', input: argv('python3', '-c', 'x'), want: undefined },
    {
      says: 'is not offered for a wrapper',
      input: behind('env cargo build', [{ words: 'cargo build', via: 'env' }]),
      want: undefined,
    },
    {
      says: 'is not needed for an allowed command',
      input: argv('cargo', 'build'),
      rules: 'prefix_rule(pattern=["cargo"])',
      want: undefined,
    },
  ];
  it.each(rows)('$says', async ({ input, proposed, rules, want }) => {
    expect(await offer(input, proposed, rules)).toEqual(want);
  });

  it('is in the file first, in memory after, and once', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    const file = `${home.home}/rules/default.rules`;
    expect(await store.amend(['cargo', 'build'], 'user')).toEqual({
      ok: true,
      value: { file, line: 1, added: true },
    });
    expect(readFileSync(file, 'utf8')).toBe('prefix_rule(pattern=["cargo", "build"], decision="allow")\n');
    expect(verdict(store, argv('cargo', 'build'))).toBe('allowed');
    expect(await store.amend(['cargo', 'build'], 'user')).toEqual({
      ok: true,
      value: { file, line: 1, added: false },
    });
    expect(store.policy.rules).toHaveLength(1);
    await store.reload();
    expect(store.policy.rules).toHaveLength(1);
  });

  it('can go to a trusted project, and to no other', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    const file = `${home.project}/.cordon/rules/default.rules`;
    expect(await store.amend(['touch', 'a'], { project: home.project })).toMatchObject({
      ok: true,
      value: { file },
    });
    expect(await store.amend(['touch', 'a'], { project: `${home.root}/other` })).toMatchObject({
      ok: false,
      error: { kind: 'refused' },
    });
    expect(existsSync(`${home.root}/other`)).toBe(false);
  });

  const refusals: readonly {
    readonly says: string;
    readonly make: (home: TemporaryHome) => void;
    readonly message: RegExp;
  }[] = [
    {
      says: 'a link in place of the file',
      make: (home) => {
        home.write('home/rules/x', '');
        symlinkSync(home.write('victim', 'untouched'), `${home.home}/rules/default.rules`);
      },
      message: /symbolic link/,
    },
    {
      says: 'a directory in place of the file',
      make: (home) => home.write('home/rules/default.rules/x', ''),
      message: /directory|regular file/,
    },
    {
      says: 'a file with a mistake in it',
      make: (home) => home.write('home/rules/default.rules', 'oops(\n'),
      message: /has a mistake in line/,
    },
  ];
  it.each(refusals)('is refused for $says, and memory stays as it was', async ({ make, message }) => {
    const home = temporaryHome();
    make(home);
    const store = await storeIn(home);
    const saved = await store.amend(['touch', 'a'], 'user');
    expect(saved).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
    expect(verdict(store, argv('touch', 'a'))).toBe('unknown');
    if (existsSync(`${home.root}/victim`))
      expect(readFileSync(`${home.root}/victim`, 'utf8')).toBe('untouched');
  });

  it('does not follow a link that a project put in the way', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    home.write('elsewhere/rules/x', '');
    symlinkSync(`${home.root}/elsewhere`, `${home.project}/.cordon`);
    expect(await store.amend(['touch', 'a'], { project: home.project })).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: expect.stringMatching(/is a symbolic link/) },
    });
    expect(existsSync(`${home.root}/elsewhere/rules/default.rules`)).toBe(false);
  });

  it('is refused when it is too broad, whoever asks', async () => {
    const store = await storeIn(temporaryHome());
    expect(await store.amend(['npm', 'run'], 'user')).toMatchObject({
      ok: false,
      error: { kind: 'too-broad' },
    });
  });
});

describe('a reload', () => {
  it('swaps the whole policy, keeps the session, and reports mistakes', async () => {
    const home = temporaryHome();
    home.write(
      'home/rules/a.rules',
      'prefix_rule(pattern=["touch"])\nprefix_rule(pattern=["cp"], decision="forbidden")\n',
    );
    const store = await storeIn(home);
    store.remember(['cargo', 'build']);
    home.write('home/rules/a.rules', 'prefix_rule(pattern=["touch"], decision="prompt")\nfail()\n');
    await store.reload();
    expect(store.errors).toMatchObject([{ line: 2 }]);
    expect(
      [argv('touch', 'a'), argv('cp', 'a', 'b'), argv('cargo', 'build')].map((input) =>
        verdict(store, input),
      ),
    ).toEqual(['prompt', 'forbidden', 'allowed']);
  });

  it('happens by itself when a file appears, changes or goes', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    let seen = (): void => undefined;
    store.watch({ debounceMs: 5, onReload: () => seen() });
    const until = (done: () => boolean, change: () => void): Promise<void> =>
      new Promise((resolve) => {
        seen = () => {
          if (done()) resolve();
        };
        change();
      });
    const touched = (): string => verdict(store, argv('touch', 'a'));
    await until(
      () => touched() === 'allowed',
      () => home.write('home/rules/a.rules', 'prefix_rule(pattern=["touch"])\n'),
    );
    await until(
      () => touched() === 'forbidden',
      () => {
        writeFileSync(`${home.home}/rules/new`, 'prefix_rule(pattern=["touch"], decision="forbidden")\n');
        renameSync(`${home.home}/rules/new`, `${home.home}/rules/a.rules`);
      },
    );
    await until(
      () => touched() === 'unknown',
      () => renameSync(`${home.home}/rules/a.rules`, `${home.home}/rules/a.off`),
    );
    expect(store.policy.rules).toEqual([]);
  });
});
