// Asks the gate from outside, and looks whether the script ran. One row in ten starts the built program; the others call
// the same verb in this process, since starting Node is most of what a row costs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Edge } from '../../src/cli/edge.ts';
import { runVerb } from '../../src/cli/run-verb.ts';
import type { GateRow } from './gate-row.ts';
import { hasRuntimeSandbox } from './runtime-sandbox.ts';

const cordon = fileURLToPath(new URL('../../bin/cordon.js', import.meta.url));
const isSandboxed = await hasRuntimeSandbox('the gate');

interface Seen {
  readonly ran: boolean;
  readonly said: string;
}

interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

function prepare(row: GateRow, base: string, rules: string): Place {
  const directory = join(base, 'd');
  const home = join(base, 'h');
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(home, 'rules'), { recursive: true });
  writeFileSync(join(home, 'rules', row.saved === true ? 'default.rules' : 'x.rules'), `${rules}\n`);
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n name = a\n email = a@b\n[protocol "file"]\n allow = always\n',
  );
  const path = process.env['PATH'] ?? '';
  const env = {
    PATH: row.path === undefined ? path : `${row.path.replaceAll('{D}', directory)}:${path}`,
    // tmux hands its commands to it; the login shell of some users refuses.
    SHELL: '/bin/sh',
    HOME: home,
    CORDON_HOME: home,
    LANG: 'C.UTF-8',
  };
  if (row.setup !== undefined) {
    const set = spawnSync('bash', ['-c', row.setup], { cwd: directory, env, encoding: 'utf8' });
    if (set.status !== 0) throw new Error(`Cannot set up the row: ${set.stderr}`);
  }
  return { directory, env };
}

interface How {
  readonly rules: string;
  readonly ask: string;
  readonly sandbox: string;
  readonly by: 'built-program' | 'verb';
}

async function play(row: GateRow, base: string, how: How): Promise<Seen> {
  const place = prepare(row, base, how.rules);
  const shell = ['bash', ...(row.login === true ? ['-l'] : []), '-c', row.script];
  const args = ['--sandbox', how.sandbox, '--ask-for-approval', how.ask, '--', ...shell];
  const said = how.by === 'verb' ? await callVerb(args, place) : startProgram(args, place);
  return { ran: existsSync(join(place.directory, 'M')), said: said.slice(0, 300) };
}

function startProgram(args: readonly string[], { directory, env }: Place): string {
  const options = { cwd: directory, env, encoding: 'utf8', input: '', timeout: 60_000 } as const;
  const done = spawnSync(process.execPath, [cordon, 'run', ...args], options);
  return `${String(done.status)} ${done.stderr}`;
}

async function callVerb(args: readonly string[], { directory, env }: Place): Promise<string> {
  const stdout = new PassThrough().resume();
  const stderr = new PassThrough();
  const said = text(stderr);
  const edge: Edge = {
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env,
    platform: process.platform,
    cwd: directory,
    interrupted: AbortSignal.timeout(60_000),
  };
  try {
    const status = await runVerb.run(args, edge);
    stderr.end();
    return `${String(status)} ${await said}`;
  } finally {
    stderr.end();
    stdout.end();
  }
}

/** What the script does where nobody asks anything. */
function playWithout(row: GateRow, base: string): Seen {
  const { directory, env } = prepare(row, base, '');
  const words = [...(row.login === true ? ['-l'] : []), '-c', row.script];
  // A socket on standard input, as pipes of Node are, makes bash think that it was started from afar (bash(1), INVOCATION).
  const done = spawnSync('bash', words, {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  return {
    ran: existsSync(join(directory, 'M')),
    said: `${String(done.status)} ${done.stderr.slice(0, 300)}`,
  };
}

/** One test a row; what is stopped also runs without a gate, or the row proves nothing. */
export function askTheGate(title: string, rows: readonly GateRow[]): void {
  const base = realpathSync(mkdtempSync('/var/tmp/cordon-gate-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  describe.skipIf(!isSandboxed)(title, () => {
    for (const [index, row] of rows.entries())
      it(`${row.want === 'runs' ? 'lets run' : 'stops'}: ${row.says}`, async () => {
        const by = index % 10 === 0 ? 'built-program' : 'verb';
        const { ask = 'untrusted', controlSandbox } = row;
        const sandbox = row.sandbox ?? (ask === 'never' ? 'danger-full-access' : 'workspace-write');
        const place = join(base, String(index));
        const seen = await play(row, `${place}-case`, { rules: row.rules, ask, sandbox, by });
        expect({ ran: seen.ran, said: seen.ran === (row.want === 'runs') ? '' : seen.said }).toEqual({
          ran: row.want === 'runs',
          said: '',
        });
        // What is refused without any rule has no run to compare with.
        if (row.want === 'runs' || row.refusedAnyway === true) return;
        const control =
          controlSandbox === undefined
            ? playWithout(row, `${place}-control`)
            : await play(row, `${place}-control`, { rules: '', ask: 'never', sandbox: controlSandbox, by });
        expect(control).toMatchObject({ ran: true });
      });
  });
}
