// What follows an atom: attributes, calls with their arguments, indexes and slices.
import { syntaxError } from './errors.ts';
import { noNodes } from './node-stack.ts';
import { AtomParser } from './parse-atom.ts';
import type { Expression } from './syntax.ts';

export abstract class PrimaryParser extends AtomParser {
  #sharedNames: readonly string[] = [];
  #manyNames: Set<string> = new Set();

  protected primary(atom: Expression): Expression {
    let node = atom;
    for (let chained = 1; ; chained++) {
      switch (this.tokens.kind) {
        case '.': {
          this.tokens.advance();
          const name = this.expectName();
          node = { kind: 'attribute', start: node.start, end: this.tokens.previousEnd, object: node, name };
          break;
        }
        case '(':
          node = this.#call(node);
          break;
        case '[':
          node = this.#subscript(node);
          break;
        default:
          return node;
      }
      this.nodes += 1;
      this.reach(chained);
    }
  }

  #call(callee: Expression): Expression {
    this.tokens.advance();
    const mark = this.stack.mark();
    let names: string[] | undefined;
    let rest: Expression | undefined;
    let namedRest: Expression | undefined;
    while (!this.at(')')) {
      const { start } = this.tokens;
      if (this.eat('**')) {
        if (namedRest !== undefined) throw this.#misplaced('Argument `**` after another `**`', start);
        namedRest = this.test();
      } else if (this.eat('*')) {
        if (rest ?? namedRest) throw this.#misplaced('Argument `*` after `*` or `**`', start);
        rest = this.test();
      } else {
        const name = this.#argumentName();
        this.stack.push(this.test());
        if (name !== undefined) {
          if (rest ?? namedRest) throw this.#misplaced('Named argument after `*` or `**`', start);
          names ??= [];
          if (this.#isRepeated(name, names))
            throw this.#misplaced(`Repeated named argument \`${name}\``, start);
          names.push(name);
        } else if (names ?? rest ?? namedRest) {
          throw this.#misplaced('Positional argument after a named one or `*`', start);
        }
      }
      if (!this.eat(',')) break;
    }
    this.expect(')');
    const { start } = callee;
    const end = this.tokens.previousEnd;
    const named = names === undefined ? noNodes : this.stack.take(this.stack.mark() - names.length);
    const positional = this.stack.take(mark);
    return {
      kind: 'call',
      start,
      end,
      callee,
      positional,
      names: this.#shared(names),
      named,
      rest,
      namedRest,
    };
  }

  #misplaced(message: string, start: number): Error {
    return syntaxError(message, start, this.tokens.previousEnd);
  }

  /** The `name =` before an argument, stepped over; undefined when there is none. */
  #argumentName(): string | undefined {
    if (!this.at('name') || !this.tokens.isBeforeEqualsSign()) return undefined;
    const { name } = this.tokens;
    this.tokens.advance();
    this.tokens.advance();
    return name;
  }

  #isRepeated(name: string, names: readonly string[]): boolean {
    if (names.length < fewNames) return names.includes(name);
    // A call with very many names must not be compared with each of them, each time.
    if (names.length === fewNames) this.#manyNames = new Set(names);
    const isKnown = this.#manyNames.has(name);
    this.#manyNames.add(name);
    return isKnown;
  }

  /** One array for all calls with the same argument names, which in a rule file is nearly every call. */
  #shared(names: readonly string[] | undefined): readonly string[] {
    if (names === undefined) return noNames;
    const known = this.#sharedNames;
    let same = 0;
    while (same < names.length && names[same] === known[same]) same += 1;
    if (same < names.length || known.length > same) this.#sharedNames = [...names];
    return this.#sharedNames;
  }

  #subscript(object: Expression): Expression {
    this.tokens.advance();
    const { start } = object;
    const from = this.at(':') ? undefined : this.test();
    if (from !== undefined && !this.at(':')) {
      let index = from;
      if (this.eat(',')) {
        const second = this.test();
        index = { kind: 'tuple', start: from.start, end: second.end, items: [from, second] };
      }
      this.expect(']');
      return { kind: 'index', start, end: this.tokens.previousEnd, object, index };
    }
    this.expect(':');
    const to = this.at(':') || this.at(']') ? undefined : this.test();
    const step = this.eat(':') && !this.at(']') ? this.test() : undefined;
    this.expect(']');
    return { kind: 'slice', start, end: this.tokens.previousEnd, object, from, to, step };
  }
}

const noNames: readonly string[] = [];
const fewNames = 16;
