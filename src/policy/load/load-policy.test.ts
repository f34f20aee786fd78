// Which files are rules, in which order, and what becomes of the rest when one of them is wrong.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../rules/rule.ts';
import { temporaryHome } from '../testdata/temporary-home.ts';
import { keepDenials } from './keep-denials.ts';
import { assemble, loadLayers, loadPolicy } from './load-policy.ts';

const rule = (words: string, decision = 'allow'): string =>
  `prefix_rule(pattern=[${words
    .split(' ')
    .map((word) => JSON.stringify(word))
    .join(', ')}], decision="${decision}")\n`;

const shown = (rules: readonly Rule[]): readonly string[] =>
  rules.map(({ program, rest, decision }) => `${decision} ${[program, ...rest].join(' ')}`);

describe('loading', () => {
  it('reads the system, the user and the trusted projects, each sorted by name', async () => {
    const { locations, root, write } = temporaryHome();
    write('project/.cordon/rules/p.rules', rule('project'));
    write('home/rules/b.rules', rule('user b'));
    write('home/rules/a.rules', rule('user a'));
    write('home/rules/.hidden.rules', rule('hidden'));
    write('home/policy/old.codexpolicy', rule('older home'));
    write('etc/rules/s.rules', rule('system'));
    const extra = write('extra/x.rules', rule('extra'));
    write(
      'etc/requirements.toml',
      '[rules]\nprefix_rules = [{ pattern = [{ token = "m" }], decision = "prompt" }]\n',
    );
    const loaded = await loadPolicy({ ...locations, files: [extra] });
    expect(loaded.errors).toEqual([]);
    expect(shown(loaded.policy.rules)).toEqual([
      'allow system',
      'allow older home',
      'allow hidden',
      'allow user a',
      'allow user b',
      'allow project',
      'allow extra',
      'prompt m',
    ]);
    expect(loaded.files.map((file) => file.slice(root.length + 1))).toEqual([
      'etc/rules/s.rules',
      'home/policy/old.codexpolicy',
      'home/rules/.hidden.rules',
      'home/rules/a.rules',
      'home/rules/b.rules',
      'project/.cordon/rules/p.rules',
      'extra/x.rules',
      'etc/requirements.toml',
    ]);
  });

  it('steps over names that are no rule files', async () => {
    const { locations, write } = temporaryHome();
    for (const name of ['.rules', 'a.RULES', 'a.rules.bak', 'a.codexpolicy', 'sub/a.rules', 'notes.txt']) {
      write(`home/rules/${name}`, 'not a rule file');
    }
    write('home/policy/a.rules', 'not a rule file');
    expect(await loadPolicy(locations)).toMatchObject({ errors: [], files: [] });
  });

  it('is empty when nothing is there', async () => {
    const loaded = await loadPolicy({ home: '/nowhere/at/all', system: '/nowhere/else' });
    expect({ rules: loaded.policy.rules, errors: loaded.errors, files: loaded.files }).toEqual({
      rules: [],
      errors: [],
      files: [],
    });
  });

  it('reads nothing but the requirements when rules are switched off', async () => {
    const { locations, write } = temporaryHome();
    write('home/rules/a.rules', rule('a'));
    write(
      'etc/requirements.toml',
      '[rules]\nprefix_rules = [{ pattern = [{ token = "m" }], decision = "forbidden" }]\n',
    );
    expect(shown((await loadPolicy({ ...locations, enabled: false })).policy.rules)).toEqual(['forbidden m']);
  });

  it('reports every mistake of every file at once, and keeps what a wrong file restricts', async () => {
    const { locations, home, write } = temporaryHome();
    write(
      'home/rules/a.rules',
      `${rule('a')}prefix_rule(pattern=[])\nprefix_rule(pattern=["b"], decision="no")\n${rule('c', 'prompt')}`,
    );
    write('home/rules/b.rules', `${rule('d')}x = (\n`);
    write('home/rules/c.rules', rule('e'));
    const { policy, errors } = await loadPolicy(locations);
    expect(errors.map(({ file, line, column }) => [file.slice(home.length), line, column])).toEqual([
      ['/rules/a.rules', 2, 1],
      ['/rules/a.rules', 3, 1],
      ['/rules/b.rules', expect.any(Number), expect.any(Number)],
    ]);
    expect(errors[0]?.excerpt).toBe('prefix_rule(pattern=[])\n^^^^^^^^^^^^^^^^^^^^^^^');
    expect(shown(policy.rules)).toEqual(['prompt c', 'allow e']);
  });

  const unusable: readonly {
    readonly says: string;
    readonly make: (file: string) => void;
    readonly want: RegExp;
  }[] = [
    { says: 'a link', make: (file) => symlinkSync('/dev/null', file), want: /symbolic link/ },
    { says: 'a pipe', make: (file) => execFileSync('mkfifo', [file]), want: /not a regular file/ },
    { says: 'a directory', make: (file) => mkdirSync(file), want: /not a regular file/ },
    {
      says: 'bytes that are no UTF-8',
      make: (file) => writeFileSync(file, Buffer.from([0x23, 0xff])),
      want: /not valid UTF-8/,
    },
  ];
  it.each(unusable)('does not use $says, and says so', async ({ make, want }) => {
    const { locations, home, write } = temporaryHome();
    write('home/rules/a.rules', rule('a'));
    make(`${home}/rules/b.rules`);
    const { policy, errors } = await loadPolicy(locations);
    expect(errors).toEqual([
      {
        file: `${home}/rules/b.rules`,
        line: undefined,
        column: undefined,
        excerpt: undefined,
        message: expect.stringMatching(want),
      },
    ]);
    expect(shown(policy.rules)).toEqual(['allow a']);
  });

  it('does not follow a link out of a project', async () => {
    const { locations, project, root, write } = temporaryHome();
    write('evil/rules/a.rules', rule('bash'));
    symlinkSync(`${root}/evil`, `${project}/.cordon`);
    const { policy, errors } = await loadPolicy(locations);
    expect(errors).toMatchObject([{ file: `${project}/.cordon` }]);
    expect(policy.rules).toEqual([]);
  });

  it('reads a named file through a link, because the user named it', async () => {
    const { root, write } = temporaryHome();
    symlinkSync(write('real.rules', rule('a')), `${root}/link.rules`);
    const { policy } = await loadPolicy({ system: '/nowhere', files: [`${root}/link.rules`] });
    expect(shown(policy.rules)).toEqual(['allow a']);
  });

  it('says that rules is no directory', async () => {
    const { locations, home, write } = temporaryHome();
    write('home/rules', 'a file');
    expect((await loadPolicy(locations)).errors).toMatchObject([{ file: `${home}/rules` }]);
  });
});

describe('a version with a mistake', () => {
  it('keeps what the last good version asked and forbade', async () => {
    const { locations, write } = temporaryHome();
    write('home/rules/a.rules', rule('a') + rule('b', 'forbidden') + rule('c', 'prompt'));
    const good = await loadLayers(locations);
    write('home/rules/a.rules', `${rule('c', 'prompt')}fail("later")\n`);
    const broken = keepDenials(good, await loadLayers(locations));
    expect(shown(assemble(broken).policy.rules)).toEqual(['prompt c', 'forbidden b']);
    write('home/rules/a.rules', 'oops(\n');
    const again = keepDenials(broken, await loadLayers(locations));
    expect(shown(assemble(again).policy.rules).toSorted()).toEqual(['forbidden b', 'prompt c']);
    write('home/rules/a.rules', rule('d'));
    const repaired = keepDenials(again, await loadLayers(locations));
    expect(shown(assemble(repaired).policy.rules)).toEqual(['allow d']);
  });

  it('forgets a file that was removed', async () => {
    const { locations, home, write } = temporaryHome();
    write('home/rules/a.rules', rule('b', 'forbidden'));
    const good = await loadLayers(locations);
    execFileSync('rm', [`${home}/rules/a.rules`]);
    expect(assemble(keepDenials(good, await loadLayers(locations))).policy.rules).toEqual([]);
  });

  it('keeps the denials of a directory that a link replaced', async () => {
    const { locations, project, root, write } = temporaryHome();
    write('project/.cordon/rules/a.rules', rule('b', 'forbidden') + rule('c'));
    const good = await loadLayers(locations);
    execFileSync('mv', [`${project}/.cordon`, `${root}/moved`]);
    symlinkSync(`${root}/moved`, `${project}/.cordon`);
    const { policy, errors } = assemble(keepDenials(good, await loadLayers(locations)));
    expect(shown(policy.rules)).toEqual(['forbidden b']);
    expect(errors).toMatchObject([{ file: `${project}/.cordon` }]);
  });

  it('keeps requirements that can no longer be read', async () => {
    const { locations, system, write } = temporaryHome();
    const file = write(
      'etc/requirements.toml',
      '[rules]\nprefix_rules = [{ pattern = [{ token = "m" }], decision = "forbidden" }]\n',
    );
    const good = await loadLayers(locations);
    write('etc/requirements.toml', '[rules\n');
    const { policy, errors } = assemble(keepDenials(good, await loadLayers(locations)));
    expect(shown(policy.rules)).toEqual(['forbidden m']);
    expect(errors).toMatchObject([{ file }]);
    expect(file.startsWith(system)).toBe(true);
  });
});

describe('managed requirements', () => {
  const rows: readonly { readonly says: string; readonly rule: string; readonly want: RegExp }[] = [
    { says: 'an empty list', rule: '', want: /cannot be empty/ },
    {
      says: 'an empty pattern',
      rule: '{ pattern = [], decision = "prompt" }',
      want: /\[0\] has an empty pattern/,
    },
    { says: 'no decision', rule: '{ pattern = [{ token = "a" }] }', want: /\[0\] has no decision/ },
    { says: 'allow', rule: '{ pattern = [{ token = "a" }], decision = "allow" }', want: /cannot allow/ },
    {
      says: 'another decision',
      rule: '{ pattern = [{ token = "a" }], decision = "deny" }',
      want: /unknown decision/,
    },
    {
      says: 'an empty token',
      rule: '{ pattern = [{ token = "" }], decision = "prompt" }',
      want: /token cannot be empty/,
    },
    {
      says: 'an empty any_of',
      rule: '{ pattern = [{ any_of = [] }], decision = "prompt" }',
      want: /any_of cannot be empty/,
    },
    {
      says: 'an empty word in any_of',
      rule: '{ pattern = [{ any_of = ["a", ""] }], decision = "prompt" }',
      want: /any_of cannot have empty/,
    },
    {
      says: 'both kinds of word',
      rule: '{ pattern = [{ token = "a", any_of = ["b"] }], decision = "prompt" }',
      want: /either token or any_of/,
    },
    {
      says: 'neither kind of word',
      rule: '{ pattern = [{}], decision = "prompt" }',
      want: /either token or any_of/,
    },
    {
      says: 'an empty justification',
      rule: '{ pattern = [{ token = "a" }], decision = "prompt", justification = " " }',
      want: /empty justification/,
    },
  ];
  it.each(rows)('refuse $says', async ({ rule: text, want }) => {
    const { locations, write } = temporaryHome();
    const file = write('etc/requirements.toml', `[rules]\nprefix_rules = [${text}]\n`);
    expect((await loadPolicy(locations)).errors).toMatchObject([
      { file, message: expect.stringMatching(want) },
    ]);
  });

  it('ask and forbid, with alternatives', async () => {
    const { locations, write } = temporaryHome();
    write(
      'etc/requirements.toml',
      `[rules]
prefix_rules = [
  { pattern = [{ any_of = ["rm", "del"] }, { any_of = ["-r", "-R"] }], decision = "prompt-user", justification = "look first", match = 1 },
  { pattern = [{ token = "dd" }], decision = "forbidden" },
]`,
    );
    const { policy } = await loadPolicy(locations);
    expect(shown(policy.rules)).toEqual(['prompt rm -r,-R', 'prompt del -r,-R', 'forbidden dd']);
    expect(policy.rules[2]?.source).toMatchObject({ kind: 'managed', index: 1 });
  });

  it('are an error when they cannot be read', async () => {
    const { locations, write } = temporaryHome();
    const file = write('etc/requirements.toml', '');
    chmodSync(file, 0o644);
    execFileSync('rm', [file]);
    mkdirSync(file);
    expect((await loadPolicy(locations)).errors).toMatchObject([
      { file, message: expect.stringMatching(/a directory/) },
    ]);
  });
});
