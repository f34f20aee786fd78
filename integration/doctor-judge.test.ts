// `cordon doctor --judge PATH`: one path explained, by the same judge that looks at what commands write.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const base = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-judge-')));
const [work, home] = [join(base, 'work'), join(base, 'home')];

beforeAll(() => {
  for (const directory of [join(work, 'dir'), join(home, '.cordon/rules')])
    mkdirSync(directory, { recursive: true });
  execFileSync('git', ['init', '-q', work], { env: { PATH: process.env['PATH'] ?? '', HOME: home } });
  execFileSync('git', ['-C', work, 'config', 'core.fsmonitor', './evil']);
  writeFileSync(join(work, '.nvmrc'), '20\n');
  writeFileSync(join(work, '.envrc'), 'echo hello\n');
  writeFileSync(join(work, 'notes'), 'text\n');
  symlinkSync('../dir', join(work, '.git/hooks/post-merge'));
  writeFileSync(
    join(home, '.cordon/rules/a.rules'),
    'change_rule(paths = ["db/**"], decision = "forbidden", justification = "Migrations are ours.")\n' +
      'change_rule(paths = ["notes"], decision = "prompt")\n',
  );
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

function cordon(...words: readonly string[]): { status: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'doctor', ...words], {
    cwd: work,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' },
    encoding: 'utf8',
  });
  return { status, out: stdout, error: stderr };
}

describe('one path explained', () => {
  const rows: readonly { says: string; path: string; contains: readonly (string | RegExp)[] }[] = [
    {
      says: 'a setting of git that starts a program, key by key',
      path: '.git/config',
      contains: ['obeyed by any git command', 'would be kept without these parts', 'core.fsmonitor: '],
    },
    {
      says: 'a hook that is a link',
      path: '.git/hooks/post-merge',
      contains: ["git's own samples are kept", 'The symlink that stands there now would be held back'],
    },
    {
      says: 'a hook that is not there',
      path: '.git/hooks/pre-commit',
      contains: ['Nothing stands there now.'],
    },
    {
      says: 'a version and nothing more',
      path: '.nvmrc',
      contains: ['would be kept, had a command made it'],
    },
    {
      says: 'what a shell runs',
      path: '.envrc',
      contains: ['a shell that enters the folder', 'would be held back'],
    },
    { says: 'what a rule asks about', path: 'notes', contains: ['Nothing outside obeys it', /a\.rules:2/u] },
    {
      says: 'what a rule forbids',
      path: 'db/1.sql',
      contains: [/A rule forbids it .*a\.rules:1/u, 'Migrations are ours.'],
    },
    { says: 'ordinary work', path: 'src/new.ts', contains: ['what a command writes there is kept'] },
    {
      says: 'a start-up file of this home',
      path: join(home, '.bashrc'),
      contains: ['an interactive bash', 'taken as if'],
    },
    {
      says: 'a path whose directory is not there',
      path: 'a/b/c',
      contains: ['what a command writes there is kept'],
    },
  ];
  it.each(rows)('is $says', ({ path, contains }) => {
    const { status, out, error } = cordon('--judge', path);
    expect([status, error]).toEqual([0, '']);
    for (const words of contains) expect(out).toMatch(words);
  });

  it('is one JSON object for a program', () => {
    const { out } = cordon('--json', '--judge', '.envrc');
    expect(JSON.parse(out)).toMatchObject({
      path: join(work, '.envrc'),
      workspace: work,
      there: 'file',
      roles: [{ runs: 'a shell that enters the folder' }],
      verdict: { kind: 'hold' },
    });
  });

  it('shows no control character of a name', () => {
    expect(cordon('--judge', 'a\u001b[2Jb').out).not.toContain('\u001b');
  });

  it('needs a path', () => {
    expect(cordon('--judge', '')).toMatchObject({
      status: 2,
      error: expect.stringContaining('--judge') as string,
    });
    expect(cordon('--judge', '/')).toMatchObject({ status: 2 });
  });
});
