// `cordon run` on somebody's terminal: what is typed reaches the command, and never answers a question that the command
// chose the moment of; the terminal is theirs again, however it ends.
import { execFileSync, spawnSync } from 'node:child_process';
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
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasTmux, openTmux, type TmuxTerminal } from './support/tmux.ts';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const tmux = hasTmux('a command on a terminal');

let root: string;
let terminal: TmuxTerminal;

beforeEach(() => {
  root = realpathSync(mkdtempSync('/var/tmp/cordon-on-terminal-'));
  for (const name of ['work', 'home', 'outside', 'person']) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const inWork = (name: string): string => join(root, 'work', name);
const script = (text: string): string => {
  writeFileSync(inWork('a.sh'), text);
  return 'sh a.sh';
};

describe.runIf(tmux)('on a terminal', () => {
  beforeEach(() => {
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: join(root, 'person'),
      CORDON_HOME: join(root, 'home'),
      LANG: 'C.UTF-8',
    };
    terminal = openTmux({ columns: 90, rows: 30, cwd: join(root, 'work'), env });
  });
  afterEach(() => terminal.close());

  function run(words: string): void {
    terminal.type(`${process.execPath} ${bin} run ${words}; echo "status $?"`);
    terminal.press('Enter');
  }

  async function expectSaneTerminal(): Promise<void> {
    terminal.press('C-u');
    terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -xcE 'icanon|echo|opost|isig'");
    terminal.press('Enter');
    await terminal.see(/^4$/mu);
  }

  it('a command reads what is typed, up to Ctrl-D, and writes in its layer meanwhile', async () => {
    run(`-- ${script('echo early > made; echo ready; cat > typed; exit 3')}`);
    await terminal.see(/^ready$/mu);
    expect(existsSync(inWork('made'))).toBe(false);
    terminal.type('one line');
    terminal.press('Enter', 'C-d');
    await terminal.see('status 3');
    expect([readFileSync(inWork('typed'), 'utf8'), readFileSync(inWork('made'), 'utf8')]).toEqual([
      'one line\n',
      'early\n',
    ]);
    await expectSaneTerminal();
  });

  it('a job in the background reads nothing, and is not stopped', async () => {
    // A shell that controls its jobs puts each into a group of its own.
    terminal.type(`set -m; ${process.execPath} ${bin} run -- sh -c 'cat; echo read all' & wait; echo over`);
    terminal.press('Enter');
    await terminal.see(/^read all$/mu);
    await terminal.see(/^over$/mu);
  });

  it('a question is answered after the end of the input, by a key that stands alone', async () => {
    run(`-a on-failure -- ${script(`echo ready; cat > /dev/null; touch ${root}/outside/made`)}`);
    await terminal.see(/^ready$/mu);
    terminal.press('C-d');
    await terminal.see('a key counts after a moment without one');
    await terminal.pressUntil('g', 'status 0', 1200);
    expect(existsSync(`${root}/outside/made`)).toBe(true);
    await expectSaneTerminal();
  });

  it.each([
    { says: 'on pipes', option: '' },
    { says: 'on a terminal of its own', option: '-t' },
  ])('somebody who types on answers nothing: a command $says', async ({ option }) => {
    const command = script(`echo 'type y'; read x; touch ${root}/outside/made; exit 5`);
    run(`${option} -a on-failure -- ${command}`);
    await terminal.see(/^type y$/mu);
    terminal.press('Enter');
    // As somebody types who looks at the keyboard, from before the question until long after.
    let pressed = 0;
    await vi.waitFor(
      () => {
        terminal.press(pressed % 2 === 0 ? 'y' : 'g');
        if (terminal.screen().includes('^C no, and stop')) pressed += 1;
        expect(pressed).toBeGreaterThan(12);
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(terminal.screen()).not.toContain('you made');
    expect(existsSync(`${root}/outside/made`)).toBe(false);
    await terminal.pressUntil('C-c', /^status \d/mu);
    await expectSaneTerminal();
  });

  it('what else the command prints waits until the question is over', async () => {
    mkdirSync(join(root, 'home', 'rules'));
    writeFileSync(
      join(root, 'home', 'rules', 'ask.rules'),
      'prefix_rule(pattern = ["id"], decision = "prompt")\n',
    );
    // One program is asked about while it starts, and another one paints over the screen.
    const painter = 'while :; do printf "\\033[2J\\033[HFREE MONEY\\n"; sleep 0.05; done';
    writeFileSync(inWork('b.sh'), 'exec $1 -u');
    run(`-t -- ${script(`(${painter}) & sh b.sh "$(echo i)d" > made; kill $!; exit 5`)}`);
    await terminal.see('^C no, and stop');
    const shown = terminal.screen();
    // Twenty times the painter's turn.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(terminal.screen()).toBe(shown);
    await terminal.pressUntil('C-c', /^status \d/mu);
    await expectSaneTerminal();
  });

  it('-t gives an editor a terminal of the same size, and every key', async () => {
    run("-t -- sh -c 'stty size > size; exec vi -u NONE new.txt'");
    await terminal.see('[New');
    terminal.type('ione');
    terminal.press('Enter');
    terminal.type('two');
    terminal.press('Escape');
    terminal.type(':wq');
    terminal.press('Enter');
    await terminal.see('status 0');
    expect(['new.txt', 'size'].map((name) => readFileSync(inWork(name), 'utf8'))).toEqual([
      'one\ntwo\n',
      '30 90\n',
    ]);
    await expectSaneTerminal();
  });

  it('-t tells a new size', async () => {
    run(`-t -- ${script("trap 'stty size' WINCH; echo ready; while sleep 0.1; do :; done")}`);
    await terminal.see(/^ready$/mu);
    terminal.resize(70, 20);
    await terminal.see(/^20 70$/mu);
    terminal.press('C-c');
    await terminal.see('status 130');
    await expectSaneTerminal();
  });

  it.each([
    { says: 'Ctrl-C', by: 'key', status: 130 },
    { says: 'a TERM from outside', by: 'TERM', status: 143 },
    { says: 'a program that leaves its own raw and the screen in disorder', by: 'disorder', status: 4 },
    { says: 'a program that is not there', by: 'missing', status: 127 },
  ])('-t gives the terminal back after $says', async ({ by, status }) => {
    if (by === 'missing') run('-t -- no-such-program');
    else if (by === 'disorder')
      run(`-t -- ${script("stty raw -echo; printf '\\033[?1049h\\033[8m\\033[?25l'; exit 4")}`);
    else {
      run(`-t -C ${root}/work -- ${script("printf '\\033[?1049hready'; exec sleep 60")}`);
      await terminal.see('ready');
      if (by === 'key') terminal.press('C-c');
      else execFileSync('pkill', ['-TERM', '-f', `run -t -C ${root}/work`]);
    }
    await terminal.see(`status ${String(status)}`);
    await expectSaneTerminal();
  });
});

it.each([
  { words: ['-t', '--', 'ls'], says: '--tty needs a terminal on standard input and standard output' },
  { words: ['-t', '--json', '--', 'ls'], says: '--tty does not go with --json' },
  { words: ['-t', '--preview', '--', 'ls'], says: '--tty does not go with --preview' },
  { words: ['-t', '--journal', '--', 'ls'], says: '--tty does not go with --journal' },
])('refuses $words', ({ words, says }) => {
  const done = spawnSync(process.execPath, [bin, 'run', ...words], {
    cwd: join(root, 'work'),
    env: { PATH: '/usr/bin:/bin', CORDON_HOME: join(root, 'home') },
    input: '',
    encoding: 'utf8',
  });
  expect([done.status, done.stderr.split('\n')[0]]).toEqual([2, `cordon run: ${says}`]);
});
