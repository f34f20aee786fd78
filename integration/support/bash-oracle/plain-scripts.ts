// Scripts that are plain by construction, each with the argv lists it was built from: words, quotes, escapes, line
// continuations, comments and operators in every arrangement. None may be rejected, and none may be read otherwise.
import type { PlainRedirect } from '../../../src/domain/index.ts';
import type { Random } from './random.ts';
import { runsInsideShell } from '../../../src/shell/index.ts';
import { knownPrograms } from './stubs.ts';

export interface LabelledScript {
  readonly script: string;
  readonly want: readonly LabelledCommand[];
}

export interface LabelledCommand {
  readonly argv: readonly string[];
  readonly assignments: readonly { readonly name: string; readonly value: string }[];
  readonly redirects: readonly PlainRedirect[];
}

/** What the oracle looks at in a command's environment. */
export const generatedNames: readonly string[] = ['CI', 'NODE_ENV', 'V1', 'V_2'];

interface Piece {
  readonly source: string;
  readonly text: string;
}

const letters = [...Array.from('abcxyzABCXYZ0123456789')];
const plainCharacters = [...letters, ...Array.from('_./:@%+,=^-]')];
const unicode = [...Array.from('éßñ日本Жλ')];
const anything = [
  ...plainCharacters,
  ...Array.from(' \t\n$`*?[]{}()<>|&;#~!="\\'),
  ...unicode,
  '\u00a0',
  '\u{1f600}',
];
const escapable = [...Array.from(' \t!"#$%&\'()*+,-./0189:;<=>?@AZ[\\]^_`az{|}~')];
const wholeWords: readonly Piece[] = [
  ...'if then do done time in function ! {} ] [[x ]] @{u} stash@{0} HEAD~1 HEAD^ a=b --x=y -- - +x 2 10#3 a#b x! a~b'
    .split(' ')
    .filter((word) => word !== '[[x')
    .map((word) => ({ source: word, text: word })),
  { source: "''", text: '' },
  { source: '""', text: '' },
  { source: "--flag='x y'", text: '--flag=x y' },
  { source: "'it'\\''s'", text: "it's" },
  { source: '"^a$"', text: '^a$' },
  { source: '\\;', text: ';' },
  { source: '\\{\\}', text: '{}' },
  { source: '\\#x', text: '#x' },
  { source: "'#x'", text: '#x' },
];

export function plainScript(random: Random): LabelledScript {
  const want: LabelledCommand[] = [];
  let script = random.chance(15) ? random.pick([' ', '\t', '\n', '# c\n', '\\\n', '  # x; rm\n\n']) : '';
  const count = 1 + random.below(4);
  let isPiped = false;
  for (let index = 0; index < count; index += 1) {
    const command = plainCommand(random, isPiped);
    const between = index < count - 1 ? joiner(random) : '';
    want.push(between.includes('|&') ? withErrorsInPipe(command.want) : command.want);
    script += command.source;
    isPiped = /^[^|#]*\|[^|#]*(?:#|$)/.test(between.replaceAll('\\\n', ''));
    script += between;
  }
  if (random.chance(15)) script += random.pick([';', '\n', ' ', ' # c', '\n# c && (', ' ;', '\\\n', '; # c']);
  return { script, want };
}

function withErrorsInPipe(command: LabelledCommand): LabelledCommand {
  return { ...command, redirects: [...command.redirects, { descriptor: 2, action: 'copy', target: '1' }] };
}

function plainCommand(
  random: Random,
  isPiped: boolean,
): { readonly source: string; readonly want: LabelledCommand } {
  const program = programName(random);
  const words = [program, ...random.repeat(0, 4, () => argument(random))];
  const sources = words.map((word) => word.source);
  const redirects: PlainRedirect[] = [];
  // From the back to the front, so that the list comes out in the order of the text.
  for (let at = sources.length; at >= 0 && redirects.length < 3; at -= 1) {
    if (!random.chance(8)) continue;
    const made = redirect(random, at === 0);
    sources.splice(at, 0, made.source);
    redirects.unshift(made.redirect);
  }
  const assignments = random.chance(12) ? random.repeat(1, 2, () => assignment(random)) : [];
  const carries = assignments.length > 0 && !runsInsideShell(program.text);
  if (carries) sources.unshift(...assignments.map(({ source }) => source));
  if (!isPiped && random.chance(4)) sources.unshift(random.pick(['time', 'time -p']));
  const source = sources.reduce(
    (line, word) => line + (line.startsWith('time') ? ' ' : blanks(random)) + word,
  );
  return {
    source: /^time(?: -p)?[ \t]+(?!-p[ \t]|[A-Za-z0-9_./'"])/.test(source)
      ? source.replace(/^time(?: -p)?/, '')
      : source,
    want: {
      argv: words.map((word) => word.text),
      assignments: carries ? assignments.map(({ name, value }) => ({ name, value })) : [],
      redirects,
    },
  };
}

function assignment(random: Random): {
  readonly source: string;
  readonly name: string;
  readonly value: string;
} {
  const name = random.pick(generatedNames);
  const made = random.chance(20) ? { source: '', text: '' } : argument(random);
  // In a value a tilde and braces are read by other rules than in an argument.
  const value = /[~{}[]/.test(made.source) ? same('x-1') : made;
  return { source: `${name}=${value.source}`, name, value: value.text };
}

function redirect(
  random: Random,
  isFirst: boolean,
): { readonly source: string; readonly redirect: PlainRedirect } {
  const file = argument(random);
  const blank = random.pick(['', '', ' ', '\t', ' \\\n']);
  const make = (
    source: string,
    descriptor: PlainRedirect['descriptor'],
    action: PlainRedirect['action'],
    target: Piece,
  ): { readonly source: string; readonly redirect: PlainRedirect } => ({
    source,
    redirect: { descriptor, action, target: target.text },
  });
  const target = file.text === '' ? same('f') : file;
  // A target of continuations first would join the operator; a comment or a digit would be something else.
  const named = /^[\\#\d]/.test(target.source)
    ? { source: `./${target.source}`, text: `./${target.text}` }
    : target;
  switch (random.below(8)) {
    case 0:
      return make(`2>&1`, 2, 'copy', same('1'));
    case 1:
      return make(`>&2`, 1, 'copy', same('2'));
    case 2:
      return make(`2>${blank}${named.source}`, 2, 'write', named);
    case 3:
      return make(`>>${blank}${named.source}`, 1, 'append', named);
    case 4:
      return make(`<${blank}${named.source}`, 0, 'read', named);
    case 5:
      // Behind a pipe it would be another operator.
      return isFirst
        ? make(`2>>${blank}${named.source}`, 2, 'append', named)
        : make(`&>${blank}${named.source}`, 'both', 'write', named);
    case 6:
      return make(`>|${blank}${named.source}`, 1, 'write', named);
    default:
      return make(`>${blank}${named.source}`, 1, 'write', named);
  }
}

function programName(random: Random): Piece {
  if (random.chance(4)) return oddPath(random);
  const name = random.chance(85)
    ? random.pick(knownPrograms)
    : random.pick([
        'echo',
        'pwd',
        'true',
        './c1',
        '/cordon-oracle/c1',
        'a/b.c',
        'g++',
        'python3.12',
        '[',
        '7z',
        ':',
      ]);
  if (random.chance(75) || name.length < 2) return { source: name, text: name };
  const cut = 1 + random.below(name.length - 1);
  const [head, tail] = [name.slice(0, cut), name.slice(cut)];
  const source = random.pick([
    `'${name}'`,
    `"${name}"`,
    `${head}'${tail}'`,
    `"${head}"${tail}`,
    `\\${name}`,
    `${head}\\\n${tail}`,
  ]);
  // `\n` at the front would be a line continuation of its own only for a newline; letters are fine.
  return { source, text: name };
}

/** Any text with a slash is a path, but for what bash takes for an assignment or a job. */
function oddPath(random: Random): Piece {
  const part = (): string =>
    random
      .repeat(0, 4, () => random.pick(anything))
      .join('')
      .replaceAll('=', '');
  const text = `${part().replace(/^%+/, '')}/${part()}`;
  return { source: `'${text}'`, text };
}

function argument(random: Random): Piece {
  if (random.chance(20)) return random.pick(wholeWords);
  const pieces: Piece[] = [];
  for (let left = 1 + random.below(4); left > 0; left -= 1) pieces.push(piece(random, pieces.at(-1)));
  const source = pieces.map((part) => part.source).join('');
  const text = pieces.map((part) => part.text).join('');
  // A word of continuations alone is no word.
  return text === '' && !/['"]/.test(source) ? { source: `${source}x`, text: 'x' } : { source, text };
}

function piece(random: Random, before: Piece | undefined): Piece {
  switch (random.below(before === undefined ? 5 : 8)) {
    case 0:
    case 1:
      return same(random.repeat(1, 6, () => random.pick(plainCharacters)).join(''));
    case 2:
      return singleQuoted(random);
    case 3:
      return doubleQuoted(random);
    case 4: {
      const character = random.pick(escapable);
      return { source: `\\${character}`, text: character };
    }
    case 5:
      return { source: '\\\n', text: '' };
    case 6:
      return same(random.pick(unicode));
    default:
      // Literal only behind an unquoted letter.
      return same(`${random.pick(letters)}${random.pick(['~', '#', '!', '~1', '#~'])}`);
  }
}

function same(text: string): Piece {
  return { source: text, text };
}

function singleQuoted(random: Random): Piece {
  const text = random.repeat(0, 6, () => random.pick(anything)).join('');
  return { source: `'${text}'`, text };
}

function doubleQuoted(random: Random): Piece {
  let source = '';
  let text = '';
  for (const character of random.repeat(0, 6, () => random.pick(anything))) {
    if ('"\\$`'.includes(character)) {
      source += `\\${character}`;
      text += character;
    } else if (random.chance(8)) {
      const extra = random.pick<Piece>([
        { source: '\\n', text: '\\n' },
        { source: '\\\n', text: '' },
        { source: "'", text: "'" },
        { source: '\\!', text: '\\!' },
        { source: '\\é', text: '\\é' },
      ]);
      source += extra.source;
      text += extra.text;
    } else {
      source += character;
      text += character;
    }
  }
  return random.chance(10) ? { source: `"${source}$"`, text: `${text}$` } : { source: `"${source}"`, text };
}

function blanks(random: Random): string {
  return random.chance(85) ? ' ' : random.pick(['  ', '\t', ' \\\n', '\\\n ', ' \t ']);
}

function joiner(random: Random): string {
  const edge = (): string => (random.chance(70) ? ' ' : random.pick(['', '\t', ' \\\n']));
  const after = (): string =>
    random.chance(20) ? random.pick(['\n', ' # c\n', '\n\n  ', '\\\n', '#c\n ']) : edge();
  switch (random.below(6)) {
    case 0:
    case 1:
      return `${edge()}&&${after()}`;
    case 2:
      return `${edge()}||${after()}`;
    case 3:
      return `${edge()};${random.chance(20) ? random.pick(['\n', ' # c\n', '#c|\n\n']) : edge()}`;
    case 4:
      return `${edge()}${random.chance(20) ? '|&' : `|${random.chance(10) ? '\\\n' : ''}`}${after()}`;
    default:
      return `${edge()}${random.pick(['\n', '\n\n', '\n# c\n', ' # c\n', '\n \t\n'])}`;
  }
}
