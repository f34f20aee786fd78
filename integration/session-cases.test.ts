// Ordinary tools behave in a session as outside, and what a session leaves behind does not run later: rows of their own and,
// with PARITY and PLANTS, those of other files. One runtime for all of them; each row first without any protection. Every row
// with CORDON_SESSION_CASES=all; else those that are marked as quick and differ most.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ParityGround, readParityRows } from './support/parity-ground.ts';
import { grow, readPlants } from './support/plants.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const usable = await hasRuntimeSandbox('sessions and what they leave behind');
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const all =
  process.env['CORDON_SESSION_CASES'] === 'all' || 'PARITY' in process.env || 'PLANTS' in process.env;
const rows = readParityRows(process.env['PARITY'] ?? fixture('session-parity.jsonl')).filter(
  ({ quick }) => all || quick === true,
);
// A home is a workspace of its own.
const plants = readPlants(process.env['PLANTS'] ?? fixture('session-plants.jsonl')).filter(
  ({ dir, quick }) => dir === undefined && (all || quick === true),
);
const ground = new ParityGround({ GIT_EDITOR: 'true' });
beforeAll(async () => {
  if (usable) await ground.open();
});
afterAll(async () => {
  await ground.close();
});

async function inSession(cwd: string, script: string): Promise<string> {
  const command = ['bash', '-c', script] as const;
  const read = await ground.runtime.sessions.open({ command, cwd, until: 'exit', yieldMs: 60_000 });
  if (!read.ok || read.value.kind !== 'finished') return JSON.stringify(read);
  const { result } = read.value;
  if (result.kind === 'not-run' || result.outcome.kind !== 'exited') return JSON.stringify(result);
  const { exitCode, output } = result.outcome;
  const { head, tail } = output.stdout;
  return `status ${String(exitCode)}\n${Buffer.concat([head, tail]).toString('latin1')}`;
}

describe.skipIf(!usable)('in a session', () => {
  it.each(rows)('an ordinary tool behaves as outside: $name', { timeout: 120_000 }, async (row) => {
    const plain = await ground.playPlainly(row);
    expect(await ground.play(row, 'session', inSession)).toEqual(plain);
  });

  it.each(plants)('what is left behind does not run later: $name', { timeout: 120_000 }, async (plant) => {
    const { work } = ground;
    const outside = join(ground.base, `mark-${plant.name}`);
    const plain = await grow(
      plant,
      join(work, `${plant.name}-plain`),
      async ({ sh }) =>
        await Promise.resolve(async (script) => {
          await Promise.resolve(sh(script));
        }),
      join(outside, 'plain'),
    );
    const session = await grow(
      plant,
      join(work, `${plant.name}-session`),
      async ({ workspace }) =>
        await Promise.resolve(async (script) => {
          await inSession(workspace, script);
        }),
      join(outside, 'session'),
    );
    expect({ plain: plain.isOpen, session }).toEqual({
      plain: true,
      session: { isOpen: false, keeps: true },
    });
  });
});
