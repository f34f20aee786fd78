// Every system call of a launch server fails once, from its start to the first command of a runtime: the command then runs with
// everything that was reported, or it does not run and a sentence says so. Nothing hangs, and no process is left.
//
// A call of every other place, and one errno each; `CORDON_FAULTS=all` takes all places and three errnos.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AbsolutePath } from '../src/domain/index.ts';
import { encodeStart, launcherAlone, LaunchedRun, LaunchServer } from '../src/launcher/index.ts';
import { chosenCall, chosenFor, readFaultPlaces } from './support/fault-places.ts';
import {
  compileFixture,
  hasFullSandbox,
  launcher,
  makeDirectory,
  processesWith,
  removeDirectory,
  workspaceWrite,
} from './support/launcher-rig.ts';

const { EPERM, EINVAL, ENOMEM, EMFILE, EAGAIN, EIO } = constants.errno;
const errors = [EPERM, EMFILE, ENOMEM, EINVAL, EAGAIN, EIO] as const;
const whole = process.env['CORDON_FAULTS'] === 'all';

const tools = makeDirectory();
const failOnce = process.arch === 'x64' ? compileFixture('fail-once', tools) : undefined;
const whatIsHeld = compileFixture('what-is-held', tools);

describe.skipIf(!(await hasFullSandbox()) || failOnce === undefined || whatIsHeld === undefined)(
  'a launch server in which one system call fails',
  () => {
    let base: string;
    let root: string;
    beforeAll(() => {
      base = makeDirectory();
      root = join(base, 'w');
      mkdirSync(root);
      writeFileSync(join(base, 'outside'), 'outside');
      for (const name of ['secret', 'other-name', 'held']) writeFileSync(join(root, name), name);
    });
    afterAll(() => {
      removeDirectory(base);
      removeDirectory(tools);
    });

    /** A launcher that counts its calls, or fails one of them. */
    function faulty(words: readonly string[]): AbsolutePath {
      const path = join(tools, 'launcher');
      const command = [failOnce ?? '', ...words, launcher].join(' ');
      writeFileSync(path, `#!/bin/sh\nexec ${command} "$@" 2>/dev/null\n`);
      chmodSync(path, 0o755);
      return path as AbsolutePath;
    }

    interface Outcome {
      readonly said: string;
      /** Undefined when nobody reported that it runs. */
      readonly missing: readonly string[] | undefined;
      readonly end: string;
    }

    /** `limitMs`: how long a server or a launcher that says nothing is waited for. */
    async function run(words: readonly string[], limitMs: number): Promise<Outcome> {
      const source = new LaunchServer({ ready: 0, limitMs });
      try {
        const seat = await source.seat(faulty(words), { kind: 'pipes', input: 'null' });
        if (!seat.ok) return { said: '', missing: undefined, end: seat.error.message };
        const paths = ['secret', 'other-name', 'held'].map((name) => join(root, name));
        const [secret = '', other = '', held = ''] = paths;
        const policy = workspaceWrite(
          root,
          [whatIsHeld ?? '', join(base, 'outside'), secret, other, held, String(process.pid), root],
          { denyRead: [secret, other], protect: [held] },
        );
        const stdout = text(seat.value.stdout ?? Readable.from([]));
        const running = new LaunchedRun(seat.value, encodeStart(policy), {
          trees: launcherAlone(seat.value),
          killGraceMs: 1000,
          startLimitMs: limitMs,
          goneLimitMs: limitMs,
        });
        const [started, end, said] = [await running.running, await running.ended, await stdout];
        await running.gone;
        const missing = started?.enforcement.missing.map(({ restriction }): string => restriction);
        return { said, missing, end: end.kind === 'spawn-failed' ? end.failure.message : end.kind };
      } finally {
        await source.close();
      }
    }

    function faultOf({ said, missing, end }: Outcome): string | undefined {
      const open = said.split('\n').filter((line) => line !== '' && line !== 'ran');
      const unsaid = open.filter((line) => missing?.includes(line.slice(0, line.indexOf(' '))) !== true);
      if (unsaid.length > 0) return `open and not reported: ${unsaid.join(', ')}`;
      if (said === '' && !end.includes(' ')) return `did not run, and was told as ${end}`;
      return undefined;
    }

    it(
      'holds what it reported, or runs nothing and says why',
      async () => {
        const list = join(base, 'list');
        expect(await run([list], 120_000)).toEqual({ said: 'ran\n', missing: [], end: 'exited' });
        const failures: string[] = [];
        let refused = 0;
        for (const place of readFaultPlaces(list)) {
          if (!whole && place.hash % 2n === 1n) continue;
          for (const [turn, error] of (whole ? errors.slice(0, 3) : [chosenFor(place, errors)]).entries()) {
            const nth = String(chosenCall(place, turn));
            // One that is not there any more says nothing however long it is waited for.
            const outcome = await run([nth, String(error)], 20_000);
            if (outcome.said === '') refused += 1;
            const fault = faultOf(outcome);
            if (fault !== undefined)
              failures.push(`${nth}: call ${String(place.call)}, ${String(error)}: ${fault}`);
          }
        }
        expect(failures.join('\n')).toBe('');
        expect(refused).toBeGreaterThan(20);
        await vi.waitFor(() => expect(processesWith(tools)).toEqual([]), { timeout: 60_000 });
      },
      whole ? 36_000_000 : 900_000,
    );
  },
);
