// The shape that nearly every line of a long rule file has, as one regular expression: a prefix of plain words, and
// examples that are plain words too. What it accepts is a rule without a mistake whose examples hold; whatever it does
// not accept is read by somebody else, so it may refuse but never guess. A file of ten thousand rules is read by a
// process that has only just started, and matching is the one thing that is fast then.
import type { Decision } from '../../domain/index.ts';

export interface UsualRule {
  readonly program: string;
  readonly rest: readonly string[];
  readonly decision: Decision;
  readonly justification: string | undefined;
}

/** Finds usual rules in one text. */
export class UsualRules {
  readonly #text: string;
  readonly #shape = new RegExp(shape, 'y');
  #found: readonly (string | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the line after the rule at this place starts; undefined when there is none. */
  endOfRuleAt(at: number): number | undefined {
    this.#shape.lastIndex = at;
    const found: readonly (string | undefined)[] | null = this.#shape.exec(this.#text);
    if (found === null) return undefined;
    // Said twice: a mistake, and not for this file to report.
    if (found[group.justification] !== undefined && found[group.lateJustification] !== undefined)
      return undefined;
    this.#found = found;
    return this.#shape.lastIndex;
  }

  /** Of the rule found last. */
  get program(): string {
    return this.#found[group.program] ?? '';
  }

  /** The rule found last. */
  get rule(): UsualRule {
    const found = this.#found;
    return {
      program: this.program,
      rest: group.rest.flatMap((index) => found[index] ?? []),
      decision: (found[group.decision] ?? 'allow') as Decision,
      justification: found[group.justification] ?? found[group.lateJustification],
    };
  }
}

const group = { program: 1, rest: [3, 5, 7], decision: 8, justification: 9, lateJustification: 10 } as const;

/** Inside brackets a line end is a blank. */
const blanks = '[ \\n]*';
/** Printable ASCII that no shell-like splitting and no string literal gives a meaning to. */
const character = `[!$-&(-\\[\\]-~]`;
const notSlash = `[!$-&(-.0-\\[\\]-~]`;
const word = `${character}+`;
const atEndOfWord = '(?=[ "])';
const justification = '"( *[!#-\\[\\]-~][ !#-\\[\\]-~]*)"';

/**
 * One more word of the pattern. The group before it takes a space from somewhere near, so that in an example the pair
 * stands for a space and the word, and for nothing at all where the pattern has no such word.
 */
function nextWord(inner: string): string {
  return `(?:${blanks},${blanks}(?=[^ ]{0,200}( ))"(${word})"${inner})?`;
}

function list(element: string): string {
  return `\\[${blanks}${element}(?:${blanks},${blanks}${element})*${endOf('\\]')}`;
}

function endOf(bracket: string): string {
  return `${blanks}(?:,${blanks})?${bracket}`;
}

function argument(name: string, value: string): string {
  return `(?:${blanks},${blanks}${name}${blanks}=${blanks}${value})?`;
}

const pattern = `\\[${blanks}"(${word})"${nextWord(nextWord(nextWord('')))}${endOf('\\]')}`;
const prefix = `\\1\\2\\3\\4\\5\\6\\7${atEndOfWord}`;
const moreWords = `(?: ${word})*`;
const meeting = `"${prefix}${moreWords}"`;
/** Another program that is named by a path may be the same one, which the host table decides. */
const notMeeting = `"(?!${prefix})(?:\\1|${notSlash}+)${atEndOfWord}${moreWords}"`;

const shape = [
  `prefix_rule\\(${blanks}pattern${blanks}=${blanks}${pattern}`,
  argument('decision', '"(allow|prompt|forbidden)"'),
  argument('justification', justification),
  argument('match', list(meeting)),
  argument('not_match', list(notMeeting)),
  argument('justification', justification),
  `${endOf('\\)')} *(?:\\n|$)`,
].join('');
