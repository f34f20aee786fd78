// Every system call of the launcher's set-up fails once, in every place where it is made: the command then runs with everything
// that was reported, or it does not run. Nothing hangs, and a failure is said in a sentence.
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compileFixture,
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  removeDirectory,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isRoot = process.getuid?.() === 0;
const users = isRoot ? (['root', 'nobody'] as const) : (['this user'] as const);
const {
  EPERM,
  EACCES,
  ENOENT,
  EINVAL,
  ENOMEM,
  EMFILE,
  EAGAIN,
  EBUSY,
  EIO,
  ELOOP,
  ENOSYS,
  ENOSPC,
  EPIPE,
  EINTR,
} = constants.errno;

/** What a call may plausibly answer, by its number on x86-64; the rest gets the last row. */
const plausible: readonly { readonly calls: readonly number[]; readonly errors: readonly number[] }[] = [
  { calls: [2, 257, 437, 217, 89, 267], errors: [EACCES, ENOENT, EMFILE, ELOOP, ENOMEM] }, // open, getdents, readlink
  { calls: [165, 166, 428, 429, 430, 431, 432, 442], errors: [EPERM, EINVAL, ENOMEM, EBUSY, ENOSYS] }, // mounts
  { calls: [56, 57, 58, 272, 435], errors: [EPERM, EAGAIN, ENOMEM, ENOSPC, EINVAL] }, // clone, unshare
  { calls: [317, 444, 445, 446], errors: [EINVAL, ENOSYS, EPERM, ENOMEM, EBUSY] }, // seccomp, Landlock
  { calls: [45, 46, 47, 44, 0, 1, 20], errors: [EIO, EPIPE, EAGAIN, EINTR] }, // messages
];
const otherwise = [EPERM, EINVAL, ENOMEM] as const;

/** What cannot fail (getpid, geteuid, and close, which lets go whatever it answers), starting and ending a process, memory of libc: no steps of the set-up. */
const leftOut: ReadonlySet<number> = new Set([
  3, 9, 11, 12, 10, 158, 218, 231, 60, 273, 334, 15, 59, 39, 102, 104, 107, 108, 110, 186,
]);

const tools = makeDirectory();
const failOnce = process.arch === 'x64' ? compileFixture('fail-once', tools) : undefined;
const whatIsHeld = compileFixture('what-is-held', tools);
if (failOnce !== undefined) chmodSync(tools, 0o755);

describe.skipIf(!(await hasFullSandbox()) || failOnce === undefined || whatIsHeld === undefined)(
  'a set-up in which one system call fails',
  () => {
    let base: string;
    let root: string;
    const outside = (): string => join(base, 'outside');
    beforeAll(() => {
      base = makeDirectory();
      root = join(base, 'w');
      mkdirSync(root);
      writeFileSync(outside(), 'outside');
      for (const name of ['secret', 'held']) writeFileSync(join(root, name), name);
      chmodSync(base, 0o755);
    });
    afterAll(() => {
      removeDirectory(base);
      removeDirectory(tools);
    });

    async function run(
      user: (typeof users)[number],
      require: 'full' | 'best-effort',
      words: readonly string[],
    ): Promise<LaunchEnd | 'hangs'> {
      const policy = workspaceWrite(
        root,
        [whatIsHeld ?? '', outside(), join(root, 'secret'), join(root, 'held'), String(process.pid)],
        { require, denyRead: [join(root, 'secret')], protect: [join(root, 'held')] },
      );
      const running = launch(policy, {
        wrapper: [failOnce ?? '', ...words],
        ...(user === 'nobody' ? { uid: 65534 } : {}),
      });
      const limit = new Promise<'hangs'>((resolve) => setTimeout(resolve, 20_000, 'hangs').unref());
      const end = await Promise.race([running.end, limit]);
      if (end === 'hangs') running.child.kill('SIGKILL');
      return end;
    }

    /** What was open although nothing said so; undefined when nothing was. */
    function broken(end: LaunchEnd | 'hangs'): string | undefined {
      if (end === 'hangs') return 'hangs';
      const open = end.stdout.split('\n').filter((line) => line !== '');
      const started = end.frames.find((frame) => frame.kind === 'started');
      // Without a report, whose loss ends the run, nothing may be open.
      const missing: readonly string[] =
        started?.kind === 'started' ? started.enforcement.missing.map(({ restriction }) => restriction) : [];
      const unsaid = open.filter((part) => part !== 'ran' && !missing.includes(part));
      return unsaid.length === 0 ? undefined : `open and not reported: ${unsaid.join(' ')}`;
    }

    for (const user of users)
      for (const require of ['full', 'best-effort'] as const)
        it(`holds what it reported, for ${user}, ${require}`, async () => {
          if (user === 'nobody')
            for (const path of [base, root, outside(), join(root, 'secret'), join(root, 'held')])
              chownSync(path, 65534, 65534);
          const list = join(base, 'list');
          writeFileSync(list, '');
          chmodSync(list, 0o666);
          const whole = await run(user, require, [list]);
          expect(whole === 'hangs' ? whole : whole.stdout).toBe('ran\n');
          const calls = readFileSync(list, 'utf8').trimEnd().split('\n').map(Number);
          const failures: string[] = [];
          let refused = 0;
          for (const [nth, call] of calls.entries()) {
            if (leftOut.has(call)) continue;
            const errors = plausible.find((row) => row.calls.includes(call))?.errors ?? otherwise;
            const error = errors[nth % errors.length] ?? EPERM;
            const end = await run(user, require, [String(nth), String(error)]);
            if (end !== 'hangs' && end.stdout === '') refused++;
            const fault = broken(end);
            if (fault !== undefined)
              failures.push(
                `${String(nth)}: ${end === 'hangs' ? String(call) : end.stderr.trim()}, ${String(error)}: ${fault}`,
              );
          }
          expect(failures.join('\n')).toBe('');
          expect(refused).toBeGreaterThan(20);
        }, 900_000);
  },
);
