// Paths that a rule file names: links are followed on both sides, `~` is the user's home, and what lies beside a rule
// file without being one blocks nothing.
import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluation/evaluate.ts';
import { createProgramResolver } from '../evaluation/resolve-program.ts';
import { argv, path, scriptIn } from '../testdata/world.ts';
import { temporaryHome } from '../testdata/temporary-home.ts';
import { loadPolicy } from './load-policy.ts';

const resolve = createProgramResolver({ writableRoots: [], uid: process.getuid?.() ?? 0 });

describe('a path in a rule', () => {
  it('forbids in a directory that it names by a link', async () => {
    const { root, locations, write } = temporaryHome();
    mkdirSync(`${root}/real/inner`, { recursive: true });
    symlinkSync(`${root}/real`, `${root}/link`);
    write('home/rules/a.rules', `prefix_rule(pattern=["rm"], decision="forbidden", cwd=["${root}/link"])\n`);
    const { policy, errors } = await loadPolicy(locations);
    expect(errors).toEqual([]);
    const verdictIn = (directory: string): string =>
      evaluate(policy, argv('rm', 'x'), { cwd: path(directory), path: '/usr/bin:/bin', resolve }).verdict;
    expect({
      throughTheLink: verdictIn(`${root}/link/inner`),
      byItsRealName: verdictIn(`${root}/real/inner`),
      elsewhere: verdictIn(root),
      moved: evaluate(policy, scriptIn({ kind: 'changed', path: `${root}/link` }, 'rm x'), {
        cwd: path(root),
        path: '/usr/bin:/bin',
        resolve,
      }).verdict,
    }).toEqual({
      throughTheLink: 'forbidden',
      byItsRealName: 'forbidden',
      elsewhere: 'unknown',
      moved: 'forbidden',
    });
  });

  it('may be relative: to its project, else to the workspace', async () => {
    const { locations, project, root, write } = temporaryHome();
    write('project/.cordon/rules/p.rules', 'prefix_rule(pattern=["a"], cwd=["packages/api", "./web"])\n');
    write('home/rules/u.rules', 'prefix_rule(pattern=["b"], cwd=["."])\n');
    const { policy, errors } = await loadPolicy({ ...locations, workspace: `${root}/work` });
    expect({ errors, cwd: policy.rules.map(({ program, limits }) => [program, limits.cwd]) }).toEqual({
      errors: [],
      cwd: [
        ['b', [`${root}/work`]],
        ['a', [`${project}/packages/api`, `${project}/web`]],
      ],
    });
  });

  it('that is relative to nothing is a mistake', async () => {
    const { locations, write } = temporaryHome();
    write('home/rules/u.rules', 'prefix_rule(pattern=["b"], cwd=["src"])\n');
    const { errors } = await loadPolicy(locations);
    expect(errors.map(({ message }) => message)).toEqual([
      'Invalid rule: `cwd` takes absolute directories where there is no project and no workspace, got "src"',
    ]);
  });

  it('of host_executable may begin with the home of the user, and follows links', async () => {
    const { root, locations, write } = temporaryHome();
    mkdirSync(`${root}/tools`);
    write('tools/git', '#!/bin/sh\n');
    symlinkSync(`${root}/tools`, `${root}/bin`);
    write(
      'home/rules/h.rules',
      'prefix_rule(pattern=["git"])\nhost_executable(name="git", paths=["~/bin/git", "/usr/bin/git"])\n',
    );
    const { policy, errors } = await loadPolicy({ ...locations, userHome: root });
    expect({ errors, hosts: [...policy.hosts] }).toEqual({
      errors: [],
      hosts: [['git', [`${root}/bin/git`, '/usr/bin/git']]],
    });
    const allows = { locate: trusting(`${root}/tools/git`), realPath: resolve.realPath };
    expect(
      evaluate(policy, argv(`${root}/tools/git`), { cwd: path(root), path: '/usr/bin', resolve: allows })
        .verdict,
    ).toBe('allowed');
  });

  it('of host_executable with a home nobody knows is nowhere, and the rest of the file holds', async () => {
    const { locations, write } = temporaryHome();
    write(
      'home/rules/h.rules',
      'host_executable(name="git", paths=["~/bin/git"])\nprefix_rule(pattern=["rm"], decision="forbidden")\n',
    );
    const { policy, errors } = await loadPolicy(locations);
    expect({ errors, rules: policy.rules.length }).toEqual({ errors: [], rules: 1 });
  });
});

function trusting(file: string): typeof resolve.locate {
  return () => ({ kind: 'trusted', path: path(file), realPath: path(file) });
}

describe('beside the rule files', () => {
  it('the lock of an editor and the leavings of a file system block nothing', async () => {
    const { home, locations, write } = temporaryHome();
    write('home/rules/x.rules', 'prefix_rule(pattern=["a"])\n');
    write('home/rules/._x.rules', '\0\x05\x16\x07');
    symlinkSync('me@host.1234:1', `${home}/rules/.#x.rules`);
    const { policy, errors, files } = await loadPolicy(locations);
    expect({ errors, files, rules: policy.rules.length }).toEqual({
      errors: [],
      files: [`${home}/rules/x.rules`],
      rules: 1,
    });
  });

  it('a byte order mark in front of the first rule says nothing', async () => {
    const { locations, write } = temporaryHome();
    write('home/rules/x.rules', '\ufeffprefix_rule(pattern=["a"])\n');
    write('home/rules/y.rules', '\ufeffX = ["b"]\nprefix_rule(pattern=X)\n');
    const { policy, errors } = await loadPolicy(locations);
    expect({ errors, programs: policy.rules.map(({ program }) => program) }).toEqual({
      errors: [],
      programs: ['a', 'b'],
    });
  });
});
