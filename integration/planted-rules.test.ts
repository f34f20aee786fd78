// What decides about the next command lies where this one cannot write: the rules, the configuration and what a person
// trusts, where they are, where they would be, and every link on the way.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ApprovalRequest, type Argv, createShellRuntime } from '../src/index.ts';
import { buildProfile, readInHome } from '../src/sandbox/index.ts';
import { withDirectory } from './support/approval-rig.ts';
import { launch, sh, workspaceWrite } from './support/launcher-rig.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const available = await hasRuntimeSandbox('what decides about the next command');
const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const forbidding = 'prefix_rule(pattern=["touch"], decision="forbidden")\n';

/** `ws/way/link` leads to `real`, where `home/rules` forbids. */
function linkedHome(root: string): { readonly workspace: string; readonly home: string } {
  const workspace = join(root, 'ws');
  mkdirSync(join(root, 'real/home/rules'), { recursive: true });
  mkdirSync(join(workspace, 'way'), { recursive: true });
  mkdirSync(join(workspace, 'evil/home/rules'), { recursive: true });
  writeFileSync(join(root, 'real/home/rules/a.rules'), forbidding);
  symlinkSync('../../real', join(workspace, 'way/link'));
  return { workspace, home: join(workspace, 'way/link/home') };
}

const attack = [
  'ln -sfn ../evil way/link',
  'unlink way/link',
  'mv way gone',
  'mv way/link way/other',
  'mkdir -p sub/.cordon/rules',
  'ln -s ../evil/home sub/.cordon',
  'mv evil/home sub/.cordon',
  'true',
].join('; ');

describe.runIf(process.platform === 'linux' && available)('what decides about the next command', () => {
  it('is not led elsewhere by a link on the way to the rules', async () => {
    await withDirectory(async (root) => {
      const { workspace, home } = linkedHome(root);
      const options = { workspace, rules: { home, system: join(root, 'none') } };
      await using first = await createShellRuntime(options);
      expect(await first.exec({ command: ['bash', '-c', attack] })).toMatchObject({ kind: 'ran' });
      expect(readlinkSync(join(workspace, 'way/link'))).toBe('../../real');
      await using second = await createShellRuntime(options);
      expect(await second.exec({ command: ['touch', 'x'] })).toMatchObject({
        kind: 'not-run',
        refusal: { kind: 'forbidden-by-policy' },
      });
    });
  });

  it('is not written through the links of a home that keeps it in the workspace', async () => {
    await withDirectory(async (root) => {
      const [workspace, home] = [join(root, 'ws'), join(root, '.cordon')];
      mkdirSync(join(workspace, 'dot'), { recursive: true });
      mkdirSync(home);
      for (const name of readInHome) {
        const path = join(workspace, 'dot', name);
        if (/[.]/u.test(name)) writeFileSync(path, '');
        else mkdirSync(path, { mode: 0o700 });
        symlinkSync(path, join(home, name));
      }
      const list = (): string =>
        spawnSync('find', ['.', '-printf', '%P %y %s %i\n'], {
          cwd: join(workspace, 'dot'),
          encoding: 'utf8',
        }).stdout;
      const before = list();
      const rewrite =
        'for n in dot/*; do echo x >> $n; echo x > $n/x; rm $n; mv $n $n.away; done; mv dot away; ln -snT evil dot; true';
      const command: Argv = ['bash', '-c', rewrite];
      await using runtime = await createShellRuntime({
        workspace,
        rules: { home, system: join(root, 'none') },
      });
      for (const tty of [false, true]) {
        const session = await runtime.sessions.open({ command, tty, until: 'exit', yieldMs: 30_000 });
        expect([session.ok && session.value.kind, list()]).toEqual(['finished', before]);
      }
      expect([(await runtime.exec({ command })).kind, list()]).toEqual(['ran', before]);
      const env = { PATH: '/usr/bin:/bin', HOME: root };
      const options = { cwd: workspace, env, encoding: 'utf8' } as const;
      const run = spawnSync(process.execPath, [bin, 'sandbox', '--', ...command], options);
      expect([run.status, list()], run.stderr).toEqual([0, before]);
    });
  });

  it('is not the log of decisions either: where a command could rewrite it none runs, and nothing is written to it', async () => {
    await withDirectory(async (root): Promise<void> => {
      mkdirSync(join(root, 'ws'));
      mkdirSync(join(root, '.cordon'));
      const log = join(root, 'ws/log');
      writeFileSync(join(root, '.cordon/config.toml'), `audit_log = ${JSON.stringify(log)}\n`);
      for (const verb of ['sandbox', 'run']) {
        const run = spawnSync(process.execPath, [bin, verb, '--', 'bash', '-c', 'echo x > log'], {
          cwd: join(root, 'ws'),
          env: { PATH: '/usr/bin:/bin', HOME: root },
          encoding: 'utf8',
        });
        expect([verb, run.status, existsSync(log)]).toEqual([verb, 125, false]);
        expect(run.stderr).toContain(`Cannot keep the log of decisions from commands: ${log} lies where`);
      }
      await Promise.resolve();
    });
  });

  it('is not brought into a trusted project below the workspace that has no rules yet', async () => {
    await withDirectory(async (root): Promise<void> => {
      const { workspace } = linkedHome(root);
      const home = join(root, 'home');
      mkdirSync(home);
      mkdirSync(join(workspace, 'sub'));
      writeFileSync(
        join(home, 'config.toml'),
        `[projects.${JSON.stringify(join(workspace, 'sub'))}]\ntrust_level = "trusted"\n`,
      );
      const run = spawnSync(process.execPath, [bin, 'run', '--', 'bash', '-c', attack], {
        cwd: workspace,
        env: { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: home },
        encoding: 'utf8',
      });
      expect([run.status, existsSync(join(workspace, 'sub/.cordon'))]).toEqual([0, false]);
      await Promise.resolve();
    });
  });

  const users = process.getuid?.() === 0 ? [0, 65_534] : [process.getuid?.() ?? 0];
  it.each(users)(
    'is held for uid %i: links, missing places, start-up files of a home that holds the workspace',
    async (uid) => {
      await withDirectory(async (root) => {
        const { workspace, home } = linkedHome(root);
        chmodSync(root, 0o755);
        mkdirSync(join(workspace, 'sub'));
        // The workspace is `~/.config`, so to speak: what a shell or git of this user reads there is run outside.
        mkdirSync(join(root, 'home'));
        symlinkSync(workspace, join(root, 'home/.config'));
        const profile = buildProfile({
          mode: 'workspace-write',
          workspace,
          protect: [home, join(workspace, 'sub/.cordon')],
          slashTmp: false,
          home: join(root, 'home'),
        });
        if (!profile.ok || profile.value.kind !== 'workspace-write') throw new Error('no profile');
        if (uid !== process.getuid?.()) {
          for (const name of ['', 'way', 'evil', 'evil/home', 'evil/home/rules', 'sub'])
            chownSync(join(workspace, name), uid, uid);
          lchownSync(join(workspace, 'way/link'), uid, uid);
        }
        const policy = workspaceWrite(
          workspace,
          sh(`${attack}; mkdir git fish; echo x > fish/config.fish; true`),
          {
            protect: profile.value.protect,
          },
        );
        const end = await launch(policy, uid === process.getuid?.() ? {} : { uid }).end;
        expect(end.status).toBe(0);
        expect(readlinkSync(join(workspace, 'way/link'))).toBe('../../real');
        expect(
          ['sub/.cordon', 'git', 'fish/config.fish'].filter((name) => existsSync(join(workspace, name))),
        ).toEqual([]);
      });
    },
  );

  it('is not what a hook or a reviewer writes into the question', async () => {
    await withDirectory(async (root) => {
      const write = (request: ApprovalRequest): void => {
        const live = request as unknown as { argv: string[]; parsed: { commands?: string[][] } };
        for (const change of [() => (live.argv[1] = 'changed'), () => (live.parsed.commands = [['id']])]) {
          try {
            change();
          } catch {
            // It is frozen; a program that is not in strict mode would not even hear of it.
          }
        }
      };
      await using runtime = await createShellRuntime({
        workspace: root,
        approvalPolicy: 'untrusted',
        rules: {},
        hooks: [
          {
            name: 'writes',
            onRequest: async (request) => {
              write(request);
              await Promise.resolve();
              return undefined;
            },
          },
        ],
        reviewer: {
          review: async (request) => {
            write(request);
            return await Promise.resolve({ kind: 'approved' });
          },
        },
      });
      runtime.onEvent((event) => {
        if (event.type === 'approval.requested') write(event.request);
      });
      expect(await runtime.exec({ command: ['tee', 'asked'] })).toMatchObject({ outcome: { exitCode: 0 } });
      expect([existsSync(join(root, 'asked')), existsSync(join(root, 'changed'))]).toEqual([true, false]);
    });
  });

  const patterns = 'patterns are not read here; name the directory, or each file';
  const hidden = /Permission denied|No such file|blocked-by-sandbox/u;
  const ways = [
    { says: 'in full', path: (root: string) => join(root, 'secret'), want: hidden },
    { says: 'with `~`', path: () => '~/secret', want: hidden },
    { says: 'as a pattern', path: (root: string) => join(root, 's*'), want: patterns },
    { says: 'as a relative pattern', path: () => '*.txt', want: patterns },
    { says: 'with braces', path: (root: string) => join(root, '{secret,other}'), want: patterns },
    {
      says: 'as the home of another',
      path: () => '~root/secret',
      want: /Cannot use ~root|expected an absolute path/u,
    },
    {
      says: 'with a variable',
      path: () => '$HOME/secret',
      want: /variables are not read|expected an absolute path/u,
    },
  ];
  it.each(ways)(
    'is hidden, or nothing runs and says why, when a path is written $says',
    async ({ path, want }) => {
      await withDirectory(async (root) => {
        mkdirSync(join(root, 'ws'));
        mkdirSync(join(root, '.cordon'));
        writeFileSync(join(root, 'secret'), 'the secret');
        const env = { PATH: '/usr/bin:/bin', HOME: root };
        const run = (...words: string[]): string => {
          const end = spawnSync(process.execPath, [bin, ...words, '--', 'cat', '../secret'], {
            cwd: join(root, 'ws'),
            env,
            encoding: 'utf8',
          });
          return `${String(end.status !== 0)} ${end.stdout}${end.stderr}`;
        };
        const library = async (): Promise<string> => {
          const options = { workspace: join(root, 'ws'), denyRead: [path(root)], baseEnv: env, rules: {} };
          await using runtime = await createShellRuntime(options);
          const result = await runtime.exec({ command: ['cat', '../secret'] });
          const isOut =
            result.kind === 'ran' && result.outcome.kind === 'exited' && result.outcome.exitCode === 0;
          return `${String(!isOut)} ${result.kind}`;
        };
        writeFileSync(join(root, '.cordon/config.toml'), `deny_read = [${JSON.stringify(path(root))}]\n`);
        const config = run('run', '--ask-for-approval', 'never');
        rmSync(join(root, '.cordon/config.toml'));
        const said = {
          config,
          option: run('sandbox', `--deny-read=${path(root)}`),
          library: await library().catch((error: unknown) => `true ${String(error)}`),
        };
        const refusal = expect.stringMatching(want) as string;
        expect(said).toEqual({ config: refusal, option: refusal, library: refusal });
        expect(
          Object.values(said).filter((text) => text.includes('the secret') || !text.startsWith('true')),
        ).toEqual([]);
        expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('the secret');
      });
    },
  );

  it('refuses a writable root that is itself a start-up place', async () => {
    await withDirectory(async (root) => {
      mkdirSync(join(root, '.ssh'));
      await expect(
        createShellRuntime({ workspace: join(root, '.ssh'), baseEnv: { HOME: root }, rules: {} }),
      ).rejects.toThrow('what is written there is run by the next shell or program of this user');
    });
  });
});
