// The shapes that nearly every rule of a long file has, as regular expressions: a prefix of plain words, some of them
// alternatives, and examples that are plain words too. What an expression accepts is a rule without a mistake whose
// examples hold; whatever it does not accept is read by somebody else, so it may refuse but never guess.
//
// Examples are compared by back-references to the words of the pattern. A reference to a group that took no part
// stands for nothing, and that must never count as a word. So each further word is referred to together with what
// separates it from the word before (the pattern looks ahead for such a separator and takes a copy), and an example
// is first seen to be words with one separator between them: where a word has to follow, nothing cannot.
import type { NonEmpty } from '../../domain/index.ts';

/** Numbers of the groups that hold a place of the pattern: its only word, or its alternatives. */
export interface UsualPlace {
  readonly word: number;
  readonly alternatives: readonly number[];
}

export interface UsualShape {
  /** Of its words. */
  readonly quote: '"' | "'";
  /** For a sticky expression; ends behind the line. */
  readonly source: string;
  readonly program: UsualPlace;
  readonly rest: readonly UsualPlace[];
  /** Absent where the rule does not say. */
  readonly decision: number;
  /** Before the examples, and behind them. In both places is a mistake that the expression does not see. */
  readonly justifications: readonly [number, number];
}

/** By what they cost, the cheapest first. */
export function usualShapes(): NonEmpty<UsualShape> {
  const first = usualShape({ alternatives: 0, examples: 'texts' });
  const others = [
    usualShape({ alternatives: 0, examples: 'lists' }),
    usualShape({ alternatives: 0, examples: 'tightLists' }),
    usualShape({ alternatives: 8, examples: 'texts' }),
    usualShape({ alternatives: 8, examples: 'lists' }),
    usualShape({ alternatives: 8, examples: 'tightLists' }),
  ];
  return [first, ...others, ...[first, ...others].map(inSingleQuotes)];
}

/** A double quote stands for nothing but a quote in the expressions, and words have neither kind. */
function inSingleQuotes(shape: UsualShape): UsualShape {
  return { ...shape, quote: "'", source: shape.source.replaceAll('"', "'") };
}

/** What every shape begins with. */
export const usualStart = 'prefix_rule(';

/** Words of a pattern behind its program. */
const places = 3;

/** Inside brackets a line end is a blank. */
const blanks = '[ \\n]*';
const comma = `${blanks},${blanks}`;
/** Printable ASCII that neither a string literal nor the splitting of an example gives a meaning to. */
const word = `[!$-&(-\\[\\]-~]+`;
const wordWithoutSlash = `[!$-&(-.0-\\[\\]-~]+`;
const justification = `"(?=[^"\\n]*[!#-&(-~])([^"\\\\\\n\\r\\ud800-\\udfff]*)"`;

interface ExampleForm {
  readonly open: string;
  /** Looks ahead for what stands between two words, and takes it. */
  readonly takeSeparator: string;
  readonly endOfWord: string;
  /** Further words, and the end of the example. */
  readonly more: string;
}

const exampleForms = {
  texts: {
    open: '"',
    takeSeparator: '(?=[^ ]{0,200}( ))',
    endOfWord: '(?=[ "])',
    more: `(?: ${word})*"`,
  },
  lists: listsWith(', '),
  tightLists: listsWith(','),
} as const satisfies Readonly<Record<string, ExampleForm>>;

/** One way to separate words in a file: what is not the separator that was taken would be another word. */
function listsWith(separator: string): ExampleForm {
  return {
    open: `\\[${blanks}"`,
    takeSeparator: `(?=[^]{0,200}?("${separator}"))`,
    endOfWord: '(?=")',
    more: `"(?:${separator}"${word}")*${endOf('\\]')}`,
  };
}

interface ShapeOptions {
  /** How many a place may have. */
  readonly alternatives: number;
  readonly examples: keyof typeof exampleForms;
}

function usualShape({ alternatives, examples }: ShapeOptions): UsualShape {
  const form: ExampleForm = exampleForms[examples];
  const groups = new Groups();
  const program = place(groups, { single: word, alternative: wordWithoutSlash, most: alternatives });
  const rest = Array.from({ length: places }, () => {
    const separator = groups.take();
    return { separator, ...place(groups, { single: word, alternative: word, most: alternatives }) };
  });
  const inner = rest.reduceRight(
    (after, each) => `(?:${comma}${form.takeSeparator}${each.source}${after})?`,
    '',
  );
  const pattern = `\\[${blanks}${program.source}${inner}${endOf('\\]')}`;

  const [decision, early] = [groups.take(), groups.take()];
  const guard = `(?=${form.open}${word}${form.more})`;
  const further = rest.map((each) => `\\${each.separator}${reference(each)}${form.endOfWord}`).join('');
  const prefix = `${reference(program)}${form.endOfWord}${further}`;
  const meeting = inOneWay(groups, `${guard}${form.open}${prefix}${form.more}`);
  // Another program that is named by a path may be the same one, which the host table decides.
  const ownOrOther = `(?:\\${program.word}|${wordWithoutSlash})${form.endOfWord}`;
  const notMeeting = inOneWay(groups, `${guard}${form.open}(?!${prefix})${ownOrOther}${form.more}`);
  const late = groups.take();

  const source = [
    `prefix_rule\\(${blanks}pattern${blanks}=${blanks}${pattern}`,
    argument('decision', '"(allow|prompt|forbidden)"'),
    argument('justification', justification),
    argument('match', list(meeting)),
    argument('not_match', list(notMeeting)),
    argument('justification', justification),
    `${endOf('\\)')} *(?:\\n|$)`,
  ].join('');
  return { quote: '"', source, program, rest, decision, justifications: [early, late] };
}

/**
 * Found once and not tried another way: an example can be met in several ways that are all the same (by a group that
 * took no part, by an alternative that is there twice), and a list of them in as many ways multiplied.
 */
function inOneWay(groups: Groups, expression: string): string {
  return `(?=(${expression}))\\${groups.take()}`;
}

/** Hands out the numbers of groups, in the order in which they are opened. */
class Groups {
  #count = 0;

  take(): number {
    this.#count += 1;
    return this.#count;
  }
}

interface PlaceOptions {
  readonly single: string;
  readonly alternative: string;
  readonly most: number;
}

function place(
  groups: Groups,
  { single, alternative, most }: PlaceOptions,
): UsualPlace & { readonly source: string } {
  const only = groups.take();
  const alternatives = Array.from({ length: most }, () => groups.take());
  const one = `"(${single})"`;
  if (most === 0) return { word: only, alternatives, source: one };
  const others = alternatives.slice(1).reduce((after) => `(?:${comma}"(${alternative})"${after})?`, '');
  const source = `(?:${one}|\\[${blanks}"(${alternative})"${others}${endOf('\\]')})`;
  return { word: only, alternatives, source };
}

function reference({ word: only, alternatives }: UsualPlace): string {
  return `(?:${[only, ...alternatives].map((index) => `\\${index}`).join('|')})`;
}

/** Names the element once, because groups in it are counted. */
function list(element: string): string {
  const end = endOf('\\]');
  return `\\[${blanks}(?:${element}(?:${comma}|(?=${end})))+${end}`;
}

/** A last comma may stand before the bracket. */
function endOf(bracket: string): string {
  return `${blanks}(?:,${blanks})?${bracket}`;
}

function argument(name: string, value: string): string {
  return `(?:${comma}${name}${blanks}=${blanks}${value})?`;
}
