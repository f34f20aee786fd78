// Most rule files are nothing but calls with plain words in them, and the program writes such files itself. They need
// no interpreter: this reads them in one pass. It accepts only text about which the interpreter could have no other
// opinion, and gives up at the first character it is not sure of; literal-calls.test.ts compares the two.
import { CallArguments } from './call-arguments.ts';
import type { RuleValue } from './rule-value.ts';
import { UsualRules, type UsualRule } from './usual-rule.ts';

export interface LiteralCall {
  readonly name: string;
  /** Holds until the next call is read. */
  readonly args: CallArguments;
  /** Counts from 1. */
  readonly line: number;
}

/** Told about the calls of a file in order, one at a time: all of them at once are work for the garbage collector. */
export interface LiteralReading {
  /** A call that nobody has judged yet. False stops the reading. */
  call(call: LiteralCall): boolean;
  /** A rule without a mistake, whose examples hold. */
  rule(rule: UsualRule, line: number): void;
  /** Words of the command that is asked about: rules that cannot concern it may be passed over. Default none. */
  readonly words?: ReadonlySet<string> | undefined;
}

export interface LiterallyRead {
  /** Characters of the rules that {@link LiteralReading.rule} was told about or that were passed over. */
  readonly judged: number;
}

/** Undefined when the file has to be interpreted, or when `call` says so. */
export function readLiteralCalls(text: string, reading: LiteralReading): LiterallyRead | undefined {
  return new LiteralReader(text, reading).read();
}

/** What the interpreter reads at most. */
const longestText = 1 << 22;

/** More than any builtin has. */
const mostArguments = 20;

/** As many elements and characters as the interpreter allows in one list and one string. */
const longestCall = 1 << 18;

/** Escapes and carriage returns are the interpreter's to judge. Looked for once, so that nothing below has to. */
function isPlain(text: string): boolean {
  return (
    text.length <= longestText &&
    !text.includes('\\') &&
    !text.includes('\r') &&
    (text as WellFormedness).isWellFormed()
  );
}

/** In Node since 20, in the compiler's library since ES2024. */
type WellFormedness = string & { isWellFormed(): boolean };

const code = (character: string): number => character.charCodeAt(0);
const newline = code('\n');
const space = code(' ');
const hash = code('#');
const quote = code('"');
const singleQuote = code("'");
const openList = code('[');
const closeList = code(']');
const openCall = code('(');
const closeCall = code(')');
const comma = code(',');
const equals = code('=');

class LiteralReader {
  readonly #text: string;
  readonly #reading: LiteralReading;
  readonly #usual: UsualRules | undefined;
  readonly #args = new CallArguments();
  #judged = 0;
  #at = 0;
  #isPlain: boolean | undefined;
  #knownLineEnd = -1;
  #line = 1;
  #countedTo = 0;

  constructor(text: string, reading: LiteralReading) {
    this.#text = text;
    this.#reading = reading;
    this.#usual = text.length <= longestText ? new UsualRules(text) : undefined;
  }

  read(): LiterallyRead | undefined {
    for (;;) {
      while (this.#text.charCodeAt(this.#at) === newline) this.#at += 1;
      if (this.#at >= this.#text.length) return { judged: this.#judged };
      if (this.#usual !== undefined && this.#usualRule(this.#usual)) continue;
      this.#isPlain ??= isPlain(this.#text);
      if (!this.#isPlain) return undefined;
      if (this.#text.charCodeAt(this.#at) === hash) this.#at = this.#lineEnd();
      else if (!this.#literalCall()) return undefined;
    }
  }

  #usualRule(usual: UsualRules): boolean {
    const start = this.#at;
    const end = usual.endOfRuleAt(start);
    if (end === undefined || end - start > longestCall) return false;
    const { words } = this.#reading;
    if (words === undefined || usual.concerns(words)) this.#reading.rule(usual.rule, this.#lineOf(start));
    this.#judged += end - start;
    this.#at = end;
    return true;
  }

  #literalCall(): boolean {
    const start = this.#at;
    const call = this.#call();
    if (call === undefined || this.#at - start > longestCall) return false;
    return this.#endLine() && this.#reading.call(call);
  }

  #call(): LiteralCall | undefined {
    const line = this.#lineOf(this.#at);
    const name = this.#name();
    if (name === undefined || !this.#take(openCall)) return undefined;
    const args = this.#args;
    args.clear();
    for (;;) {
      this.#skipBlanks();
      if (this.#take(closeCall)) return { name, args, line };
      const parameter = this.#name();
      if (parameter === undefined || args.has(parameter) || args.names.length > mostArguments)
        return undefined;
      this.#skipBlanks();
      if (!this.#take(equals)) return undefined;
      this.#skipBlanks();
      const value = this.#value();
      if (value === undefined) return undefined;
      args.add(parameter, value);
      this.#skipBlanks();
      if (this.#take(comma)) continue;
      return this.#take(closeCall) ? { name, args, line } : undefined;
    }
  }

  #value(): RuleValue | undefined {
    const next = this.#text.charCodeAt(this.#at);
    if (next === quote) return this.#string('"');
    if (next === singleQuote) return this.#string("'");
    if (next === openList) return this.#wordList() ?? this.#list(deepestList);
    const word = this.#name();
    return word === 'True' ? true : word === 'False' ? false : undefined;
  }

  /** A list as the program itself writes it; undefined for any other, which {@link #list} reads. */
  #wordList(): readonly string[] | undefined {
    const start = this.#at + 2;
    if (this.#text.charCodeAt(start - 1) !== quote) return undefined;
    const line = this.#text.slice(start, this.#lineEnd());
    const length = line.indexOf('"]');
    if (length === -1) return undefined;
    const words = line.slice(0, length).split('", "');
    for (const word of words) if (word.includes('"')) return undefined;
    this.#at = start + length + 2;
    return words;
  }

  #list(depth: number): readonly RuleValue[] | undefined {
    this.#at += 1;
    const items: RuleValue[] = [];
    for (;;) {
      this.#skipBlanks();
      const next = this.#text.charCodeAt(this.#at);
      if (next === closeList) {
        this.#at += 1;
        return items;
      }
      const item = next === openList && depth === 1 ? undefined : this.#element(next, depth);
      if (item === undefined) return undefined;
      items.push(item);
      this.#skipBlanks();
      if (!this.#take(comma) && this.#text.charCodeAt(this.#at) !== closeList) return undefined;
    }
  }

  #element(next: number, depth: number): RuleValue | undefined {
    if (next === quote) return this.#string('"');
    if (next === singleQuote) return this.#string("'");
    return next === openList ? this.#list(depth - 1) : undefined;
  }

  #string(opener: '"' | "'"): string | undefined {
    const start = this.#at + 1;
    const end = this.#text.indexOf(opener, start);
    if (end === -1 || end > this.#lineEnd()) return undefined;
    // `"""` opens a long string, and `"a""b"` is not two of them.
    const after = this.#text.charCodeAt(end + 1);
    if (after === quote || after === singleQuote) return undefined;
    this.#at = end + 1;
    return this.#text.slice(start, end);
  }

  #lineEnd(): number {
    if (this.#knownLineEnd < this.#at) {
      const end = this.#text.indexOf('\n', this.#at);
      this.#knownLineEnd = end === -1 ? this.#text.length : end;
    }
    return this.#knownLineEnd;
  }

  /** Inside brackets a newline is a blank. */
  #skipBlanks(): void {
    for (;;) {
      const next = this.#text.charCodeAt(this.#at);
      if (next === space || next === newline) this.#at += 1;
      else if (next === hash) this.#at = this.#lineEnd();
      else return;
    }
  }

  /** The rest of a line after a call: spaces and a comment. */
  #endLine(): boolean {
    while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
    const next = this.#text.charCodeAt(this.#at);
    return Number.isNaN(next) || next === newline || next === hash;
  }

  /** Lines are counted only as far as somebody asks. */
  #lineOf(start: number): number {
    let at = this.#text.indexOf('\n', this.#countedTo);
    while (at !== -1 && at < start) {
      this.#line += 1;
      at = this.#text.indexOf('\n', at + 1);
    }
    this.#countedTo = start;
    return this.#line;
  }

  #take(character: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #name(): string | undefined {
    const start = this.#at;
    const usual = usualNames.get(this.#text.charCodeAt(start));
    if (usual !== undefined && this.#text.startsWith(usual.before, start)) {
      this.#at = start + usual.name.length;
      return usual.name;
    }
    let at = start;
    for (;;) {
      const next = this.#text.charCodeAt(at) | 0x20;
      const isLetter = (next >= 0x61 && next <= 0x7a) || this.#text.charCodeAt(at) === 0x5f;
      if (!isLetter) break;
      at += 1;
    }
    if (at === start) return undefined;
    this.#at = at;
    return this.#text.slice(start, at);
  }
}

/** The names nearly every file is made of, with the character that ends them, by their first character. */
const usualNames: ReadonlyMap<number, { readonly name: string; readonly before: string }> = new Map(
  ['prefix_rule(', 'decision=', 'match=', 'not_match=', 'justification='].map((before) => [
    before.charCodeAt(0),
    { name: before.slice(0, -1), before },
  ]),
);

/** A pattern with alternatives, and examples with words, are lists in a list. */
const deepestList = 2;
