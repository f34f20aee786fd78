// A command starts in the directory that was asked about, or nowhere: not in one that took its name meanwhile.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShellRuntime, type ExecResult, type ShellRuntimeOptions } from '../src/index.ts';
import type { DirectoryIdentity } from '../src/unstable.ts';
import type { LauncherPolicy } from '../src/launcher/index.ts';
import { withDirectory } from './support/approval-rig.ts';
import {
  hasFullSandbox,
  launch,
  makeDirectory,
  removeDirectory,
  sh,
  supervise,
  workspaceWrite,
} from './support/launcher-rig.ts';
import { copyPackage } from './support/copy-package.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

interface Swap {
  readonly says: string;
  /** Puts something else where `asked` was; `victim` is a directory of the user's outside. */
  readonly swap: (asked: string, victim: string) => void;
}
const swaps: readonly Swap[] = [
  {
    says: 'a link to another place',
    swap: (asked, victim) => {
      renameSync(asked, `${asked}.gone`);
      symlinkSync(victim, asked);
    },
  },
  {
    says: 'another directory',
    swap: (asked) => {
      renameSync(asked, `${asked}.gone`);
      mkdirSync(asked);
      writeFileSync(join(asked, 'kept'), '');
    },
  },
  {
    says: 'a directory above it that is a link',
    swap: (asked, victim) => {
      mkdirSync(join(victim, 'sub'));
      writeFileSync(join(victim, 'sub', 'kept'), '');
      renameSync(join(asked, '..'), join(asked, '../../moved'));
      symlinkSync(victim, join(asked, '..'));
    },
  },
];

const ways: readonly {
  readonly says: string;
  readonly options: Partial<ShellRuntimeOptions>;
  readonly session?: 'pipes' | 'tty';
}[] = [
  { says: 'in the sandbox', options: {} },
  { says: 'without a sandbox', options: { sandbox: 'danger-full-access' } },
  {
    says: 'without a sandbox and without a launcher',
    options: { sandbox: 'danger-full-access', launcher: '/nonexistent/launcher' },
  },
  { says: 'as a session, in the sandbox', options: {}, session: 'pipes' },
  { says: 'as a session on a terminal', options: { sandbox: 'danger-full-access' }, session: 'tty' },
  {
    says: 'as a session without a launcher',
    options: { sandbox: 'danger-full-access', launcher: '/nonexistent/launcher' },
    session: 'pipes',
  },
];

const cases = ways.flatMap((way) => swaps.map((swap) => ({ way, ...swap })));

const available = await hasRuntimeSandbox('the working directory of sandboxed commands');
const isLinux = process.platform === 'linux';

describe.runIf(isLinux && available)('the directory a command was asked for', () => {
  it.each(cases)('is entered or nothing runs, $way.says, when it becomes $says', async ({ way, swap }) => {
    await withDirectory(async (root) => {
      const asked = join(root, 'workspace/top/sub');
      const victim = join(root, 'victim');
      for (const path of [asked, victim]) mkdirSync(path, { recursive: true });
      for (const path of [asked, victim]) writeFileSync(join(path, 'kept'), '');
      await using runtime = await createShellRuntime({
        workspace: join(root, 'workspace'),
        approvalPolicy: 'untrusted',
        rules: { system: join(root, 'none') },
        baseEnv: { PATH: '/usr/bin:/bin', HOME: root },
        reviewer: {
          review: async () => {
            swap(asked, victim);
            return await Promise.resolve({ kind: 'approved' });
          },
        },
        ...way.options,
      });
      const command = ['bash', '-c', 'rm -f kept; pwd'] as const;
      let result: ExecResult | undefined;
      if (way.session === undefined) result = await runtime.exec({ command, cwd: 'top/sub' });
      else {
        const opened = await runtime.sessions.open({
          command,
          cwd: 'top/sub',
          tty: way.session === 'tty',
          until: 'exit',
        });
        if (opened.ok && opened.value.kind === 'finished') result = opened.value.result;
      }
      expect(result).toMatchObject({
        kind: 'ran',
        outcome: { kind: 'spawn-failed', failure: { stage: 'chdir', errno: 'ESTALE' } },
      });
      expect(existsSync(join(victim, 'kept'))).toBe(true);
      expect(existsSync(join(asked, 'kept'))).toBe(true);
    });
  });

  it('is not one that appears after the question', async () => {
    await withDirectory(async (root) => {
      mkdirSync(join(root, 'workspace'));
      mkdirSync(join(root, 'victim'));
      await using runtime = await createShellRuntime({ workspace: join(root, 'workspace'), rules: {} });
      symlinkSync(join(root, 'later'), join(root, 'workspace/sub'));
      const missing = await runtime.exec({ command: ['true'], cwd: 'sub' });
      expect(missing).toMatchObject({ kind: 'not-run', refusal: { kind: 'bad-request' } });
    });
  });

  it('may be a place that is private in the sandbox, or one that cannot be listed', async () => {
    await withDirectory(async (root) => {
      const closed = join(root, 'workspace/closed');
      mkdirSync(join(root, 'workspace'));
      mkdirSync(closed, { mode: 0o311 });
      await using runtime = await createShellRuntime({
        workspace: join(root, 'workspace'),
        excludeSlashTmp: true,
        rules: {},
        baseEnv: { PATH: '/usr/bin:/bin' },
      });
      for (const cwd of ['/tmp', '/dev/shm', '/proc', '/usr', closed]) {
        const result = await runtime.exec({ command: ['true'], cwd });
        expect([cwd, result.kind === 'ran' && result.outcome]).toMatchObject([cwd, { exitCode: 0 }]);
      }
      chmodSync(closed, 0o700);
    });
  });
});

describe.runIf(isLinux && available)('`cordon sandbox`', () => {
  it('enters the directory its roots were made from, or nothing runs', async () => {
    await withDirectory(async (root) => {
      const bin = copyPackage(join(root, 'app/node_modules'));
      const launcher = join(root, 'app/node_modules/cordon/native/build/cordon-launcher');
      const sub = join(root, 'w/sub');
      mkdirSync(sub, { recursive: true });
      mkdirSync(join(root, 'home'));
      renameSync(launcher, `${launcher}-itself`);
      // Somebody else, between the moment the directory was looked at and the moment it is entered.
      const swap = `#!/bin/sh\nmv ${sub} ${sub}.gone; mkdir ${sub}; touch ${sub}/kept; exec ${launcher}-itself "$@"\n`;
      writeFileSync(launcher, swap, { mode: 0o755 });
      const end = await execa(process.execPath, [bin, 'sandbox', '--cwd', sub, '--', 'rm', '-f', 'kept'], {
        cwd: root,
        env: { PATH: '/usr/bin:/bin', HOME: join(root, 'home') },
        extendEnv: false,
        reject: false,
      });
      expect([end.exitCode, existsSync(join(sub, 'kept'))]).toEqual([125, true]);
      expect(end.stderr).toContain('another directory');
    });
  });
});

const users = process.getuid?.() === 0 ? [0, 65_534] : [process.getuid?.() ?? 0];
describe.skipIf(!(isLinux && (await hasFullSandbox())))('the launcher', () => {
  let root: string;
  beforeEach(() => (root = makeDirectory()));
  afterEach(() => removeDirectory(root));

  const modes: readonly { says: string; policy: (identity: DirectoryIdentity) => LauncherPolicy }[] = [
    {
      says: 'without a sandbox',
      policy: (cwdIdentity) => ({ ...supervise(sh('pwd'), { cwd: join(root, 'sub') }), cwdIdentity }),
    },
    {
      says: 'in the sandbox',
      policy: (cwdIdentity) => ({
        ...workspaceWrite(root, sh('pwd'), { cwd: join(root, 'sub') }),
        cwdIdentity,
      }),
    },
  ];
  for (const uid of users) {
    it.each(modes)(
      `enters the directory it was told of and no other, as uid ${uid}, $says`,
      async ({ policy }) => {
        for (const name of ['sub', 'other']) mkdirSync(join(root, name));
        for (const path of [root, join(root, 'sub'), join(root, 'other')]) chownSync(path, uid, uid);
        const identityOf = (name: string): DirectoryIdentity => {
          const { dev, ino } = statSync(join(root, name), { bigint: true });
          return { device: dev, inode: ino };
        };
        const wish = uid === process.getuid?.() ? {} : { uid };
        expect((await launch(policy(identityOf('sub')), wish).end).stdout).toBe(`${join(root, 'sub')}\n`);
        const other = await launch(policy(identityOf('other')), wish).end;
        expect([other.stdout, other.frames.at(-1)]).toMatchObject([
          '',
          { kind: 'failed', failure: { stage: 'chdir', errno: 'ESTALE' } },
        ]);
      },
    );
  }
});
