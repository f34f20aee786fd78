// Most rule files are nothing but calls with plain words in them, and the program writes such files itself. They need
// no interpreter: this reads them in one pass. It accepts only text about which the interpreter could have no other
// opinion, and gives up (undefined) at the first character it is not sure of; literal-calls.test.ts compares the two.
import type { RuleValue } from './rule-value.ts';

export interface LiteralCall {
  readonly name: string;
  readonly args: ReadonlyMap<string, RuleValue>;
  /** Counts from 1. */
  readonly line: number;
}

/**
 * Hands over every call of the file in order, one at a time: ten thousand of them at once are more work for the
 * garbage collector than for everybody else. False when the file has to be interpreted, or when `take` says so.
 */
export function readLiteralCalls(text: string, take: (call: LiteralCall) => boolean): boolean {
  return new LiteralReader(text).read(take);
}

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
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  read(take: (call: LiteralCall) => boolean): boolean {
    for (;;) {
      if (!this.#skipLines()) return false;
      if (this.#at >= this.#text.length) return true;
      const call = this.#call();
      if (call === undefined || !this.#endLine() || !take(call)) return false;
    }
  }

  /** Blank lines and comments between statements. A line that starts with a space could be an indented block. */
  #skipLines(): boolean {
    for (;;) {
      const next = this.#text.charCodeAt(this.#at);
      if (next === newline) {
        this.#at += 1;
        this.#line += 1;
      } else if (next === hash) {
        if (!this.#skipComment()) return false;
      } else return true;
    }
  }

  #call(): LiteralCall | undefined {
    const line = this.#line;
    const name = this.#name();
    if (name === undefined || !this.#take(openCall)) return undefined;
    const args = new Map<string, RuleValue>();
    for (;;) {
      if (!this.#skipBlanks()) return undefined;
      if (this.#take(closeCall)) return { name, args, line };
      const parameter = this.#name();
      if (parameter === undefined || args.has(parameter)) return undefined;
      if (!this.#skipBlanks() || !this.#take(equals) || !this.#skipBlanks()) return undefined;
      const value = this.#value();
      if (value === undefined) return undefined;
      args.set(parameter, value);
      if (!this.#skipBlanks()) return undefined;
      if (this.#take(comma)) continue;
      return this.#take(closeCall) ? { name, args, line } : undefined;
    }
  }

  #value(): RuleValue | undefined {
    const next = this.#text.charCodeAt(this.#at);
    if (next === quote || next === singleQuote) return this.#string();
    if (next === openList) return this.#list(deepestList);
    const word = this.#name();
    return word === 'True' ? true : word === 'False' ? false : undefined;
  }

  #list(depth: number): readonly RuleValue[] | undefined {
    this.#at += 1;
    const items: RuleValue[] = [];
    for (;;) {
      if (!this.#skipBlanks()) return undefined;
      const next = this.#text.charCodeAt(this.#at);
      if (next === closeList) {
        this.#at += 1;
        return items;
      }
      const item =
        next === openList ? (depth > 1 ? this.#list(depth - 1) : undefined) : this.#stringOnly(next);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#skipBlanks()) return undefined;
      if (!this.#take(comma) && this.#text.charCodeAt(this.#at) !== closeList) return undefined;
    }
  }

  #stringOnly(next: number): string | undefined {
    return next === quote || next === singleQuote ? this.#string() : undefined;
  }

  /** Printable ASCII without a backslash: whatever needs an escape, or is not ASCII, is the interpreter's. */
  #string(): string | undefined {
    const text = this.#text;
    const opener = text.charCodeAt(this.#at);
    const start = this.#at + 1;
    let at = start;
    for (;;) {
      const next = text.charCodeAt(at);
      if (next === opener) break;
      // NaN at the end of the text fails the comparison too.
      if (!(next >= space && next < 0x7f) || next === 0x5c) return undefined;
      at += 1;
    }
    // `"""` opens a long string, and `"a" "b"` is no list of two.
    const after = text.charCodeAt(at + 1);
    if (after === quote || after === singleQuote) return undefined;
    this.#at = at + 1;
    return text.slice(start, at);
  }

  /** Inside brackets a newline is a blank. A tab or any other control character is the interpreter's to judge. */
  #skipBlanks(): boolean {
    for (;;) {
      const next = this.#text.charCodeAt(this.#at);
      if (next === space) this.#at += 1;
      else if (next === newline) {
        this.#at += 1;
        this.#line += 1;
      } else if (next === hash) {
        if (!this.#skipComment()) return false;
      } else return true;
    }
  }

  /** Up to the newline, which stays. */
  #skipComment(): boolean {
    for (;;) {
      const next = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(next) || next === newline) return true;
      if (!(next >= space && next < 0x7f)) return false;
      this.#at += 1;
    }
  }

  /** The rest of a line after a call: spaces and a comment. */
  #endLine(): boolean {
    while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
    const next = this.#text.charCodeAt(this.#at);
    return Number.isNaN(next) || next === newline || next === hash;
  }

  #take(character: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #name(): string | undefined {
    const start = this.#at;
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

/** A pattern with alternatives, and examples with words, are lists in a list. */
const deepestList = 2;
