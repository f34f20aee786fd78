// Ordinary tools behave in a layer as outside: each row's steps run plainly and as one-shot commands of a runtime, and
// what they print, how they end, and what is there afterwards, outside, is the same.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShellRuntime, type ExecResult, type ShellRuntime } from '../src/index.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

interface Row {
  readonly name: string;
  /** Outside, before the steps. {D}: the directory of the row; {T}: one beside it. */
  readonly setup?: string;
  readonly steps: readonly string[];
  /** Outside, afterwards. */
  readonly after: string;
}

const usable = await hasRuntimeSandbox('ordinary tools in layers');
const file = process.env['PARITY'] ?? fileURLToPath(new URL('fixtures/parity.jsonl', import.meta.url));
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row);

const settings =
  '[user]\n name = a\n email = a@b\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n[advice]\n detachedHead = false\n';
const shared: { base: string; env: Record<string, string>; runtime: ShellRuntime | undefined } = {
  base: '',
  env: {},
  runtime: undefined,
};

beforeAll(async () => {
  const base = realpathSync(mkdtempSync('/var/tmp/cordon-parity-'));
  const home = join(base, 'home');
  mkdirSync(home);
  mkdirSync(join(base, 'work'));
  writeFileSync(join(home, '.gitconfig'), settings);
  const date = '2026-01-01T00:00:00Z';
  shared.base = base;
  shared.env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  if (!usable) return;
  shared.runtime = await createShellRuntime({
    workspace: join(base, 'work'),
    excludeSlashTmp: true,
    excludeTmpdir: true,
    // Only the sandbox is of interest here.
    approvalPolicy: 'never',
    rules: { home: join(base, 'cordon'), system: join(base, 'none') },
    baseEnv: shared.env,
    environment: { ignoreDefaultExcludes: true },
    defaultTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await shared.runtime?.close();
  spawnSync('chmod', ['-R', 'u+rwx', shared.base]);
  rmSync(shared.base, { recursive: true, force: true });
});

async function play(
  row: Row,
  way: string,
  step: (directory: string, script: string) => Promise<string>,
): Promise<readonly string[]> {
  const [directory, beside] = ['d', 't'].map((name) => join(shared.base, 'work', `${row.name}-${way}`, name));
  if (directory === undefined || beside === undefined) throw new Error('no directory');
  mkdirSync(directory, { recursive: true });
  mkdirSync(beside);
  const fill = (script: string): string => script.replaceAll('{D}', directory).replaceAll('{T}', beside);
  const clean = (text: string): string => text.replaceAll(directory, '{D}').replaceAll(beside, '{T}');
  if (row.setup !== undefined) expect(plainly(directory, fill(row.setup))).toMatch(/^status 0\n/u);
  const said: string[] = [];
  for (const script of row.steps) said.push(clean(await step(directory, fill(script))));
  said.push(clean(plainly(directory, fill(row.after))));
  return said;
}

function plainly(cwd: string, script: string): string {
  const { status, stdout } = spawnSync('bash', ['-c', script], {
    cwd,
    env: shared.env,
    encoding: 'latin1',
    timeout: 60_000,
  });
  return `status ${String(status)}\n${stdout}`;
}

async function inLayers(cwd: string, script: string): Promise<string> {
  if (shared.runtime === undefined) throw new Error('there is no runtime');
  const result = await shared.runtime.exec({ command: ['bash', '-c', script], cwd });
  return tell(result);
}

function tell(result: ExecResult): string {
  if (result.kind === 'not-run') return `not run: ${result.refusal.reason}`;
  const { outcome, attempts } = result;
  if (outcome.kind !== 'exited') return outcome.kind;
  const { changes } = attempts[0];
  const whole = changes?.kind === 'committed' && changes.conflicts.length === 0 && changes.held.length === 0;
  const { head, tail } = outcome.output.stdout;
  const said = `status ${String(outcome.exitCode)}\n${Buffer.concat([head, tail]).toString('latin1')}`;
  return whole ? said : `${said}\n${JSON.stringify(changes)}`;
}

describe.skipIf(!usable || process.platform !== 'linux')(
  'an ordinary tool behaves in a layer as outside',
  () => {
    it.each(rows)('$name', { timeout: 120_000 }, async (row) => {
      const plain = await play(row, 'plain', (cwd, script) => Promise.resolve(plainly(cwd, script)));
      expect(await play(row, 'layers', inLayers)).toEqual(plain);
    });

    it('in at least sixty rows', () => {
      expect(new Set(rows.map(({ name }) => name)).size).toBeGreaterThanOrEqual(60);
    });
  },
);
