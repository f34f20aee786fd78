// Scripts with everything a shell has: for the facts, not for the split. Loops end, redirections lead to /dev/null, and
// every command is spelled out somewhere, so each one bash runs must be among the literal commands.
import type { Random } from './random.ts';

export function wildScript(random: Random): string {
  return list(random, 3);
}

function list(random: Random, depth: number): string {
  const separator = (): string =>
    random.pick(['; ', '\n', ' && ', ' || ', ' | ', '; ', '\n# c (\n', ' |& ', ' &\n']);
  let text = command(random, depth);
  for (let more = random.below(3); more > 0; more -= 1) text += separator() + command(random, depth);
  return text;
}

function command(random: Random, depth: number): string {
  if (depth === 0) return simple(random, 0);
  const inner = (): string => list(random, depth - 1);
  switch (random.below(17)) {
    case 0:
      return `if ${inner()}\nthen ${inner()}\nelse ${inner()}\nfi`;
    case 1:
      return `for i in ${word(random, 0)} 'b c'; do ${inner()}\ndone`;
    case 2:
      // Ends when the stub has been called often enough; nothing that forks much inside.
      return `while ${simple(random, 0)}; do ${simple(random, 0)}\ndone`;
    case 3:
      return `case ${word(random, 0)} in ${random.pick(['a)', '(a|b*)', '"x y")'])} ${inner()}\n;; *) ${inner()}\n${random.pick([';;', ';&', ';;&', ''])}\nesac`;
    case 4:
      return `( ${inner()}\n)`;
    case 5:
      return `{ ${inner()}\n} > /dev/null`;
    case 6:
      return `f${random.below(3)}() { ${inner()}\n}`;
    case 7:
      return `! ${simple(random, depth - 1)}`;
    case 8:
      return `[[ ${word(random, 0)} < b || x =~ (a|b) ]]`;
    case 9:
      return `(( x = ${random.pick(['1<<2', '(1)', '$(c1 in arithmetic)', '2 > 1'])} ))`;
    case 10:
      return `((c1 a) ; ${simple(random, 0)})`;
    case 11:
      return `c2 <<${random.pick(['E', "'E'", '\\E'])}\n${random.pick(['text', '$(c3 in body)', '`c3 in ticks`', 'rm x; (', '\\$(rm)'])}\nE\n`;
    default:
      return simple(random, depth - 1);
  }
}

function simple(random: Random, depth: number): string {
  const parts = [random.pick(['c1', 'c2', 'c3', 'git', '"rm"', '\\ls', 'f0', 'wc'])];
  for (let more = random.below(4); more > 0; more -= 1) parts.push(word(random, depth));
  if (random.chance(20)) parts.unshift(random.pick(['A=1', 'A=$(c1 in assignment)', 'B[1]=x', 'A+=y']));
  if (random.chance(20))
    parts.push(random.pick(['>/dev/null', '2>&1', '< /dev/null', '2> /dev/null', '<<< x', '3<&-']));
  return parts.join(random.chance(90) ? ' ' : ' \\\n ');
}

function word(random: Random, depth: number): string {
  const inner = (): string => (depth === 0 ? 'c1 deep' : list(random, depth - 1));
  switch (random.below(20)) {
    case 0:
      return `$(${inner()}\n)`;
    case 1:
      return `"a $(${inner()}\n) b"`;
    case 2:
      return `\`${random.pick(['c2 ticks', 'c2 "a b"', "rm 'x'"])}\``;
    case 3:
      return `<(${inner()}\n)`;
    case 4:
      return random.pick([
        '${x:-a}',
        '"${x:-\'}""\'}"',
        '${x:-$(c1 in default)}',
        '${x#"}"}',
        '${#x}',
        '"${x[@]}"',
      ]);
    case 5:
      return random.pick(['$((1+2))', '$(( (1) + $(c2 x) ))', '$[1+1]', '$((1<<2))']);
    case 6:
      return random.pick(['$x', '"$x"', '$?', '"$@"', '$1', '"${x}y"']);
    case 7:
      return random.pick(['{a,b}', '{1..3}', 'x{a,{b,c}}y', '{}', '{a', 'a,b}']);
    case 8:
      return random.pick(["$'a\\tb'", "$'\\x41\\'b'", '$"a"']);
    case 9:
      return random.pick(['"a;b"', "'a|b'", '"a\\"b"', '\\;', '"`c3 in quotes`"', "'it'\\''s'", '"a\\\nb"']);
    default:
      return random.pick(['a', '-rf', '--x=y', '/nowhere/x', 'a#b', 'in', 'do', '2', 'é', 'x=1']);
  }
}
