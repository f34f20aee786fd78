// The gate seen from outside: `cordon run -- bash -c SCRIPT` without anybody to ask. Every row is run for real; a file
// that the script would make tells whether it ran. A row that wants to be stopped has a control without rules, in which
// the same script does make the file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateRow } from './support/gate-row.ts';
import { gateRows, temporaryLog } from './support/gate-rows.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';

const cordon = resolve(import.meta.dirname, '../bin/cordon.js');
let base: string;
beforeAll(() => {
  // Not below /tmp: a program there is in a writable root.
  base = realpathSync(mkdtempSync('/var/tmp/cordon-gate-'));
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
  rmSync(temporaryLog, { force: true });
});

interface Seen {
  readonly ran: boolean;
  readonly said: string;
}

function play(
  row: GateRow,
  place: string,
  how: { readonly rules: string; readonly ask: string; readonly sandbox: string },
): Seen {
  const directory = join(base, place, 'd');
  const home = join(base, place, 'h');
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(home, 'rules'), { recursive: true });
  writeFileSync(join(home, 'rules', row.saved === true ? 'default.rules' : 'x.rules'), `${how.rules}\n`);
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n name = a\n email = a@b\n[protocol "file"]\n allow = always\n',
  );
  const path = process.env['PATH'] ?? '';
  const env = {
    PATH: row.path === undefined ? path : `${row.path.replaceAll('{D}', directory)}:${path}`,
    HOME: home,
    CORDON_HOME: home,
    LANG: 'C.UTF-8',
  };
  if (row.setup !== undefined) {
    const set = spawnSync('bash', ['-c', row.setup], { cwd: directory, env, encoding: 'utf8' });
    if (set.status !== 0) throw new Error(`Cannot set up the row: ${set.stderr}`);
  }
  const done = spawnSync(
    process.execPath,
    [
      cordon,
      'run',
      '--sandbox',
      how.sandbox,
      '--ask-for-approval',
      how.ask,
      '--',
      'bash',
      ...(row.login === true ? ['-l'] : []),
      '-c',
      row.script,
    ],
    { cwd: directory, env, encoding: 'utf8', input: '', timeout: 60_000 },
  );
  return {
    ran: existsSync(join(directory, 'M')),
    said: `${String(done.status)} ${done.stderr.slice(0, 300)}`,
  };
}

const isSandboxed = await hasRuntimeSandbox('the gate');

describe.skipIf(!isSandboxed)('the gate from outside', () => {
  for (const [index, row] of gateRows.entries()) {
    it(`${row.want === 'runs' ? 'lets run' : 'stops'}: ${row.says}`, () => {
      const { ask = 'untrusted' } = row;
      const sandbox = row.sandbox ?? (ask === 'never' ? 'danger-full-access' : 'workspace-write');
      const seen = play(row, `${String(index)}-case`, { rules: row.rules, ask, sandbox });
      expect({ ran: seen.ran, said: seen.ran === (row.want === 'runs') ? '' : seen.said }).toEqual({
        ran: row.want === 'runs',
        said: '',
      });
      if (row.want === 'runs') return;
      const control = play(row, `${String(index)}-control`, {
        rules: '',
        ask: 'never',
        sandbox: row.controlSandbox ?? 'danger-full-access',
      });
      // What is refused without any rule has no run to compare with.
      if (row.refusedAnyway !== true) expect(control).toMatchObject({ ran: true });
    });
  }

  it('has rows in both directions', () => {
    const wants = gateRows.map(({ want }) => want);
    expect(wants.filter((want) => want === 'runs').length).toBeGreaterThan(40);
    expect(wants.filter((want) => want === 'stopped').length).toBeGreaterThan(40);
  });
});
