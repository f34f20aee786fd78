// Rules of a usual shape, found by matching: a long file is read by a process that has only just started, and matching
// is the one thing that is fast then.
import type { Decision } from '../../domain/index.ts';
import type { PatternToken } from '../rules/rule.ts';
import { usualShapes, usualStart, type UsualPlace, type UsualShape } from './usual-shape.ts';

export interface UsualRule {
  /** One rule is made for each. */
  readonly programs: readonly string[];
  readonly rest: readonly PatternToken[];
  readonly decision: Decision;
  readonly justification: string | undefined;
}

type Found = readonly (string | undefined)[];

class Matcher {
  readonly shape: UsualShape;
  #expression: RegExp | undefined;

  constructor(shape: UsualShape) {
    this.shape = shape;
  }

  /** Most files need one of them. */
  get expression(): RegExp {
    return (this.#expression ??= new RegExp(this.shape.source, 'y'));
  }
}

/** Finds usual rules in one text. */
export class UsualRules {
  readonly #text: string;
  readonly #matchers: readonly Matcher[];
  /** What matched last comes first: neighbours look alike. */
  #first: Matcher;
  #found: Found = [];

  constructor(text: string) {
    this.#text = text;
    const [cheapest, ...others] = usualShapes();
    this.#first = new Matcher(cheapest);
    const wanted = others.filter(({ quote }) => quote === '"' || text.includes(quote));
    this.#matchers = [this.#first, ...wanted.map((shape) => new Matcher(shape))];
  }

  /** Where the line after the rule at this place starts; undefined when there is none. */
  endOfRuleAt(at: number): number | undefined {
    // Making an expression takes milliseconds: no file pays for one that is about something else.
    if (!this.#text.startsWith(usualStart, at)) return undefined;
    const first = this.#first;
    const end = this.#match(first, at);
    if (end !== undefined) return end;
    for (const matcher of this.#matchers) {
      const found = matcher === first ? undefined : this.#match(matcher, at);
      if (found === undefined) continue;
      this.#first = matcher;
      return found;
    }
    return undefined;
  }

  #match({ shape, expression }: Matcher, at: number): number | undefined {
    expression.lastIndex = at;
    const found: Found | null = expression.exec(this.#text);
    if (found === null) return undefined;
    const [early, late] = shape.justifications;
    if (found[early] !== undefined && found[late] !== undefined) return undefined;
    this.#found = found;
    return expression.lastIndex;
  }

  /** Whether the rule found last can say anything about a command with these words. */
  concerns(words: ReadonlySet<string>): boolean {
    const { program, rest } = this.#first.shape;
    if (!isAmong(this.#found, program, words)) return false;
    const [second] = rest;
    return second === undefined || isAmong(this.#found, second, words);
  }

  /** The rule found last. */
  get rule(): UsualRule {
    const found = this.#found;
    const { program, rest, decision, justifications } = this.#first.shape;
    const [early, late] = justifications;
    const tokens: PatternToken[] = [];
    for (const place of rest) {
      const words = wordsAt(found, place);
      const [only] = words;
      if (only !== undefined) tokens.push(words.length === 1 ? only : words);
    }
    return {
      programs: wordsAt(found, program),
      rest: tokens,
      decision: (found[decision] ?? 'allow') as Decision,
      justification: found[early] ?? found[late],
    };
  }
}

/** Nothing is among them where the pattern has no such place: then it has nothing to object. */
function isAmong(found: Found, { word, alternatives }: UsualPlace, words: ReadonlySet<string>): boolean {
  const only = found[word];
  if (only !== undefined) return words.has(only);
  let isThere = false;
  for (const index of alternatives) {
    const each = found[index];
    if (each === undefined) break;
    if (words.has(each)) return true;
    isThere = true;
  }
  return !isThere;
}

function wordsAt(found: Found, { word, alternatives }: UsualPlace): readonly string[] {
  const only = found[word];
  if (only !== undefined) return [only];
  const words: string[] = [];
  for (const index of alternatives) {
    const each = found[index];
    if (each === undefined) break;
    words.push(each);
  }
  return words;
}
