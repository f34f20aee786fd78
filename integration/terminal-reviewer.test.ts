// `cordon run` asks in a real terminal: what a person sees, what the keys do, and that the terminal is theirs again.
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
import { hasTmux, openTmux, type TmuxTerminal } from './support/tmux.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const tmux = hasTmux('the terminal reviewer');

let root: string;
let terminal: TmuxTerminal | undefined;

beforeEach(() => {
  // Not below /tmp, which commands may write and which hides what lies in it.
  root = realpathSync(mkdtempSync('/var/tmp/cordon-terminal-'));
  for (const name of ['work', 'home', 'outside', 'person']) mkdirSync(join(root, name));
});

afterEach(() => {
  terminal?.close();
  terminal = undefined;
  rmSync(root, { recursive: true, force: true });
});

function open(
  over: { readonly columns?: number; readonly env?: Readonly<Record<string, string>> } = {},
): TmuxTerminal {
  // Only places that nobody but root can write: a rule allows a program by name only where it is found in one.
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: join(root, 'person'),
    CORDON_HOME: join(root, 'home'),
    LANG: 'C.UTF-8',
    ...over.env,
  };
  terminal = openTmux({ columns: over.columns ?? 100, rows: 40, cwd: join(root, 'work'), env });
  return terminal;
}

/** Asks about everything and needs no sandbox, so that these tests are about the terminal. */
const run = (command: string): string =>
  `${process.execPath} ${bin} run --sandbox danger-full-access --ask-for-approval untrusted -- ${command}; echo "status $?"`;

const start = async (over?: Parameters<typeof open>[0], command = 'touch made'): Promise<TmuxTerminal> => {
  const opened = open(over);
  opened.type(run(command));
  opened.press('Enter');
  await opened.see('^C no, and stop');
  return opened;
};

const made = (): boolean => existsSync(join(root, 'work', 'made'));

/** The shell echoes what is typed, edits it, and runs it: nothing was left in raw mode. */
async function expectSaneTerminal(opened: TmuxTerminal): Promise<void> {
  opened.press('C-u');
  opened.type("stty -a | grep -o ' icanon\\| echo ' | tr -d '\\n'; echo ' is sane'");
  opened.press('Enter');
  await opened.see(/^ icanon echo {2}is sane$/mu);
}

describe.runIf(tmux)('a question on the terminal', () => {
  it('shows the command, where, why, and the keys', async () => {
    const opened = await start();
    const shown = opened.screen().slice(opened.screen().indexOf('cordon: run'));
    expect(shown.split('\n').map((row) => row.trimEnd())).toEqual([
      'cordon: run this command?',
      '  | touch made',
      `  in    ${root}/work`,
      '  limit NO SANDBOX: it can change every file you can, and use the network',
      expect.stringMatching(/^ {2}why {3}`touch made` is not covered by any rule/u),
      '  with  an open input: what is typed later needs no approval of its own',
      '  y  yes, this once',
      '  a  yes, and not again for exactly this, here, until cordon ends (nothing is saved)',
      '  p  yes, and from now on, in every directory: exactly this command (saved in',
      `     ${root}/home/rules/default.rules)`,
      '  n  no (or Esc), and tell the model why',
      '  ^C no, and stop',
      '>',
    ]);
  });

  it('runs the command on y, and leaves a line that says so', async () => {
    const opened = await start();
    expect(made()).toBe(false);
    await opened.pressUntil('y', 'status 0');
    expect(opened.screen()).toContain('+ you approved, once: touch made');
    expect(made()).toBe(true);
    await expectSaneTerminal(opened);
  });

  it('saves the rule on p, and does not ask again', async () => {
    const opened = await start();
    await opened.pressUntil('p', 'status 0');
    expect(readFileSync(join(root, 'home', 'rules', 'default.rules'), 'utf8')).toBe(
      'prefix_rule(pattern=["touch", "made"], decision="allow", exact=True)\n',
    );
    opened.press('C-u');
    opened.type(run('touch made').replace('status', 'second'));
    opened.press('Enter');
    await opened.see('second 0');
  });

  it('asks for a message on n, and passes it on', async () => {
    const opened = await start();
    await opened.pressUntil('n', 'Tell the model why');
    opened.type('use git');
    opened.press('Enter');
    await opened.see('status 126');
    expect(opened.screen()).toContain('- you said no ("use git"): touch made');
    expect(opened.screen()).toContain('cordon run: Not run: the user said no ("use git")');
    expect(made()).toBe(false);
    await expectSaneTerminal(opened);
  });

  it('takes Esc for a no', async () => {
    const opened = await start();
    await opened.pressUntil('Escape', 'Tell the model why');
    opened.press('Enter');
    await opened.see('status 126');
    expect(made()).toBe(false);
  });

  it('stops on Ctrl-C', async () => {
    const opened = await start();
    await opened.pressUntil('C-c', 'status 130');
    expect(opened.screen()).toContain('- you stopped it: touch made');
    expect(made()).toBe(false);
    await expectSaneTerminal(opened);
  });

  it('gives the terminal back when it is ended from outside', async () => {
    const opened = open();
    opened.type(`(sleep 2; pkill -TERM -f ${root}/marker) & ${run(`touch ${root}/marker`)}`);
    opened.press('Enter');
    await opened.see('status 143');
    expect(existsSync(join(root, 'marker'))).toBe(false);
    await expectSaneTerminal(opened);
  });

  it('does not take what was typed before it', async () => {
    const opened = open();
    opened.type(run('touch made'));
    opened.press('Enter');
    opened.press('y', 'y');
    await opened.see('^C no, and stop');
    await opened.pressUntil('C-c', 'status 130');
    expect(made()).toBe(false);
  });

  it('fits a narrow terminal', async () => {
    const opened = await start({ columns: 30 }, `touch ${'word '.repeat(20)}`);
    const rows = opened.screen().split('\n');
    const command = rows.filter((row) => /^ {2}[|:] /u.test(row)).map((row) => row.slice(4));
    expect(command.join('')).toBe(`touch ${'word '.repeat(20)}`.trimEnd());
    expect(rows.filter((row) => /^ {2}(?:y|a|n|\^C) /u.test(row))).toHaveLength(4);
    await opened.pressUntil('y', 'status 0');
  });

  it('uses colour, and none where it is not wanted', async () => {
    const coloured = await start();
    expect(coloured.painted()).toMatch(/\| \u001b\[[\d;]*1m(?:\u001b\[[\d;]*m)*touch/u);
    coloured.close();
    const plain = await start({ env: { NO_COLOR: '1' } });
    const question = plain.painted().slice(plain.painted().indexOf('cordon: run'));
    expect(question).not.toContain('\u001b');
  });

  it('shows escapes in a command instead of obeying them', async () => {
    writeFileSync(
      join(root, 'work', 'fake'),
      'cordon: run this command?\r\n  | ls\u001b[2J\u001b[H\u202egpj.exe',
    );
    const opened = await start({}, 'touch "$(cat fake)"');
    expect(opened.screen()).toContain(
      "  | touch $'cordon: run this command?\\r\\n  | ls\\x1b[2J\\x1b[H\\u202egpj.exe'",
    );
    expect(opened.screen()).not.toMatch(/^ {2}\| ls/mu);
    await opened.pressUntil('C-c', 'status 130');
  });
});

describe.runIf(tmux)('a question after a denial', () => {
  const sandboxed = (command: string): string =>
    `${process.execPath} ${bin} run --ask-for-approval on-failure -- ${command}; echo "status $?"`;

  it('offers the one missing path, and grants it on g', async () => {
    const opened = open();
    opened.type(sandboxed(`touch ${root}/outside/made`));
    opened.press('Enter');
    await opened.see(`with ${root}/outside writable`);
    expect(opened.screen()).toMatch(/Run it again with one more\s+permission\?/u);
    await opened.pressUntil('g', 'status 0', 1200);
    expect(opened.screen()).toContain(`+ you made ${root}/outside writable, once`);
    expect(existsSync(join(root, 'outside', 'made'))).toBe(true);
  });

  it('can be read although the command left the terminal in disorder, and is not answered by what it printed', async () => {
    // Concealed text, a hidden cursor, line drawing, a scroll region, and a title that the terminal is asked to repeat.
    const disorder = '\\033]0;y\\007\\033[21t\\033[8m\\033[?25l\\033(0\\033[1;3r\\033[6n';
    const script = join(root, 'work', 'disorder.sh');
    writeFileSync(script, `printf '${disorder}'\ntouch ${root}/outside/made\n`);
    const opened = open();
    opened.type(sandboxed(`bash ${script}`));
    opened.press('Enter');
    await opened.see('^C no, and stop');
    expect(opened.screen()).toContain('cordon: the sandbox stopped this command.');
    await opened.pressUntil('C-c', /status \d/u);
    expect(existsSync(join(root, 'outside', 'made'))).toBe(false);
  });
});

describe('without a terminal', () => {
  it.each(['pipe', 'ignore'] as const)('refuses at once when stdin is a %s', (stdin) => {
    const done = spawnSync(
      process.execPath,
      [
        bin,
        'run',
        '--sandbox',
        'danger-full-access',
        '--ask-for-approval',
        'untrusted',
        '--',
        'touch',
        'made',
      ],
      {
        cwd: join(root, 'work'),
        env: { PATH: process.env['PATH'], CORDON_HOME: join(root, 'home') },
        stdio: [stdin, 'pipe', 'pipe'],
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    expect(done.status).toBe(126);
    expect(done.stdout).toBe('');
    expect(done.stderr).toContain('nobody can be asked');
    expect(made()).toBe(false);
  });
});
