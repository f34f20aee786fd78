// Ordinary tools behave in a session as outside, and what a session leaves behind does not run later: rows of their own and,
// with PARITY and PLANTS, those of other files. One runtime for all of them; each row first without any protection. Every row
// with CORDON_SESSION_CASES=all; else those that are marked as quick and differ most.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShellRuntime, type ShellRuntime } from '../src/index.ts';
import { grow, readPlants } from './support/plants.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

interface Row {
  readonly name: string;
  readonly quick?: boolean;
  /** Outside, before the steps. {D}: the directory of the row; {T}: one beside it. */
  readonly setup?: string;
  readonly steps: readonly string[];
  /** Outside, afterwards. */
  readonly after?: string;
}

const usable = await hasRuntimeSandbox('sessions and what they leave behind');
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const all =
  process.env['CORDON_SESSION_CASES'] === 'all' || 'PARITY' in process.env || 'PLANTS' in process.env;
const rows = readFileSync(process.env['PARITY'] ?? fixture('session-parity.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row)
  .filter(({ quick }) => all || quick === true);
// A home is a workspace of its own.
const plants = readPlants(process.env['PLANTS'] ?? fixture('session-plants.jsonl')).filter(
  ({ dir, quick }) => dir === undefined && (all || quick === true),
);

const settings =
  '[user]\n name = a\n email = a@b\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n[advice]\n detachedHead = false\n';
const shared: { base: string; env: Record<string, string>; runtime: ShellRuntime | undefined } = {
  base: '',
  env: {},
  runtime: undefined,
};

beforeAll(async () => {
  const base = realpathSync(mkdtempSync('/var/tmp/cordon-session-cases-'));
  const home = join(base, 'home');
  for (const directory of [home, join(base, 'work')]) mkdirSync(directory);
  writeFileSync(join(home, '.gitconfig'), settings);
  const date = '2026-01-01T00:00:00Z';
  shared.base = base;
  shared.env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_EDITOR: 'true',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  if (!usable) return;
  shared.runtime = await createShellRuntime({
    workspace: join(base, 'work'),
    excludeSlashTmp: true,
    excludeTmpdir: true,
    // Only what the session writes is of interest here.
    approvalPolicy: 'never',
    rules: { home: join(base, 'cordon'), system: join(base, 'none') },
    baseEnv: shared.env,
    environment: { ignoreDefaultExcludes: true },
  });
});
afterAll(async () => {
  await shared.runtime?.close();
  spawnSync('chmod', ['-R', 'u+rwx', shared.base]);
  rmSync(shared.base, { recursive: true, force: true });
});

function plainly(cwd: string, script: string): string {
  const { status, stdout } = spawnSync('bash', ['-c', script], {
    cwd,
    env: shared.env,
    encoding: 'latin1',
    timeout: 60_000,
  });
  return `status ${String(status)}\n${stdout}`;
}

async function inSession(cwd: string, script: string): Promise<string> {
  const command = ['bash', '-c', script] as const;
  const read = await shared.runtime?.sessions.open({ command, cwd, until: 'exit', yieldMs: 60_000 });
  if (read?.ok !== true || read.value.kind !== 'finished') return JSON.stringify(read);
  const { result } = read.value;
  if (result.kind === 'not-run' || result.outcome.kind !== 'exited') return JSON.stringify(result);
  const { exitCode, output } = result.outcome;
  const { head, tail } = output.stdout;
  return `status ${String(exitCode)}\n${Buffer.concat([head, tail]).toString('latin1')}`;
}

async function play(
  row: Row,
  way: string,
  step: (directory: string, script: string) => Promise<string>,
): Promise<readonly string[]> {
  const at = join(shared.base, 'work', `${row.name}-${way}`);
  const [directory, beside] = [join(at, 'd'), join(at, 't')];
  mkdirSync(directory, { recursive: true });
  mkdirSync(beside);
  const fill = (script: string): string => script.replaceAll('{D}', directory).replaceAll('{T}', beside);
  const clean = (text: string): string => text.replaceAll(directory, '{D}').replaceAll(beside, '{T}');
  if (row.setup !== undefined) expect(plainly(directory, fill(row.setup))).toMatch(/^status 0\n/u);
  const said: string[] = [];
  for (const script of row.steps) said.push(clean(await step(directory, fill(script))));
  if (row.after !== undefined) said.push(clean(plainly(directory, fill(row.after))));
  spawnSync('chmod', ['-R', 'u+rwx', at]);
  rmSync(at, { recursive: true });
  return said;
}

describe.skipIf(!usable)('in a session', () => {
  it.each(rows)('an ordinary tool behaves as outside: $name', { timeout: 120_000 }, async (row) => {
    const plain = await play(
      row,
      'plain',
      async (cwd, script) => await Promise.resolve(plainly(cwd, script)),
    );
    expect(await play(row, 'session', inSession)).toEqual(plain);
  });

  it.each(plants)('what is left behind does not run later: $name', { timeout: 120_000 }, async (plant) => {
    const [work, outside] = [join(shared.base, 'work'), join(shared.base, `mark-${plant.name}`)];
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
