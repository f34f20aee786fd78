// Scripts that try to run a stub program where a reader does not look: quotes inside braces, here-documents with odd
// delimiters, comments where there are none, arithmetic, subscripts, second evaluations, shells fed by pipes; then a
// few characters changed. They end by themselves: no loop without end, no function that calls itself.
import type { Random } from '../bash-oracle/random.ts';
import { stubs } from './run-shells.ts';

export function hiddenScript(random: Random): string {
  const script = list(random, 3);
  return random.chance(45) ? changed(script, random) : script;
}

function list(random: Random, depth: number): string {
  let text = command(random, depth);
  for (let more = random.below(3); more > 0; more -= 1) {
    text += random.pick([
      '; ',
      '\n',
      ' && ',
      ' || ',
      ' | ',
      ';\\\n',
      '\n# c "\n',
      " # it's\n",
      ' &\n',
      ' |\\\n',
    ]);
    text += command(random, depth);
  }
  return text;
}

function stub(random: Random): string {
  return `${random.pick(stubs)} ${random.pick(['a', 'b', '"c d"', '-x'])}`;
}

function command(random: Random, depth: number): string {
  if (depth === 0) return stub(random);
  const inner = (): string => list(random, depth - 1);
  const deep = depth - 1;
  switch (random.below(26)) {
    case 0:
      return `if ${stub(random)}; then ${inner()}\nelse ${inner()}\nfi`;
    case 1:
      return `for i in ${word(random, deep)} b; do ${inner()}\ndone`;
    case 2:
      return `case ${word(random, deep)} in ${random.pick(['a)', '(a|b)', '"x)")', "'#')", '(esac)', 'in)', '$(t0 p))'])} ${inner()}\n;; *) ${inner()}\n${random.pick([';;', ''])}\nesac`;
    case 3:
      return `( ${inner()}\n)`;
    case 4:
      return `{ ${inner()}\n}`;
    case 5:
      return heredoc(random, depth);
    case 6:
      return heredoc(random, depth);
    case 7:
      return `[[ ${word(random, deep)} ${random.pick(['==', '=~', '!=', '<', '-eq'])} ${random.pick(['@(a #)', '(a|b #)', "'x'", 'a*', '(\\)', '[[:alpha:]]'])} ]]`;
    case 8:
      return `(( ${arithmetic(random, deep)} ))`;
    case 9:
      return `((${stub(random)} ); ${stub(random)} )`;
    case 10:
      return `${random.pick(['a', 'b[1]', 'c[ #]', 'd[$(t5 s)]', "e['x y']"])}=${word(random, deep)}`;
    case 11:
      return `a=( ${word(random, deep)} ${random.pick(['# c )', '[1]=b', "'('", '"#"', 'case x in', '\\)', '[$(t4 e)]=2'])}\n)`;
    case 12:
      return `{ echo ${stub(random)}; } | ${random.pick(['sh', 'bash', 'cat | sh', '{ sh; }', '(bash -s)', 'env sh', 'nice bash'])}`;
    case 13:
      return `${random.pick(['sh', 'bash'])} ${random.pick(['-c', '-ec', '+c', '-oc errexit'])} '${stub(random)}'`;
    case 14:
      return `${random.pick(['env 1=1', 'env a-b=c', 'nice -n 1', 'command', 'exec', 'builtin eval', 'eval', 'time', '!', 'env -S'])} ${stub(random)}`;
    case 15:
      return `v='a[$(${stub(random)})]'; ${random.pick(['echo $((v))', '[[ v -eq 1 ]]', '(( v ))', 'test -v "$v"', 'unset "$v"', 'echo ${!v}', 'echo ${x:v}', 'let v', 'declare -i w=v', 'printf -v "$v" x', 'read "$v" <<< x', 'echo ${a[v]}', 'a[v]=1', 'echo $[v]', 'typeset -n r=$v; echo $r', 'wait -p "$v"', 'getopts a "$v" -a', 'mapfile "$v" <<< x', 'local -i w=v', 'export "$v=1"', 'readonly "$v=1"'])}`;
    case 16:
      return `v='$(${stub(random)})'; ${random.pick(['echo "${v@P}"', 'PS4=$v; set -x; :', 'eval "echo $v"', 'trap "$v" EXIT'])}`;
    case 17:
      return `trap '${stub(random)}' ${random.pick(['EXIT', '0', 'DEBUG'])}; :`;
    case 18:
      return `${random.pick(['sh', 'bash', 'cat | sh', '. /dev/stdin', 'bash /dev/stdin'])} <<${random.pick(['E', "'E'", '\\E', '-E'])}\n${stub(random)}\nE\n`;
    case 19:
      return `${random.pick(['mapfile -c1 -C', 'compgen -C', 'compgen -W', 'jobs -x', 'complete -C'])} ${random.pick([`'${stub(random)}'`, stub(random), `'$(${stub(random)})'`])} ${random.pick(['', '<<< x'])}`;
    case 20:
      return `f${String(random.below(3))}() { ${stub(random)}\n}; f${String(random.below(3))}`;
    default:
      return simple(random, deep);
  }
}

function simple(random: Random, depth: number): string {
  const parts = [random.pick([...stubs, 'echo', ':', 'echo', '\\t0', '"t1"', "t''2"])];
  for (let more = random.below(4); more > 0; more -= 1) parts.push(word(random, depth));
  if (random.chance(15)) parts.unshift(random.pick(['A=1', 'A=$(t3 x)', 'B[$(t2 y)]=x', 'A+=y']));
  if (random.chance(15))
    parts.push(random.pick(['2>&1', '</dev/null', '<<< "$(t4 z)"', '>/dev/null', '3<&-']));
  return parts.join(random.chance(85) ? ' ' : ' \\\n ');
}

function word(random: Random, depth: number): string {
  const inner = (): string => (depth <= 0 ? stub(random) : list(random, depth - 1));
  switch (random.below(24)) {
    case 0:
      return `$(${inner()}\n)`;
    case 1:
      return `"a $(${inner()}\n) b"`;
    case 2:
      return `\`${random.pick([stub(random), `echo \\\`${stub(random)}\\\``, `echo \\"; ${stub(random)}; \\"`, "t1 '\\`'"])}\``;
    case 3:
      return `<(${inner()}\n)`;
    case 4:
      return braces(random, depth);
    case 5:
      return `"${braces(random, depth)}"`;
    case 6:
      return `$(( ${arithmetic(random, depth)} ))`;
    case 7:
      return `$[ ${arithmetic(random, depth)} ]`;
    case 8:
      return random.pick(["$'\\''", "$'\\\\'", '$"a"', "$'\\x22'", "$'$(t0 n)'", '"$\'"', "$'a\\tb'"]);
    case 9:
      return random.pick([
        "'#'",
        'a#b',
        '"#"',
        '\\#',
        "'\"'",
        '"\'"',
        "\\'",
        '\\"',
        "'`'",
        '"\\`"',
        "'$('",
        '\\$\\(',
      ]);
    case 10:
      return random.pick(['{a,b}', '{a', 'x{1..3}', '~', '*', '@(a)', '!(b', '[a]', ')'].slice(0, 8));
    case 11:
      return random
        .pick(['$x', '"$x"', '$@', '"$@"', '$#', '$$(', '${#}', '$', '"$"', '${x}', '$?'])
        .replace('$$(', '$$');
    default:
      return random.pick(['a', '-rf', 'in', 'do', 'esac', 'x=1', '2', '/a', 'é', 'a"b"c', "'a b'", 'a\\\nb']);
  }
}

function braces(random: Random, depth: number): string {
  const inner = depth <= 0 ? stub(random) : list(random, depth - 1);
  const operation = random.pick([':-', '-', ':+', '+', '#', '%', '/', '//', '^', ',', ':', ':=', '@', '']);
  const content = random.pick([
    `$(${inner}\n)`,
    `'$(${stub(random)})'`,
    `'"'`,
    `"'"`,
    `$'\\''`,
    `$'}'`,
    `\\}`,
    `"}"`,
    `'}'`,
    `"$(${stub(random)})"`,
    '`t2 q`',
    '<(t3 r)',
    '${y:-$(t4 u)}',
    `"\${y:-'"'}"`,
    'a b',
    '#',
    "a'b",
  ]);
  return `\${${random.pick(['x', 'x', '#x', '!x', 'a[1]', 'a[$(t1 i)]', '@', '1'])}${operation}${content}}`;
}

function arithmetic(random: Random, depth: number): string {
  return random.pick([
    '1 + 2',
    `$(${stub(random)})`,
    `'$(${stub(random)})'`,
    `"$(${stub(random)})"`,
    '`t2 z`',
    `a[$(${stub(random)})]`,
    '(1)',
    '1 << 2',
    'x # y',
    "'",
    '${x:-$(t3 w)}',
    `\${x:-')'}`,
    '$(case x in x) t4 v;; esac)',
    word(random, depth - 1),
  ]);
}

function heredoc(random: Random, depth: number): string {
  const [written, end] = random.pick([
    ['E', 'E'],
    ["'E'", 'E'],
    ['\\E', 'E'],
    ['"E"', 'E'],
    ['E\\\nF', 'EF'],
    ['"$x"', '$x'],
    ['$x', '$x'],
    ['"a b"', 'a b'],
    ["E'F'", 'EF'],
    ["''", ''],
    ['"\\$E"', '$E'],
    ['-E', 'E'],
    ["-'E'", '\tE'],
    ['$"E"', 'E'],
    ["$'E'", 'E'],
    ['E#', 'E#'],
    ['{E}', '{E}'],
  ] as const);
  const body = random.pick([
    'text',
    `$(${stub(random)})`,
    '`t3 b`',
    `'$(${stub(random)})'`,
    `\\$(${stub(random)})`,
    `$(cat <<F\n${end}\n$(t2 n)\nF\n)`,
    `a\\\n${end}\n$(t1 j)`,
    `"$(${stub(random)}`,
    `\${x:-'$(${stub(random)})'}`,
    `\${x:-"$(${stub(random)})"}`,
    '$(( $(t5 h) ))',
    'it\'s "',
    '#',
    '\\`t0 k\\`',
    `${end} `,
    '`echo \\"; t4 l; \\"`',
  ]);
  const after = random.pick([
    '',
    '',
    ` | ${random.pick(['cat', 'sh', 't0 p', '( cat'])}`,
    '; t1 after',
    ` && ${depth > 1 ? command(random, depth - 2) : 't2 c'}`,
  ]);
  const closed = random.chance(80) ? `\n${end}\n` : random.pick([`\n${end})\n`, `\n\t${end}\n`, '\n']);
  const text = `cat <<${written}${after.replace('( cat', '(cat)')}\n${body}${closed}`;
  return random.chance(25) ? `echo $(${text}${random.chance(50) ? '' : '\n'})` : text;
}

const odd: readonly string[] = [
  ...Array.from('$`(){}[]#&|;<>\\\'" \t\n=!*@'),
  '\\\n',
  '$(',
  '${',
  "$'",
  '$((',
  '<(',
  '<<E\n',
  '"$(',
  ' #',
  '))',
  ';;',
];

function changed(script: string, random: Random): string {
  let text = script;
  for (let changes = 1 + random.below(2); changes > 0; changes -= 1) {
    const at = random.below(text.length + 1);
    const cut = random.chance(50) ? random.below(3) : 0;
    text = text.slice(0, at) + (random.chance(75) ? random.pick(odd) : '') + text.slice(at + cut);
  }
  return text;
}
