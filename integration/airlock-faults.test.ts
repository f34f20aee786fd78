// Every system call of the program that reads and commits layers fails once: what was held back is never in the workspace, each
// path there is whole, and whatever is not in it is somewhere: told, put aside, or in a layer that the next start takes up.
//
// The errnos are shared out among the places that calls are made from; `CORDON_FAULTS=all` makes a call of each place fail with
// each of them.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeLayerSet, recoverSets, settleSet } from '../src/airlock/index.ts';
import type { SettleTools } from '../src/airlock/layer/index.ts';
import type { AbsolutePath, ChangeVerdict, SettledChanges } from '../src/domain/index.ts';
import { addLayers, encodeStart, startFrame } from '../src/launcher/launcher-frames.ts';
import {
  type Ground,
  hold,
  keep,
  makeGround,
  nextId,
  recoverTools,
  removeGround,
  settleTools,
} from './support/airlock-rig.ts';
import { chosenCall, chosenFor, readFaultPlaces } from './support/fault-places.ts';
import {
  compileFixture,
  hasFullSandbox,
  Launched,
  launcher,
  makeDirectory,
  removeDirectory,
  sh,
  workspaceWrite,
} from './support/launcher-rig.ts';

const { EPERM, EACCES, ENOENT, EINVAL, ENOMEM, EIO, ENOSPC, EEXIST, ENOTEMPTY, EBUSY, EXDEV } =
  constants.errno;
const errors = [EIO, EPERM, ENOENT, ENOMEM, EACCES, ENOSPC, EEXIST, EINVAL, ENOTEMPTY, EBUSY, EXDEV] as const;
const whole = process.env['CORDON_FAULTS'] === 'all';

const tools = makeDirectory();
const failOnce = process.arch === 'x64' ? compileFixture('fail-once', tools) : undefined;

/** Each path with what it holds: the one state before the command, and the one after it. */
const before = { kept: 'old', gone: 'gone', 'd/moved': 'moved', 'd/same': 'same', dangerous: 'mine' };
const after = { kept: 'new', made: 'made', 'e/moved': 'moved', 'e/same': 'same', 'e/new': 'new' };
const script =
  'echo -n new > kept; rm gone; mv d e; echo -n new > e/new; echo -n made > made; echo -n evil > dangerous';

function contentOf({ root }: Ground): ReadonlyMap<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(root.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

describe.skipIf(!(await hasFullSandbox()) || failOnce === undefined)(
  'a commit in which one system call fails',
  () => {
    afterAll(() => {
      removeDirectory(tools);
    });

    /** A launcher that counts its calls, or fails one of them. */
    function faulty(words: readonly string[]): AbsolutePath {
      const path = join(tools, 'launcher');
      writeFileSync(
        path,
        `#!/bin/sh\nexec ${[failOnce ?? '', ...words, launcher].join(' ')} "$@" 2>>${join(tools, 'calls')}\n`,
      );
      chmodSync(path, 0o755);
      return path as AbsolutePath;
    }

    interface Outcome {
      readonly place: Ground;
      readonly settled: SettledChanges;
      readonly aside: readonly string[];
    }

    async function commit(words: readonly string[]): Promise<Outcome> {
      const place = makeGround();
      for (const [path, text] of Object.entries(before)) {
        mkdirSync(join(place.root, path, '..'), { recursive: true });
        writeFileSync(join(place.root, path), text);
      }
      // Of a host that is no more, for whoever looks afterwards.
      const set = makeLayerSet({
        id: nextId(),
        airlock: place.airlock,
        roots: [place.root],
        owner: { pid: 1, began: 'never' },
      });
      const policy = workspaceWrite(place.root, sh(script));
      const ran = await new Launched(startFrame(addLayers(encodeStart(policy), set.layers)), {}).end;
      expect(ran.status, JSON.stringify(ran.frames)).toBe(0);
      const aside: string[] = [];
      const putAside: SettleTools['putAside'] = (_set, withheld) =>
        withheld.map(({ change }) => {
          aside.push(change.path);
          const parts = [{ reason: 'a test', runs: 'nothing' }] as const;
          return { id: 'h', path: `${place.root}/${change.path}`, parts };
        });
      const verdict = (path: string): ChangeVerdict => (path === 'dangerous' ? hold : keep);
      const settled = await settleSet(
        set,
        settleTools({
          verdict,
          tools: {
            launcher: faulty(words),
            putAside,
          },
        }),
      );
      const self = { pid: process.pid, began: 'another start' };
      await recoverSets(place.airlock, {
        ...recoverTools(),
        self,
        processNow: () => undefined,
        putAside,
      });
      return { place, settled, aside };
    }

    function faultsOf({ place, settled, aside }: Outcome): readonly string[] {
      const faults: string[] = [];
      const now = contentOf(place);
      const sets = readdirSync(place.airlock).filter((name) => name.startsWith('set-'));
      // A layer that is left says why, and no start asks about it again.
      const isLeft = sets.some((name) => existsSync(join(place.airlock, name, 'failed')));
      const isTold = new Set([
        ...aside,
        ...(settled.kind === 'committed'
          ? settled.conflicts.map(({ path }) => path.slice(place.root.length + 1))
          : []),
      ]);
      if (now.get('dangerous') !== 'mine') faults.push(`dangerous is ${String(now.get('dangerous'))}`);
      for (const [path, text] of now) {
        const states = [(before as Record<string, string>)[path], (after as Record<string, string>)[path]];
        if (!states.includes(text)) faults.push(`${path} is neither old nor new: ${text}`);
      }
      for (const [path, text] of Object.entries(after))
        if (
          now.get(path) !== text &&
          !isTold.has(path) &&
          ![...isTold].some((told) => path.startsWith(`${told}/`)) &&
          !isLeft
        )
          faults.push(`${path} is nowhere`);
      if (now.has('gone') && !isTold.has('gone') && !isLeft) faults.push('gone is still there');
      for (const path of ['moved', 'same'])
        if (
          now.get(`d/${path}`) === undefined &&
          now.get(`e/${path}`) === undefined &&
          !isLeft &&
          !isTold.has(`e/${path}`)
        )
          faults.push(`${path} is lost`);
      if (sets.length > 0 && !isLeft) faults.push(`a layer is left without a word: ${sets.join(' ')}`);
      return faults;
    }

    it(
      'loses nothing, and lets nothing in that was held back',
      async () => {
        const list = join(tools, 'list');
        const unharmed = await commit([list]);
        expect([unharmed.settled, Object.fromEntries(contentOf(unharmed.place)), unharmed.aside]).toEqual([
          expect.objectContaining({ kind: 'committed', conflicts: [] }),
          { ...after, dangerous: 'mine' },
          ['dangerous'],
        ]);
        removeGround(unharmed.place);
        const failures: string[] = [];
        let broken = 0;
        for (const place of readFaultPlaces(list)) {
          for (const [turn, error] of (whole ? errors : [chosenFor(place, errors)]).entries()) {
            const nth = String(chosenCall(place, turn));
            const outcome = await commit([nth, String(error)]);
            if (outcome.settled.kind !== 'committed' || outcome.settled.conflicts.length > 0) broken += 1;
            for (const fault of faultsOf(outcome))
              failures.push(
                `${nth}: call ${String(place.call)}, ${String(error)}: ${fault} (${outcome.settled.kind})`,
              );
            removeGround(outcome.place);
          }
        }
        expect(failures.join('\n')).toBe('');
        expect(broken).toBeGreaterThan(20);
      },
      whole ? 36_000_000 : 900_000,
    );
  },
);
