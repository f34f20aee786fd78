// A question cannot be forged by characters that are wider than we think: what a row has room for is compared with what
// the C library and a real terminal make of every character that is printed as it is.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { roomFor, visible } from '../src/cli/terminal/visible-text.ts';
import { quoteArgv } from '../src/shell/index.ts';
import { hasTmux, openTmux, type TmuxTerminal } from './support/tmux.ts';

const every: readonly string[] = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));
const printed = every.filter((character) => character >= ' ' && visible(character) === character);

describe('the room a character gets', () => {
  it('is at least what the C library says, for every character that is printed', () => {
    const script = `
import ctypes, sys
libc = ctypes.CDLL(None)
libc.setlocale(6, b'C.UTF-8')
libc.wcwidth.argtypes = [ctypes.c_uint32]
for line in sys.stdin:
    code, room = map(int, line.split())
    if libc.wcwidth(code) > room: print(hex(code))
`;
    const input = printed
      .map((character) => `${character.codePointAt(0) ?? 0} ${roomFor(character)}\n`)
      .join('');
    const run = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
    expect([run.status, run.stdout, printed.length > 100_000]).toEqual([0, '', true]);
  });
});

describe.skipIf(!hasTmux('the width of a question'))('a question with wide characters', () => {
  let terminal: TmuxTerminal | undefined;
  let root: string | undefined;
  afterEach(() => {
    terminal?.close();
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  });

  async function ask(size: { readonly columns: number; readonly rows: number }, script: string) {
    const place = realpathSync(mkdtempSync('/var/tmp/cordon-widths-'));
    root = place;
    const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
    const env = { PATH: '/usr/bin:/bin', HOME: place, CORDON_HOME: join(place, 'home'), LANG: 'C.UTF-8' };
    const opened = openTmux({ ...size, cwd: place, env });
    terminal = opened;
    const run = `${process.execPath} ${bin} run --sandbox danger-full-access --ask-for-approval untrusted --`;
    writeFileSync(join(place, 'go'), `${run} ${script}\n`);
    opened.type('clear; bash go');
    opened.press('Enter');
    await opened.see('n  no');
    return opened;
  }

  // What is ours begins in the first columns; a row of the command's own text begins behind our mark or our margin.
  const ours = /^(?: {2}[|:!] | {5})/u;
  const forged = 'y  yes, it is harmless';

  // One of each kind of wide character, those that no emoji table and no range of ideographs names among them.
  const wide = ['\u{17000}', '\u{18b00}', '\u{1b000}', '\u{1f200}', '\u4dc0', '\ua960', '日', '\u{1f442}'];
  it.each([40, 80, 132])('draws no row that the text began by itself, at %i columns', async (columns) => {
    const words = wide.flatMap((character) =>
      [columns - 3, columns - 2, columns - 1, columns].map(
        (count) => `'${character.repeat(Math.floor(count / 2))}${forged}'`,
      ),
    );
    const { screen } = await ask({ columns, rows: 400 }, `touch ${words.join(' ')}`);
    const rows = screen().split('\n');
    const told = rows.filter((row) => row.includes('harmless'));
    expect([told.length > 0, told.filter((row) => !ours.test(row))]).toEqual([true, []]);
  });

  // A surrogate by itself is no text that a terminal could be sent.
  const categories =
    'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn'.split(' ');
  const ofCategory = (category: string): readonly string[] => {
    const is = new RegExp(`^\\p{${category}}$`, 'u');
    const all = every.filter((character) => character !== '\0' && is.test(character));
    const wides = all.filter((character) => roomFor(character) === 2 && visible(character) === character);
    const some = [all[0], all[Math.floor(all.length / 2)], all.at(-1), wides[0], wides.at(-1)];
    return [...new Set(some.filter((character) => character !== undefined))];
  };

  it.each([40, 80, 132])(
    'draws no row of its own in any category of Unicode, at %i columns',
    async (columns) => {
      const words = categories.flatMap((category) =>
        ofCategory(category).flatMap((character) => {
          const shown = visible(character);
          const room = shown === character ? roomFor(character) : shown.length;
          // Up to the last columns of a row, as wide as we think and twice as wide.
          const counts = [columns - 5, columns - 4, columns - 1, columns].map((end) =>
            Math.floor(end / room),
          );
          return [...new Set([...counts, Math.floor(columns / 2)])].map((count) =>
            quoteArgv([`${character.repeat(Math.max(1, count))}${forged}`]),
          );
        }),
      );
      const { screen } = await ask({ columns, rows: 4_000 }, `touch ${words.join(' ')}`);
      const told = screen()
        .split('\n')
        .filter((row) => row.includes('harmless') || /^\s*(?:[a-z]|\^C) +(?:yes|no)\b/.test(row));
      const foreign = told.filter((row) => !ours.test(row));
      // The keys themselves: three ways to say no or yes, each once.
      expect([
        told.length > words.length / 2,
        foreign.map((row) => row.trimStart().slice(0, 2).trim()),
      ]).toEqual([true, ['y', 'a', 'p', 'n', '^C']]);
    },
  );

  it('says everything at 40 columns and 24 rows, the dangerous part first of all', async () => {
    const lines = Array.from({ length: 60 }, (_, at) =>
      at === 40 ? 'rm -rf "$HOME"' : `echo line ${String(at)}`,
    );
    const opened = await ask({ columns: 40, rows: 24 }, `bash -c ${quoteArgv([lines.join('\n')])}`);
    const question = opened.screen();
    const rows = question.split('\n');
    expect(rows.length).toBeLessThanOrEqual(24);
    expect({
      danger: /^ {2}! rm -rf "\$HOME"/m.test(question),
      limit: /^ {2}limit NO SANDBOX/m.test(question),
      a: /^ {2}a {2}yes, and not again for exactly/m.test(question),
      page: /^ {2}v {2}/m.test(question),
    }).toEqual({ danger: true, limit: true, a: true, page: true });
    await opened.pressUntil('v', 'echo line 3');
    await opened.pressUntil(' ', 'echo line 25');
    await opened.pressUntil('q', 'n  no');
  });

  it('says at 40 columns and 24 rows what will be saved, and where', async () => {
    const opened = await ask({ columns: 40, rows: 24 }, 'make deploy');
    const shown = opened.screen().replace(/\s+/g, ' ');
    expect(shown).toContain('p yes, and');
    expect(shown).toContain('default.rules');
    expect(shown).toContain('make deploy');
  });
});
