// Every system call of the launcher's set-up fails once, in every place where it is made: the command then runs with everything
// that was reported, or it does not run. Nothing hangs, what was told as failed did not run, and nothing but the command's
// layer was written to.
//
// The places are shared out among the cases below, and the errnos among the places; `CORDON_FAULTS=all` makes a call of each
// place fail with each errno in each case.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  compileFixture,
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  removeDirectory,
  workspaceWrite,
} from './support/launcher-rig.ts';
import { addLayers, encodeStart, startFrame } from '../src/launcher/launcher-frames.ts';
import { snapshot } from './support/airlock-rig.ts';
import { chosenCall, chosenFor, readFaultPlaces } from './support/fault-places.ts';
import { fillHeldRoot } from './support/held-root.ts';

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
  ENOTDIR,
} = constants.errno;

/** What a call may plausibly answer, by its number on x86-64; the rest gets the last row. */
const plausible: readonly {
  readonly calls: readonly number[];
  readonly errors: readonly [number, ...number[]];
}[] = [
  {
    calls: [2, 257, 437, 217, 89, 267, 262, 4, 5, 6],
    errors: [EACCES, ENOENT, EMFILE, ELOOP, ENOMEM, EIO, ENOTDIR],
  }, // open, stat, getdents, readlink
  { calls: [165, 166, 428, 429, 430, 431, 432, 442], errors: [EPERM, EINVAL, ENOMEM, EBUSY, ENOSYS] }, // mounts
  { calls: [56, 57, 58, 272, 435], errors: [EPERM, EAGAIN, ENOMEM, ENOSPC, EINVAL] }, // clone, unshare
  { calls: [317, 444, 445, 446], errors: [EINVAL, ENOSYS, EPERM, ENOMEM, EBUSY] }, // seccomp, Landlock
  { calls: [45, 46, 47, 44, 0, 1, 20], errors: [EIO, EPIPE, EAGAIN, EINTR] }, // messages
];
const otherwise: readonly [number, ...number[]] = [EPERM, EINVAL, ENOMEM];

const tools = makeDirectory();
const failOnce = process.arch === 'x64' ? compileFixture('fail-once', tools) : undefined;
const whatIsHeld = compileFixture('what-is-held', tools);
if (failOnce !== undefined) chmodSync(tools, 0o755);

/** A repository that changed this moment would be waited for. */
const settledMs = 1_600;

interface Case {
  readonly user: (typeof users)[number];
  readonly require: 'full' | 'best-effort';
  /** `layer`: what the command writes below the root is judged afterwards, and no name in it is held. */
  readonly over: 'root' | 'layer';
  /** Its part of the places, as a number and how many parts there are. */
  readonly part: readonly [number, number];
}

const whole = process.env['CORDON_FAULTS'] === 'all';
const limitMs = whole ? 36_000_000 : 900_000;
const direct = users.flatMap((user) => [
  { user, require: 'full', over: 'root' } as const,
  { user, require: 'best-effort', over: 'root' } as const,
]);
const layered = users.map((user) => ({ user, require: 'full', over: 'layer' }) as const);
const cases: readonly Case[] = [direct, layered].flatMap((group) =>
  group.map((each, index) => ({
    ...each,
    part: [whole ? 0 : index, whole ? 1 : group.length] as const,
  })),
);

/** What a launcher that ended early made is removed by who outlived it, and that may take a moment. */
async function becomes(isSo: () => boolean): Promise<boolean> {
  return await vi
    .waitFor(() => expect(isSo()).toBe(true), { timeout: 20_000, interval: 50 })
    .then(
      () => true,
      () => false,
    );
}

describe.skipIf(!(await hasFullSandbox()) || failOnce === undefined || whatIsHeld === undefined)(
  'a set-up in which one system call fails',
  () => {
    let base: string;
    let root: string;
    let sets = 0;
    const seen = new Set<string>();
    const outside = (): string => join(base, 'outside');
    const rootNow = (): string => snapshot(root, '%P %y %m %s %l');

    async function makeRoot(user: Case['user']): Promise<void> {
      removeDirectory(root);
      mkdirSync(root);
      fillHeldRoot(root);
      if (user === 'nobody') execFileSync('chown', ['-R', '65534:65534', base]);
      const { ctimeMs } = statSync(root);
      await vi.waitFor(() => expect(Date.now() - ctimeMs).toBeGreaterThan(settledMs), { timeout: 60_000 });
    }

    beforeAll(() => {
      base = makeDirectory();
      root = join(base, 'w');
      writeFileSync(outside(), 'outside');
      chmodSync(base, 0o755);
    });
    afterAll(() => {
      execFileSync('/bin/sh', ['-c', 'chmod -R u+rwx "$1" 2>/dev/null; rm -rf "$1"', 'sh', base]);
      removeDirectory(tools);
    });

    function layerOf(user: Case['user']): { root: string; upper: string; work: string } {
      const set = join(base, 'airlock', String((sets += 1)));
      const layer = { root, upper: join(set, '0/upper'), work: join(set, '0/work') };
      for (const path of [layer.upper, layer.work]) mkdirSync(path, { recursive: true });
      if (user === 'nobody') execFileSync('chown', ['-R', '65534:65534', set]);
      return layer;
    }

    async function run(
      { user, require, over }: Case,
      words: readonly string[],
    ): Promise<LaunchEnd | 'hangs'> {
      const secret = join(root, 'secret');
      const held = join(root, 'held');
      const policy = workspaceWrite(
        root,
        [whatIsHeld ?? '', outside(), secret, join(root, 'other-name'), held, String(process.pid), root],
        { require, denyRead: [secret], protect: [held] },
      );
      const start = encodeStart(policy);
      const running = launch(policy, {
        wrapper: [failOnce ?? '', ...words],
        raw: startFrame(over === 'layer' ? addLayers(start, [layerOf(user)]) : start),
        ...(user === 'nobody' ? { uid: 65534 } : {}),
      });
      // What waits for what never comes waits for ever; a busy machine is done long before.
      const limit = new Promise<'hangs'>((resolve) => setTimeout(resolve, 120_000, 'hangs').unref());
      const end = await Promise.race([running.end, limit]);
      if (end === 'hangs') running.child.kill('SIGKILL');
      return end;
    }

    /** What was open although nothing said so; undefined when nothing was. */
    function broken(end: LaunchEnd | 'hangs', over: Case['over']): string | undefined {
      if (end === 'hangs') return 'hangs';
      const open = end.stdout.split('\n').filter((line) => line !== '' && line !== 'ran');
      if (end.stdout !== '' && end.frames.some(({ kind }) => kind === 'failed'))
        return 'ran, and was told as failed';
      const started = end.frames.find((frame) => frame.kind === 'started');
      // Without a report, whose loss ends the run, nothing may be open.
      const missing: readonly string[] =
        started?.kind === 'started' ? started.enforcement.missing.map(({ restriction }) => restriction) : [];
      const allowed = over === 'layer' ? [...missing, 'protected-paths'] : missing;
      const unsaid = open.filter((line) => !allowed.includes(line.slice(0, line.indexOf(' '))));
      return unsaid.length === 0 ? undefined : `open and not reported: ${unsaid.join(', ')}`;
    }

    for (const each of cases)
      it(
        `holds what it reported, for ${each.user}, ${each.require}, over a ${each.over}`,
        async () => {
          await makeRoot(each.user);
          const before = rootNow();
          const list = join(base, 'list');
          writeFileSync(list, '');
          chmodSync(list, 0o666);
          const unharmed = await run(each, [list]);
          expect([unharmed === 'hangs' ? [unharmed] : unharmed.frames, broken(unharmed, each.over)]).toEqual([
            expect.arrayContaining([expect.objectContaining({ kind: 'started' })]),
            undefined,
          ]);
          const [part, parts] = each.part;
          const failures: string[] = [];
          let refused = 0;
          for (const place of readFaultPlaces(list)) {
            if (place.hash % BigInt(parts) !== BigInt(part)) continue;
            // What a layer shares with a root is looked at once.
            const name = `${String(place.call)} ${String(place.hash)}`;
            if (!whole && each.over === 'layer' && seen.has(name) && place.hash % 8n > 1n) continue;
            seen.add(name);
            const possible = plausible.find((row) => row.calls.includes(place.call))?.errors ?? otherwise;
            for (const [turn, error] of (whole ? possible : [chosenFor(place, possible)]).entries()) {
              const nth = String(chosenCall(place, turn));
              const end = await run(each, [nth, String(error)]);
              if (end !== 'hangs' && end.stdout === '') refused++;
              const changed = (await becomes(() => rootNow() === before)) ? [] : ['the root was written to'];
              if (changed.length > 0) await makeRoot(each.user);
              const where = end === 'hangs' ? `call ${String(place.call)}` : end.stderr.trim();
              for (const fault of [broken(end, each.over), ...changed])
                if (fault !== undefined) failures.push(`${nth}: ${where}, ${String(error)}: ${fault}`);
            }
          }
          expect(failures.join('\n')).toBe('');
          // Most failures of a set-up refuse the run: a handful would mean that none of them happened.
          expect(refused).toBeGreaterThan(10);
        },
        limitMs,
      );
  },
);
