// What follows an atom: attributes, calls with their arguments, indexes and slices.
import { syntaxError } from './errors.ts';
import { ArgumentNames } from './argument-names.ts';
import { AtomParser } from './parse-atom.ts';
import type { Expression } from './syntax.ts';

const noNames: readonly string[] = [];
const noNodes: readonly Expression[] = [];

export abstract class PrimaryParser extends AtomParser {
  #lastNames: readonly string[] = noNames;

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
    const mark = this.items.mark();
    const names = new ArgumentNames(this.#lastNames);
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
        this.items.push(this.test());
        if (name !== undefined) {
          if (rest ?? namedRest) throw this.#misplaced('Named argument after `*` or `**`', start);
          if (!names.add(name)) throw this.#misplaced(`Repeated named argument \`${name}\``, start);
        } else if (names.count > 0 || (rest ?? namedRest)) {
          throw this.#misplaced('Positional argument after a named one or `*`', start);
        }
      }
      if (!this.eat(',')) break;
    }
    this.expect(')');
    const end = this.tokens.previousEnd;
    const named = names.count === 0 ? noNodes : this.items.take(this.items.mark() - names.count);
    const positional = this.items.mark() === mark ? noNodes : this.items.take(mark);
    if (names.count > 0) this.#lastNames = names.whole();
    const given = names.count === 0 ? noNames : this.#lastNames;
    return {
      kind: 'call',
      start: callee.start,
      end,
      callee,
      positional,
      names: given,
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
