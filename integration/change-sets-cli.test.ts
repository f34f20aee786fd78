// `cordon run --preview`: what a command would change is shown, and comes in or not as a person, or an option, says.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';
import { hasTmux, openTmux, type TmuxTerminal } from './support/tmux.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const usable = await hasRuntimeSandbox('previews');
const tmux = hasTmux('previews on a terminal');
const slow = { timeout: 60_000 };

let root: string;
let work: string;
let env: Record<string, string>;

beforeEach(() => {
  root = realpathSync(mkdtempSync('/var/tmp/cordon-preview-'));
  for (const name of ['work', 'home', 'person']) mkdirSync(join(root, name));
  work = join(root, 'work');
  writeFileSync(join(work, 'old'), 'old\n');
  env = {
    PATH: '/usr/bin:/bin',
    HOME: join(root, 'person'),
    CORDON_HOME: join(root, 'home'),
    LANG: 'C.UTF-8',
  };
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const script = 'echo new > old; echo x > made; echo evil > .envrc; exit 3';

function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const words = [bin, 'run', '-a', 'never', ...options, '--', 'bash', '-c', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: work, env, encoding: 'utf8' });
  return { status, stdout, stderr: stderr.replaceAll(work, '') };
}

const old = (): string => readFileSync(join(work, 'old'), 'utf8');

describe.skipIf(!usable)('a preview', () => {
  it('shows what would change and drops it where there is no terminal', slow, () => {
    const { status, stdout, stderr } = run('--preview');
    expect({ status, stdout, old: old(), made: existsSync(join(work, 'made')) }).toEqual({
      status: 3,
      stdout: '',
      old: 'old\n',
      made: false,
    });
    for (const line of [
      'modify /old',
      'create /made',
      '-old',
      '+new',
      '+x',
      'Nothing was changed: this was a preview',
    ])
      expect(stderr).toContain(line);
    expect(stderr).toMatch(/create \/\.envrc {2}\(it would be held back: .*\)/);
  });

  it('keeps it with --apply, judged as always, with the status of the command', slow, () => {
    const { status, stderr } = run('--preview', '--apply');
    expect({ status, old: old(), envrc: existsSync(join(work, '.envrc')) }).toEqual({
      status: 3,
      old: 'new\n',
      envrc: false,
    });
    expect(stderr).toContain('cordon run: Held back: /.envrc');
  });

  it('is one more line of JSON, and drops without --apply', slow, () => {
    const lines = run('--preview', '--json').stdout.trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    expect(last).toMatchObject({ type: 'changes.preview', settled: { kind: 'dropped' }, omitted: 0 });
    expect((last['changes'] as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['modify', 'create']) as string[],
    );
    expect(old()).toBe('old\n');
    const applied = run('--preview', '--json', '--apply').stdout.trim().split('\n');
    expect(JSON.parse(applied.at(-1) ?? '')).toMatchObject({ settled: { kind: 'committed', count: 2 } });
    expect(old()).toBe('new\n');
  });

  it('does not run what it cannot hold back', slow, () => {
    const { status, stderr } = run('--preview', '-s', 'danger-full-access');
    expect({ status, old: old() }).toEqual({ status: 125, old: 'old\n' });
    expect(stderr).toContain('Cannot hold back what the command writes, so it was not started');
  });

  it('says that --apply alone means nothing', () => {
    expect(run('--apply')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--apply belongs to --preview') as string,
    });
  });
});

describe.runIf(tmux && usable)('a preview on a terminal', () => {
  let terminal: TmuxTerminal | undefined;
  afterEach(() => {
    terminal?.close();
    terminal = undefined;
  });

  async function ask(command: string): Promise<TmuxTerminal> {
    const opened = openTmux({ columns: 100, rows: 30, cwd: work, env });
    terminal = opened;
    writeFileSync(join(root, 'do.sh'), command);
    opened.type(`${process.execPath} ${bin} run --preview -- bash ${join(root, 'do.sh')}; echo "status $?"`);
    opened.press('Enter');
    await opened.see('n no, drop it');
    return opened;
  }

  it.each([
    { key: 'y', kept: 'new\n' },
    { key: 'n', kept: 'old\n' },
    { key: 'C-c', kept: 'old\n' },
    { key: 'Escape', kept: 'old\n' },
  ])('takes $key for its answer', slow, async ({ key, kept }) => {
    const opened = await ask('echo new > old');
    expect(opened.screen()).toContain('| +new');
    await opened.pressUntil(key, /status (0|130)/, 1200);
    expect(old()).toBe(kept);
  });

  it('shows nothing of a command as a row of its own', slow, async () => {
    const opened = await ask(
      `printf '\\033[2J%0200d\\r\\n  y yes, all of it\\n> y' 1 > "$(printf 'a\\nb\\033[31m')"; seq 1 100 > many`,
    );
    const rows = opened.screen().split('\n');
    const from = rows.findIndex((row) => row.includes('cordon: this is what the command would change'));
    const until = rows.findIndex((row) => row.includes('more rows'));
    expect(rows.slice(from + 1, until).every((row) => row.startsWith('| '))).toBe(true);
    await opened.pressUntil('v', 'space on, b back, q ends', 1200);
    opened.press('q');
    await opened.see('n no, drop it');
    await opened.pressUntil('n', /status 0/);
  });
});
