// Scripts nobody can label: plain ones with a few characters changed, and soup of everything the shell gives a
// meaning. For these bash alone says what is right. Nothing here names an existing file or can spell `builtin`.
import { plainScript } from './plain-scripts.ts';
import type { Random } from './random.ts';

const nasty: readonly string[] = [
  ...Array.from('$`(){}[]*?~!#&|;<>\\\'" \t\n=+-^%@,:./0123456789abcx'),
  '\r',
  '\u0001',
  '\u007f',
  '\u00a0',
  '\u2028',
  'é',
  'à',
  '日',
  '\ufeff',
  '\u200b',
  '\u202e',
  '$(',
  '${',
  '$((',
  "$'",
  '$"',
  '<(',
  '>(',
  '<<',
  '<<<',
  '>>',
  '2>',
  '&>',
  '&&',
  '||',
  '|&',
  ';;',
  '\\\n',
  '\r\n',
  '{a,b}',
  '{1..3}',
  '@(',
  '!(',
  '\\\\',
  '"$',
  '#',
  '[[',
  ']]',
  '~/',
];
const soup: readonly string[] = [
  ...nasty,
  ...'c1 c2 git ls rm echo x a=b A=1 A+=1 if then fi do done while for in case esac time coproc function'.split(
    ' ',
  ),
  ...'! { } select until [ ] -- -c cd . : ./c1 ../c2 .. 3 {} eval exec test'.split(' '),
  ' ',
  ' ',
  ' ',
  '\n',
];

export function mutatedScript(random: Random): string {
  let { script } = plainScript(random);
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) {
    const at = random.below(script.length + 1);
    const cut = random.chance(50) ? random.below(3) : 0;
    const insert = random.chance(80) ? random.pick(nasty) : '';
    script = script.slice(0, at) + insert + script.slice(at + cut);
  }
  return script;
}

export function soupScript(random: Random): string {
  return random.repeat(1, 14, () => random.pick(soup)).join(random.chance(40) ? ' ' : '');
}
