import { describe, expect, it } from 'vitest';
import { type LiteralCommand, readingStopped, recursiveSpawn } from '../../domain/index.ts';
import { parseCommand, parseScript } from '../index.ts';

/** One line a command: its wrappers, then its words, `?` for a word bash computes. */
function brief(commands: readonly LiteralCommand[]): string[] {
  return commands.map(({ words, via }) =>
    [...via.map((name) => `${name}>`), ...words.map((word) => word ?? '?')].join(' '),
  );
}

const facts = (script: string): string[] => brief(parseScript(script).literalCommands);

describe('the literal commands of a script', () => {
  const rows: readonly {
    readonly says: string;
    readonly script: string;
    readonly want: readonly string[];
  }[] = [
    { says: 'a plain script', script: 'a b; c', want: ['a b', 'c'] },
    { says: 'a loop', script: 'for i in rm x; do rm -rf $i; done', want: ['rm -rf ?'] },
    { says: 'a loop over the positionals', script: 'for f do rm "$f"; done', want: ['rm ?'] },
    { says: 'a counting loop', script: 'for ((i=0; i<5; i++)); do rm x; done', want: ['rm x'] },
    {
      says: 'a condition',
      script: 'if ! a; then rm b; elif c; then d; else e; fi',
      want: ['a', 'rm b', 'c', 'd', 'e'],
    },
    {
      says: 'while and until',
      script: 'while a; do rm b; done; until c; do d; done',
      want: ['a', 'rm b', 'c', 'd'],
    },
    {
      says: 'a case',
      script: 'case $x in (a|b) rm y;; *) z;& c) w;; esac; v',
      want: ['rm y', 'z', 'w', 'v'],
    },
    {
      says: 'a case inside a substitution',
      script: 'a $(case q in z) rm x;; esac) b',
      want: ['rm x', 'a ? b'],
    },
    { says: 'a case over two lines', script: 'case $x\nin\na) rm y\nesac', want: ['rm y'] },
    { says: 'a subshell and a group', script: '( rm a ); { rm b; }', want: ['rm a', 'rm b'] },
    { says: 'what looks like arithmetic but is subshells', script: '((rm a); b)', want: ['rm a', 'b'] },
    { says: 'arithmetic hides no here-document', script: 'a $((1<<2))\nrm b', want: ['a ?', 'rm b'] },
    { says: 'a substitution in arithmetic', script: '(( x = $(rm a) ))', want: ['rm a'] },
    {
      says: 'a function, its body and its call',
      script: 'f() { rm a; }; function g { rm b; }; f',
      want: ['rm a', 'rm b', 'f'],
    },
    {
      says: 'a test expression hides nothing behind it',
      script: '[[ a < b || c =~ (x|y) ]] && rm z',
      want: ['rm z'],
    },
    {
      says: 'substitutions wherever they stand',
      script: 'a "$(rm b)" `rm c` <(rm d) ${x:-$(rm e)}',
      want: ['rm b', 'rm d', 'rm e', 'a ? ? ? ?', 'rm c'],
    },
    { says: 'nested backticks', script: '`a \\`rm b\\``', want: ['?', 'a ?', 'rm b'] },
    {
      says: 'an apostrophe inside a default in quotes',
      script: `"\${x:-'}"; rm b; "'}"`,
      want: ['?', 'rm b', "'}"],
    },
    { says: 'digits before a process substitution', script: 'a 3<(rm b)', want: ['rm b', 'a ?'] },
    { says: 'a continuation inside a dollar', script: 'a $\\\n(rm b)', want: ['rm b', 'a ?'] },
    { says: 'background and negation', script: '! rm a & time -p rm b', want: ['rm a', 'time> rm b'] },
    { says: 'coproc', script: 'coproc rm a', want: ['rm a'] },
    {
      says: 'an array that may be run later',
      script: 'A=(rm -rf x); "${A[@]}"',
      want: ['rm -rf x', ':', '?'],
    },
    { says: 'an ANSI-C string', script: "$'r\\x6d' -rf x", want: ['rm -rf x'] },
    { says: 'braces', script: 'rm {-rf,{a,b}c} x{1,2} {1..3}', want: ['rm -rf ac bc x1 x2 ?'] },
    {
      says: 'a program name from braces',
      script: '{sudo,rm} -rf x',
      want: ['sudo rm -rf x', 'sudo> rm -rf x'],
    },
    {
      says: 'a name that an empty variable uncovers',
      script: '$x $y rm -rf z',
      want: ['? ? rm -rf z', 'rm -rf z'],
    },
    { says: 'patterns and tildes are unknown words', script: 'ls *.c ~ a[bc] d?', want: ['ls ? ? ? ?'] },
    { says: 'a comment hides only its line', script: '# rm a\n$x # rm b\nrm c', want: ['?', 'rm c'] },
    {
      says: 'a syntax error hides nothing before or behind it',
      script: 'rm a; ) ; fi ; rm b; "',
      want: ['rm a', 'rm b', '', '?'],
    },
    { says: 'a carriage return hides nothing', script: 'a \\\r\nrm -rf x', want: ['a \r', 'rm -rf x'] },
    { says: 'a here-document is no script', script: 'cat <<E\nrm a\nE\nrm b', want: ['cat', 'rm b'] },
    { says: 'a substitution in a here-document', script: 'cat <<E\n$(rm a)\nE', want: ['cat', 'rm a'] },
    { says: 'a quoted delimiter keeps it text', script: "cat <<'E'\n$(rm a)\nE", want: ['cat'] },
    {
      says: 'a here-document for a shell',
      script: "bash <<-'E'\n\trm a\n\tE\nb",
      want: ['bash', 'bash> rm a', 'b'],
    },
    { says: 'a here-string for a shell', script: 'sh <<< "rm $x"', want: ['sh', 'sh> rm ?', 'sh> ?'] },
    {
      says: 'text piped into a shell',
      script: "echo 'rm -rf x' | sudo bash",
      want: ['echo rm -rf x', 'sudo bash', 'sudo> bash', 'sudo> bash> rm -rf x'],
    },
    {
      says: 'echo piped into a shell',
      script: "echo 'rm -rf x' | sh",
      want: ['echo rm -rf x', 'sh', 'sh> rm -rf x'],
    },
    {
      says: 'a here-document piped into a shell',
      script: 'cat <<E | sh\nrm a\nE',
      want: ['cat', 'sh', 'sh> rm a'],
    },
    { says: 'eval of pieces', script: 'eval rm "-rf $x"', want: ['eval rm ?', 'eval> rm -rf ?', 'eval> ?'] },
    { says: 'trap', script: "trap 'rm -rf x' EXIT", want: ['trap rm -rf x EXIT', 'trap> rm -rf x'] },
    {
      says: 'a nested shell with its positionals',
      script: `bash -c '"$@"' _ rm x &`,
      want: [`bash -c "$@" _ rm x`, 'bash> _ rm x', 'bash> rm x', 'bash> ?'],
    },
    {
      says: 'sudo with values and assignments',
      script: 'sudo -u x -nE A=1 rm y',
      want: ['sudo -u x -nE A=1 rm y', 'sudo> rm y'],
    },
    {
      says: 'env in every form',
      script: "env -i -u X A=1 rm y; env -S 'rm -rf' z",
      want: ['env -i -u X A=1 rm y', 'env> rm y', 'env -S rm -rf z', 'env> z', 'env> rm -rf z'],
    },
    {
      says: 'timeout, nice, stdbuf, nohup',
      script: 'timeout -k 5 10 nice -n 5 stdbuf -oL nohup rm x',
      want: [
        'timeout -k 5 10 nice -n 5 stdbuf -oL nohup rm x',
        'timeout> nice -n 5 stdbuf -oL nohup rm x',
        'timeout> nice> stdbuf -oL nohup rm x',
        'timeout> nice> stdbuf> nohup rm x',
        'timeout> nice> stdbuf> nohup> rm x',
      ],
    },
    {
      says: 'a wrapper option nobody listed',
      script: 'sudo --new value rm x',
      want: ['sudo --new value rm x', 'sudo> value rm x', 'sudo> rm x', 'sudo> x'],
    },
    {
      says: 'xargs appends what it reads',
      script: 'a | xargs -0 -n1 rm -rf',
      want: ['a', 'xargs -0 -n1 rm -rf', 'xargs> rm -rf ?'],
    },
    {
      says: 'find',
      script: 'find . -exec rm {} + -okdir a b \\;',
      want: ['find . -exec rm {} + -okdir a b ;', 'find> rm {}', 'find> a b'],
    },
    {
      says: 'command, builtin and exec',
      script: 'command rm a; builtin rm b; exec -a n rm c',
      want: [
        'command rm a',
        'command> rm a',
        'builtin rm b',
        'builtin> rm b',
        'exec -a n rm c',
        'exec> rm c',
      ],
    },
    {
      says: 'exec with what is no option to dash',
      script: 'exec -x a',
      want: ['exec -x a', 'exec> a', 'exec> -x a'],
    },
    { says: 'command that only tells', script: 'command -v rm', want: ['command -v rm'] },
    {
      says: 'su, flock, watch',
      script: "su x -c 'rm a'; flock f rm b; watch -n1 'rm c'",
      want: [
        'su x -c rm a',
        'su> x -c rm a',
        'su> rm a',
        'flock f rm b',
        'flock> rm b',
        'watch -n1 rm c',
        'watch> rm c',
        'watch> rm c',
      ],
    },
    {
      says: 'a script behind the operands of what takes options anywhere',
      script: "flock f -c 'rm a'; script f -ec 'rm b'; runuser x --command='rm c'; sg g -c 'rm d'",
      want: [
        'flock f -c rm a',
        'flock> -c rm a',
        'flock> rm a',
        'script f -ec rm b',
        'script> -ec rm b',
        'script> rm b',
        'runuser x --command=rm c',
        'runuser> x --command=rm c',
        'runuser> x> rm c',
        'runuser> rm c',
        'sg g -c rm d',
        'sg> -c rm d',
        'sg> rm d',
        'sg> -c rm d',
      ],
    },
    {
      says: 'tar running programs, however the option is written',
      script:
        "tar --to-command 'rm a' -x; tar -cI 'rm b'; tar --use-comp='rm c'; tar --checkpoint-action exec='rm d'; tar cfI x 'rm e'",
      want: [
        'tar --to-command rm a -x',
        'tar> rm a',
        'tar -cI rm b',
        'tar> rm b',
        'tar --use-comp=rm c',
        'tar> rm c',
        'tar --checkpoint-action exec=rm d',
        'tar> rm d',
        'tar cfI x rm e',
        'tar> x',
        'tar> rm e',
      ],
    },
    {
      says: 'a coprocess with a name, and a time with an end of options',
      script: 'coproc X { rm a; }; time -- rm b; time -p -- rm c',
      want: ['rm a', 'time> rm b', 'time> rm c'],
    },
    {
      says: 'git running commands',
      script: "git -c alias.x='!rm a' x; git rebase --exec 'rm b'; git bisect run rm c",
      want: [
        'git -c alias.x=!rm a x',
        'git> rm a',
        'git rebase --exec rm b',
        'git> rm b',
        'git bisect run rm c',
        'git> rm c',
      ],
    },
    {
      says: 'a fork bomb',
      script: ':(){ :|:& };:',
      want: [`${recursiveSpawn}> :`, `${recursiveSpawn}> :`, ':'],
    },
    { says: 'jobs of a function are no fork bomb', script: 'f() { a; }; f & f &', want: ['a', 'f', 'f'] },
    {
      says: 'a path is looked through as well',
      script: '/usr/bin/env /bin/sh -c "/bin/rm x"',
      want: ['/usr/bin/env /bin/sh -c /bin/rm x', 'env> /bin/sh -c /bin/rm x', 'env> sh> /bin/rm x'],
    },
  ];
  for (const { says, script, want } of rows)
    it(`are all there: ${says}`, () => expect(facts(script)).toEqual(want));

  it('carry their assignments and the targets of their redirections', () => {
    expect(parseScript('A=1 B=$x c > d 2>> "e f" < $g 2>&1').literalCommands).toEqual([
      {
        words: ['c'],
        assignments: [
          { name: 'A', value: '1' },
          { name: 'B', value: undefined },
        ],
        redirects: [
          { operator: '>', target: 'd' },
          { operator: '>>', target: 'e f' },
          { operator: '<', target: undefined },
          { operator: '>&', target: '1' },
        ],
        via: [],
      },
    ]);
    expect(parseScript('> f; PATH=x').literalCommands).toEqual([
      { words: [':'], assignments: [], redirects: [{ operator: '>', target: 'f' }], via: [] },
      { words: [':'], assignments: [{ name: 'PATH', value: 'x' }], redirects: [], via: [] },
    ]);
  });

  it('are there for shells that are not split', () => {
    const of = (...argv: readonly [string, ...string[]]): string[] =>
      brief(parseCommand({ kind: 'argv', argv }).literalCommands);
    expect(of('fish', '-c', 'rm x')).toEqual(['rm x']);
    expect(of('./bash', '-c', 'rm $x')).toEqual(['rm ?']);
    expect(of('pwsh', '-Command', 'rm', '-Force', 'x')).toEqual(['rm -Force x']);
    expect(of('sudo', 'sh', '-c', 'rm x')).toEqual(['sudo sh -c rm x', 'sudo> sh -c rm x', 'sudo> sh> rm x']);
  });

  it('say where reading stopped', () => {
    const stopped = (script: string): boolean =>
      parseScript(script).literalCommands.some(({ via }) => via.includes(readingStopped));
    expect(stopped('$x')).toBe(false);
    expect(stopped('('.repeat(100))).toBe(true);
    expect(stopped('$('.repeat(100))).toBe(true);
    expect(stopped(`${'nohup '.repeat(20)}rm x`)).toBe(true);
    expect(stopped('a'.repeat(2_000_000))).toBe(true);
    expect(stopped('((x '.repeat(40))).toBe(true);
  });
});
