import { describe, expect, it } from 'vitest';
import type { Argv, CommandInput, ParsedCommand } from '../domain/index.ts';
import { canonicalCommand, parseCommand, planArgv } from './index.ts';

const argv = (...words: readonly [string, ...string[]]): CommandInput => ({ kind: 'argv', argv: words });
const script = (text: string, shell = 'bash', login = false): CommandInput => ({
  kind: 'script',
  script: text,
  shell,
  login,
});

/** The commands, or the reason there are none. */
function brief(parsed: ParsedCommand): unknown {
  return parsed.kind === 'plain'
    ? [parsed.from, ...parsed.commands.map((command) => command.argv)]
    : parsed.reason;
}

describe('an argv', () => {
  const rows: readonly { readonly says: string; readonly input: CommandInput; readonly want: unknown }[] = [
    {
      says: 'that is no shell is one command',
      input: argv('ls', '-l', '$x'),
      want: ['argv', ['ls', '-l', '$x']],
    },
    {
      says: 'of a shell with -c is split',
      input: argv('bash', '-c', 'a; b'),
      want: ['script', ['a'], ['b']],
    },
    { says: 'of a login shell is split', input: argv('bash', '-lc', 'a'), want: ['script', ['a']] },
    { says: 'with the flags apart', input: argv('sh', '-l', '-c', 'a'), want: ['script', ['a']] },
    { says: 'with the end of options', input: argv('zsh', '-c', '--', '-x'), want: ['script', ['-x']] },
    {
      says: 'of a shell by its usual path',
      input: argv('/usr/local/bin/bash', '-c', 'a'),
      want: ['script', ['a']],
    },
    { says: 'with positionals', input: argv('bash', '-c', 'a', 'name', 'x'), want: ['script', ['a']] },
    {
      says: 'with -e and -u',
      input: argv('bash', '-euo', 'pipefail', '-c', 'a'),
      want: ['script', ['a']],
    },
    {
      says: 'with -e, -u and pipefail apart',
      input: argv('bash', '-eu', '-o', 'pipefail', '-c', 'a'),
      want: ['script', ['a']],
    },
    { says: 'of a shell in the repository', input: argv('./bash', '-c', 'a'), want: 'unsupported-shell' },
    {
      says: 'of a shell in a writable place',
      input: argv('/tmp/evil/zsh', '-lc', 'a'),
      want: 'unsupported-shell',
    },
    { says: 'of another shell', input: argv('fish', '-c', 'a'), want: 'unsupported-shell' },
    {
      says: 'of dash, which is not asked for by that name',
      input: argv('dash', '-c', 'a'),
      want: 'unsupported-shell',
    },
    { says: 'of a versioned bash', input: argv('bash5.2', '-c', 'a'), want: 'unsupported-shell' },
    { says: 'of PowerShell', input: argv('pwsh', '-NoProfile', '-Command', 'a'), want: 'unsupported-shell' },
    {
      says: 'of PowerShell without a command',
      input: argv('powershell.exe', '-File', 'x'),
      want: 'unsupported-shell',
    },
    { says: 'of cmd', input: argv('C:\\Windows\\cmd.exe', '/c', 'del x'), want: 'unsupported-shell' },
    { says: 'with an interactive shell', input: argv('bash', '-ic', 'a'), want: 'unsupported-shell-option' },
    {
      says: 'with a start-up file',
      input: argv('bash', '--rcfile', 'x', '-c', 'a'),
      want: 'unsupported-shell-option',
    },
    {
      says: 'with extended patterns',
      input: argv('bash', '-O', 'extglob', '-c', 'a'),
      want: 'unsupported-shell-option',
    },
    {
      says: 'with keyword assignments',
      input: argv('bash', '-kc', 'a x=1'),
      want: 'unsupported-shell-option',
    },
    { says: 'with no script', input: argv('bash', '-c'), want: 'unsupported-shell-option' },
    {
      says: 'whose script looks like an option',
      input: argv('bash', '-c', '--help'),
      want: 'unsupported-shell-option',
    },
    {
      says: 'whose script looks like an option switched off',
      input: argv('bash', '-c', '+x'),
      want: 'unsupported-shell-option',
    },
    {
      says: 'of a shell with a file is a program',
      input: argv('bash', 'build.sh', '-c', 'x'),
      want: ['argv', ['bash', 'build.sh', '-c', 'x']],
    },
    { says: 'of a bare shell is a program', input: argv('bash'), want: ['argv', ['bash']] },
    {
      says: 'of a shell asked for its version',
      input: argv('bash', '--version'),
      want: ['argv', ['bash', '--version']],
    },
    {
      says: 'of a nested shell is unwrapped',
      input: argv('bash', '-lc', 'sh -c \'a "b c"\''),
      want: ['script', ['a', 'b c']],
    },
    {
      says: 'of a nested shell among others stays',
      input: argv('bash', '-c', "x; sh -c 'a'"),
      want: ['script', ['x'], ['sh', '-c', 'a']],
    },
    {
      says: 'of a nested shell with an opaque script',
      input: argv('bash', '-c', "sh -c 'a $b'"),
      want: 'expansion',
    },
    {
      says: 'of a nested shell in the repository',
      input: argv('bash', '-c', "./sh -c 'a'"),
      want: 'unsupported-shell',
    },
  ];
  for (const { says, input, want } of rows) it(says, () => expect(brief(parseCommand(input))).toEqual(want));

  it('is given up when shells are nested too deeply', () => {
    let text = 'ls';
    for (let depth = 0; depth < 12; depth += 1) text = `bash -c ${text.replace(/[^a-z-]/g, '\\$&')}`;
    expect(brief(parseCommand(script(text)))).toBe('nested-too-deep');
  });

  it('names every shell on the way to the commands, outermost first', () => {
    expect(parseCommand(argv('/bin/zsh', '-c', 'a'))).toMatchObject({
      kind: 'plain',
      from: 'script',
      shells: ['/bin/zsh'],
    });
    expect(parseCommand(argv('bash', '-c', "/bin/sh -c '/bin/zsh -c a'"))).toMatchObject({
      shells: ['bash', '/bin/sh', '/bin/zsh'],
    });
    expect(parseCommand(argv('a'))).not.toHaveProperty('shells');
  });
});

describe('the dialect of the shell', () => {
  const rows: readonly {
    readonly says: string;
    readonly text: string;
    readonly plainIn: readonly string[];
  }[] = [
    { says: 'zsh replaces a leading equals sign', text: 'a =ls', plainIn: ['bash', 'sh'] },
    { says: 'a lone equals sign is fine everywhere', text: 'a = b', plainIn: ['bash', 'sh', 'zsh'] },
    { says: 'zsh may take a caret for a pattern', text: 'git show HEAD^', plainIn: ['bash', 'sh'] },
    { says: 'zsh may take a tilde for a pattern', text: 'git show HEAD~1', plainIn: ['bash', 'sh'] },
    { says: 'zsh may take a hash for a pattern', text: 'echo a#b', plainIn: ['bash', 'sh'] },
    { says: 'a comment is one everywhere', text: 'git show # x^', plainIn: ['bash', 'sh', 'zsh'] },
    { says: 'zsh reserves repeat', text: 'repeat 3 a', plainIn: ['bash', 'sh'] },
    { says: 'zsh evaluates what test compares', text: '[ a -eq b ]', plainIn: ['bash', 'sh'] },
    { says: 'zsh evaluates what printf prints', text: 'printf %d x', plainIn: ['bash', 'sh'] },
    { says: 'ksh as sh evaluates what test compares', text: "test 'a[$(id)]' -eq 0", plainIn: ['bash'] },
    { says: 'dash changes directory by chdir', text: 'chdir x', plainIn: ['bash'] },
  ];
  for (const { says, text, plainIn } of rows) {
    it(says, () => {
      const accepted = ['bash', 'sh', 'zsh'].filter(
        (shell) => parseCommand(script(text, shell)).kind === 'plain',
      );
      expect(accepted).toEqual(plainIn);
    });
  }
});

describe('the planned argv', () => {
  const planned = (input: CommandInput): Argv => planArgv(input, parseCommand(input));
  const rows: readonly { readonly says: string; readonly input: CommandInput; readonly want: Argv }[] = [
    { says: 'is one plain command without a shell', input: script('git "a b"'), want: ['git', 'a b'] },
    { says: 'skips every shell around it', input: argv('bash', '-c', "sh -c 'git x'"), want: ['git', 'x'] },
    {
      says: 'keeps a login shell',
      input: script('git x', 'bash', true),
      want: ['bash', '-l', '-c', '--', 'git x'],
    },
    {
      says: 'keeps an inner login shell',
      input: argv('bash', '-c', "bash -lc 'git x'"),
      want: ['bash', '-c', "bash -lc 'git x'"],
    },
    {
      says: 'keeps the shell for a builtin',
      input: script('echo -e x'),
      want: ['bash', '-c', '--', 'echo -e x'],
    },
    {
      says: 'keeps the shell for two commands',
      input: script('a; b', 'zsh'),
      want: ['zsh', '-c', '--', 'a; b'],
    },
    {
      says: 'keeps the shell for an opaque script',
      input: script('-x $y'),
      want: ['bash', '-c', '--', '-x $y'],
    },
    { says: 'is an argv as it was given', input: argv('ls', '-l'), want: ['ls', '-l'] },
    { says: 'is a shell as it was given', input: argv('bash', '-ec', 'a; b'), want: ['bash', '-ec', 'a; b'] },
  ];
  for (const { says, input, want } of rows) it(says, () => expect(planned(input)).toEqual(want));
});

describe('the key of an approval', () => {
  const key = (input: CommandInput): string => canonicalCommand(input, parseCommand(input));

  it('is shared by two ways to execute the same thing', () => {
    expect(key(script('git  status # now'))).toBe(key(argv('git', 'status')));
    expect(key(argv('bash', '-c', 'git status'))).toBe(key(argv('git', 'status')));
  });

  it('is not shared by anything else', () => {
    const inputs = [
      argv('git', 'status'),
      argv('git status'),
      argv('git', 'status', ''),
      script('git status', 'bash', true),
      script('git status; x'),
      script('git status && x'),
      script('git status && x', 'zsh'),
      argv('bash', '-lc', 'git status && x'),
    ];
    expect(new Set(inputs.map(key)).size).toBe(inputs.length);
  });
});
