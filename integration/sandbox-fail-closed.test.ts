// A missing answer is no answer: what cannot be looked at, hidden or mounted refuses the run, also where less would do.
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShellRuntime } from '../src/index.ts';
import {
  git,
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  type PolicyParts,
  removeDirectory,
  sh,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isRoot = process.getuid?.() === 0;
const users = isRoot ? (['root', 'nobody'] as const) : (['this user'] as const);

describe.skipIf(!(await hasFullSandbox()))('what cannot be known refuses the run', () => {
  let root: string;
  beforeEach(() => {
    root = makeDirectory();
  });
  afterEach(() => {
    removeDirectory(root);
  });

  async function run(user: (typeof users)[number], script: string, parts: PolicyParts): Promise<LaunchEnd> {
    return await launch(workspaceWrite(root, sh(script), parts), user === 'nobody' ? { uid: 65534 } : {}).end;
  }

  /** Gives the workspace to the user who is to run in it. */
  function giveTo(user: (typeof users)[number], ...paths: readonly string[]): void {
    if (user === 'nobody') for (const path of [root, ...paths]) chownSync(path, 65534, 65534);
  }

  function refused(end: LaunchEnd): {
    readonly status: number | null;
    readonly said: string;
    readonly ran: boolean;
  } {
    const failed = end.frames.at(-1);
    return {
      status: end.status,
      said: failed?.kind === 'failed' ? failed.failure.message : JSON.stringify(failed),
      ran: existsSync(join(root, 'ran')),
    };
  }

  for (const user of users) {
    for (const require of ['full', 'best-effort'] as const) {
      describe(`for ${user}, ${require}`, () => {
        it('a link in the way of a hidden path is not a host without namespaces', async () => {
          symlinkSync('/etc', join(root, 'config'));
          giveTo(user);
          const end = await run(user, 'touch ran', { require, denyRead: [join(root, 'config', '.env')] });
          expect(refused(end)).toEqual({
            status: 125,
            said: `Cannot hide ${root}/config/.env: Too many levels of symbolic links`,
            ran: false,
          });
        });

        it('a link to a link, and one to nowhere, are the same', async () => {
          symlinkSync('there', join(root, 'config'));
          giveTo(user);
          const end = await run(user, 'touch ran', { require, denyRead: [join(root, 'config', '.env')] });
          expect([end.status, refused(end).ran]).toEqual([125, false]);
        });
      });
    }
  }

  for (const user of users.filter((one) => one !== 'root')) {
    // Deeper than anybody looks for repositories.
    it(`a secret in a closed directory of ${user} stays hidden when it is opened`, async () => {
      const closed = join(root, 'a/b/c/d/config');
      mkdirSync(closed, { recursive: true });
      writeFileSync(join(closed, '.env'), 'SECRET');
      giveTo(user, closed, join(closed, '.env'));
      chmodSync(closed, 0);
      const end = await run(user, 'cd a/b/c/d && chmod 700 config && cat config/.env 2>/dev/null; echo ran', {
        denyRead: [join(closed, '.env')],
      });
      expect([end.stdout, end.status]).toEqual(['ran\n', 0]);
    });

    it(`a secret below a closed directory of ${user}, where nothing can be held, is not given up`, async () => {
      const closed = join(root, 'a/b/c/d/config');
      mkdirSync(join(closed, 'sub'), { recursive: true });
      writeFileSync(join(closed, 'sub/.env'), 'SECRET');
      giveTo(user, closed, join(closed, 'sub'), join(closed, 'sub/.env'));
      chmodSync(closed, 0);
      const end = await run(user, 'chmod 700 a/b/c/d/config; cat a/b/c/d/config/sub/.env; touch ran', {
        denyRead: [join(closed, 'sub/.env')],
      });
      expect(refused(end)).toEqual({
        status: 125,
        said: `Cannot hide ${closed}/sub/.env: Permission denied`,
        ran: false,
      });
      chmodSync(closed, 0o700);
    });

    it(`a repository in a closed directory of ${user} does not vanish from the search`, async () => {
      for (const depth of ['shut', 'a/shut', 'a/b/shut']) {
        const shut = join(root, depth);
        mkdirSync(shut, { recursive: true });
        git(shut, 'init', '-q');
        giveTo(user, ...['a', 'a/b', depth].map((path) => join(root, path)).filter(existsSync));
        chmodSync(shut, 0);
        const end = await run(user, 'chmod 700 shut; touch ran', {});
        expect(refused(end), depth).toEqual({
          status: 125,
          said: `Cannot look for repositories in ${depth}: Permission denied`,
          ran: false,
        });
        chmodSync(shut, 0o700);
      }
    });
  }

  it.skipIf(!isRoot)('what another user closed is nothing to this one, and stays closed', async () => {
    const closed = join(root, 'theirs');
    mkdirSync(closed);
    writeFileSync(join(closed, 'secret'), 'SECRET');
    giveTo('nobody');
    chmodSync(closed, 0);
    const end = await run('nobody', 'chmod 700 theirs 2>/dev/null; cat theirs/secret 2>/dev/null; echo ran', {
      denyRead: [join(closed, 'secret')],
    });
    expect([end.status, end.stdout], JSON.stringify(end.frames)).toEqual([0, 'ran\n']);
  });

  it('a session that closes what it planted leaves nothing to run in it, and its host lives on', async () => {
    const hook = 'd/n/.git/hooks/pre-commit';
    const script = `mkdir d && git init -q d/n && mkdir -p d/n/.git/hooks && echo evil > ${hook} && chmod 755 ${hook} && chmod 600 d/n && chmod 0 d`;
    await using runtime = await createShellRuntime({
      workspace: root,
      rules: { system: join(root, 'none') },
    });
    const session = await runtime.sessions.open({
      command: ['sh', '-c', script],
      until: 'exit',
      yieldMs: 30_000,
    });
    expect(session.ok && session.value.kind === 'finished' && session.value.result).toMatchObject({
      outcome: { exitCode: 0 },
      held: [expect.objectContaining({ path: join(root, hook) })],
    });
    expect(statSync(join(root, 'd')).mode & 0o777).toBe(0);
    for (const path of ['d', 'd/n']) chmodSync(join(root, path), 0o755);
    expect(existsSync(join(root, hook))).toBe(false);
  });
});
