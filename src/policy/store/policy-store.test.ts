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
    expect(store.remember({ allowPrefix: ['touch'] })).toEqual({ ok: true, value: remembered });
    expect(store.remember({ allowPrefix: ['touch'] })).toEqual({ ok: true, value: remembered });
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
    store.remember({ allowPrefix: ['touch'] });
    expect(verdict(store, script('touch a', 'cp a b'))).toBe('unknown');
    expect(verdict(store, script('touch a', 'rm -rf b'))).toBe('dangerous');
    expect(verdict(store, opaque('redirection', 'touch a'))).toBe('opaque');
  });

  it('never beats a rule that asks or forbids', async () => {
    const home = temporaryHome();
    home.write('home/rules/a.rules', 'prefix_rule(pattern=["touch"], decision="forbidden")\n');
    const store = await storeIn(home);
    store.remember({ allowPrefix: ['touch', 'a'] });
    expect(verdict(store, argv('touch', 'a'))).toBe('forbidden');
  });

  it('is refused when it is too broad', async () => {
    const store = await storeIn(temporaryHome());
    expect(store.remember({ allowPrefix: ['/usr/bin/env'] })).toEqual({
      ok: false,
      error: 'env runs whatever its arguments name',
    });
    expect(store.list()).toEqual([]);
  });

  it('is gone when the store is closed', async () => {
    const store = await storeIn(temporaryHome());
    store.remember({ allowPrefix: ['touch'] });
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
    const offered = store.proposeAmendment(store.evaluate(input, workspace, env), proposed);
    return offered === undefined ? undefined : [...offered.allowPrefix, offered.exact === true ? '.' : '...'];
  };

  const rows: readonly {
    readonly says: string;
    readonly input: ParsedCommand;
    readonly proposed?: readonly [string, ...string[]];
    readonly rules?: string;
    /** With a full stop behind a whole command, and three where more may follow. */
    readonly want: readonly string[] | undefined;
  }[] = [
    {
      says: 'names the tool and its subcommand',
      input: argv('cargo', 'build', '--release'),
      want: ['cargo', 'build', '...'],
    },
    {
      says: 'is exact when it is the whole command',
      input: argv('cargo', 'build'),
      want: ['cargo', 'build', '.'],
    },
    {
      says: 'is as narrow as the example where a subcommand does harm',
      input: argv('kubectl', 'delete', 'pod', 'x'),
      want: ['kubectl', 'delete', 'pod', 'x', '.'],
    },
    {
      says: 'is as narrow as the example when the model would like more',
      input: argv('kubectl', 'delete', 'pod', 'x'),
      proposed: ['kubectl', 'delete'],
      want: ['kubectl', 'delete', 'pod', 'x', '.'],
    },
    {
      says: 'is the whole push, not every push',
      input: argv('git', 'push', 'origin', 'main'),
      proposed: ['git', 'push', 'origin'],
      want: ['git', 'push', 'origin', 'main', '.'],
    },
    {
      says: 'is the whole command of an interpreter',
      input: argv('python3', 'build.py', 'x'),
      proposed: ['python3', 'build.py'],
      want: ['python3', 'build.py', 'x', '.'],
    },
    {
      says: 'is the whole command where an option carries code',
      input: argv('tar', '--to-command=./x', '-xf', 'a.tar'),
      proposed: ['tar', '--to-command=./x'],
      want: ['tar', '--to-command=./x', '-xf', 'a.tar', '.'],
    },
    {
      says: 'is the whole command of make with another shell',
      input: argv('make', 'SHELL=/bin/x', 'all'),
      proposed: ['make', 'SHELL=/bin/x'],
      want: ['make', 'SHELL=/bin/x', 'all', '.'],
    },
    {
      says: 'is not offered for an interpreter that reads its program',
      input: argv('python3', '-'),
      want: undefined,
    },
    {
      says: 'is not offered for a dangerous command',
      input: argv('git', 'clean', '-fdx'),
      proposed: ['git', 'clean'],
      want: undefined,
    },
    {
      says: 'names the script a package manager runs',
      input: argv('npm', 'run', 'lint', '--fix'),
      want: ['npm', 'run', 'lint', '...'],
    },
    {
      says: 'is the whole command of another program',
      input: argv('touch', 'a', 'b'),
      want: ['touch', 'a', 'b', '.'],
    },
    {
      says: 'takes the model at its word when that is enough',
      input: argv('touch', 'a', 'b'),
      proposed: ['touch', 'a'],
      want: ['touch', 'a', '...'],
    },
    {
      says: 'falls back when the proposal does not cover the command',
      input: argv('cargo', 'build'),
      proposed: ['cargo', 'test'],
      want: ['cargo', 'build', '.'],
    },
    {
      says: 'falls back when the proposal is too broad',
      input: argv('cargo', 'build'),
      proposed: ['cargo'],
      want: ['cargo', 'build', '.'],
    },
    {
      says: 'covers both commands when one prefix does',
      input: script('cargo build', 'cargo build --release'),
      want: ['cargo', 'build', '...'],
    },
    {
      says: 'does not mind commands that only read',
      input: script('ls -l', 'cargo build'),
      want: ['cargo', 'build', '.'],
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
      want: ['./t', 'x', '.'],
    },
    {
      says: 'is the whole command with the code in it',
      input: argv('python3', '-c', 'x'),
      proposed: ['python3', '-c'],
      want: ['python3', '-c', 'x', '.'],
    },
    {
      says: 'is the whole command of a wrapper',
      input: behind('env cargo build', [{ words: 'cargo build', via: 'env' }]),
      proposed: ['env', 'cargo'],
      want: ['env', 'cargo', 'build', '.'],
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

  it('of a whole command says so in the file, and covers nothing behind it', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    const file = `${home.home}/rules/default.rules`;
    const whole = { allowPrefix: ['git', 'push', 'origin', 'main'], exact: true } as const;
    expect(await store.amend(whole, 'user')).toMatchObject({ ok: true, value: { added: true } });
    expect(readFileSync(file, 'utf8')).toBe(
      'prefix_rule(pattern=["git", "push", "origin", "main"], decision="allow", exact=True)\n',
    );
    const verdicts = (): readonly string[] =>
      [argv('git', 'push', 'origin', 'main'), argv('git', 'push', 'origin', 'main', '--force')].map((input) =>
        verdict(store, input),
      );
    expect(verdicts()).toEqual(['allowed', 'dangerous']);
    await store.reload();
    expect(verdicts()).toEqual(['allowed', 'dangerous']);
  });

  it('is in the file first, in memory after, and once', async () => {
    const home = temporaryHome();
    const store = await storeIn(home);
    const file = `${home.home}/rules/default.rules`;
    expect(await store.amend({ allowPrefix: ['cargo', 'build'] }, 'user')).toEqual({
      ok: true,
      value: { file, line: 1, added: true },
    });
    expect(readFileSync(file, 'utf8')).toBe('prefix_rule(pattern=["cargo", "build"], decision="allow")\n');
    expect(verdict(store, argv('cargo', 'build'))).toBe('allowed');
    expect(await store.amend({ allowPrefix: ['cargo', 'build'] }, 'user')).toEqual({
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
    expect(await store.amend({ allowPrefix: ['touch', 'a'] }, { project: home.project })).toMatchObject({
      ok: true,
      value: { file },
    });
    expect(
      await store.amend({ allowPrefix: ['touch', 'a'] }, { project: `${home.root}/other` }),
    ).toMatchObject({
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
    const saved = await store.amend({ allowPrefix: ['touch', 'a'] }, 'user');
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
    expect(await store.amend({ allowPrefix: ['touch', 'a'] }, { project: home.project })).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: expect.stringMatching(/is a symbolic link/) },
    });
    expect(existsSync(`${home.root}/elsewhere/rules/default.rules`)).toBe(false);
  });

  it.each([
    ['npm', 'run'],
    ['python3', 'build.py'],
    ['bash', 'build.sh'],
    ['tar', '--to-command'],
    ['tar', '-xf', 'a', '--to-command=x'],
    ['git', 'fetch', '--upload-pack'],
    ['make', 'SHELL=/bin/x'],
    ['gcc', '-fplugin=x'],
    ['ld.so', './x'],
    ['/lib64/ld-linux-x86-64.so.2', './x'],
    ['git', 'push', '--force', 'origin', 'x'],
  ] as const)('is refused for `%s %s`, whoever asks', async (...words) => {
    const store = await storeIn(temporaryHome());
    const allowPrefix = words as unknown as readonly [string, ...string[]];
    expect(await store.amend({ allowPrefix }, 'user')).toMatchObject({
      ok: false,
      error: { kind: 'too-broad' },
    });
    expect(store.remember({ allowPrefix }).ok).toBe(false);
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
    store.remember({ allowPrefix: ['cargo', 'build'] });
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
