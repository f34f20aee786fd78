// The supervisor under calls that lead nowhere, end nowhere, are too long or change meanwhile. `CORDON_WATCH_TRIES=100000`
// makes many of them; `CORDON_WATCH_SEED` others.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  compileFixture,
  hasFullSandbox,
  launch,
  makeDirectory,
  removeDirectory,
  workspaceWrite,
} from './support/launcher-rig.ts';

const isAble = await hasFullSandbox();
const tries = Number(process.env['CORDON_WATCH_TRIES'] ?? 4_000);
const seed = process.env['CORDON_WATCH_SEED'] ?? '1';
const root = makeDirectory();
afterAll(() => removeDirectory(root));

it.skipIf(!isAble)(
  `answers ${String(tries)} hostile calls, starts nothing that was refused, and outlives them`,
  async () => {
    const fixture = compileFixture('fuzz-calls', root);
    const marker = join(root, 'marker');
    const policy = workspaceWrite(root, [fixture ?? 'no compiler', seed, String(tries), marker], {
      watch: { programs: [] },
      tellsDenials: true,
      traces: true,
    });
    const judge = ({
      readings,
    }: {
      readonly readings: readonly { readonly realPath: string }[];
    }): 'go-on' | 'refuse' =>
      readings.some(({ realPath }) => realPath.endsWith('/touch')) ? 'refuse' : 'go-on';
    const end = await launch(policy, { judge }).end;
    expect({ out: end.stdout, said: end.stderr, status: end.status, last: end.frames.at(-1)?.kind }).toEqual({
      out: `${String(tries)} tries, marker absent\n`,
      said: '',
      status: 0,
      last: 'gone',
    });
    expect(existsSync(marker)).toBe(false);
  },
  1_200_000,
);
