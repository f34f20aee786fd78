// A question cannot be forged by characters that are wider than we think: what a row has room for is compared with what
// the C library and a real terminal make of every character that is printed as it is.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { roomFor, visible } from '../src/cli/terminal/visible-text.ts';
import { hasTmux, openTmux, type TmuxTerminal } from './support/tmux.ts';

const printed: readonly string[] = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code >= 0x20 && (code < 0xd800 || code > 0xdfff))
  .map((code) => String.fromCodePoint(code))
  .filter((character) => visible(character) === character);

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

describe.skipIf(!hasTmux())('a question with wide characters', () => {
  let terminal: TmuxTerminal | undefined;
  let root: string | undefined;
  afterEach(() => {
    terminal?.close();
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  });

  // One of each kind of wide character, those that no emoji table and no range of ideographs names among them.
  const wide = ['\u{17000}', '\u{18b00}', '\u{1b000}', '\u{1f200}', '\u4dc0', '\ua960', '日', '\u{1f442}'];
  it.each([40, 80, 132])('draws no row that the text began by itself, at %i columns', async (columns) => {
    const place = realpathSync(mkdtempSync('/var/tmp/cordon-widths-'));
    root = place;
    const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
    const forged = 'y  yes, it is harmless';
    const words = wide.flatMap((character) =>
      [columns - 3, columns - 2, columns - 1, columns].map(
        (count) => `'${character.repeat(Math.floor(count / 2))}${forged}'`,
      ),
    );
    const env = { PATH: '/usr/bin:/bin', HOME: place, CORDON_HOME: join(place, 'home'), LANG: 'C.UTF-8' };
    terminal = openTmux({ columns, rows: 400, cwd: place, env });
    const run = `${process.execPath} ${bin} run --sandbox danger-full-access --ask-for-approval untrusted --`;
    writeFileSync(join(place, 'go'), `${run} touch ${words.join(' ')}\n`);
    terminal.type('clear; sh go');
    terminal.press('Enter');
    await terminal.see('n  no');
    const rows = terminal.screen().split('\n');
    // What is ours begins in the first columns; a row of the command's own text begins behind our mark or our margin.
    const ours = /^(?: {2}[|:] | {5})/u;
    const told = rows.filter((row) => row.includes('harmless'));
    expect([told.length > 0, told.filter((row) => !ours.test(row))]).toEqual([true, []]);
  });
});
