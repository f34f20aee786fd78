// What follows an atom: attributes, calls with their arguments, indexes and slices.
import { syntaxError } from './errors.ts';
import { noNodes } from './node-stack.ts';
import { AtomParser } from './parse-atom.ts';
import type { Expression } from './syntax.ts';

export abstract class PrimaryParser extends AtomParser {
  #sharedNames: readonly string[] = [];

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
    const order = new ArgumentOrder();
    let positional = noNodes;
    let rest: Expression | undefined;
    let namedRest: Expression | undefined;
    while (!this.at(')')) {
      const { start } = this.tokens;
      if (this.eat('**')) {
        order.next('named-rest', { start, end: this.tokens.end });
        namedRest = this.test();
      } else if (this.eat('*')) {
        order.next('rest', { start, end: this.tokens.end });
        rest = this.test();
      } else {
        const name = this.#argumentName();
        const value = this.test();
        if (name === undefined) order.next('positional', value);
        else {
          if (order.names.length === 0) positional = this.stack.take(mark);
          order.name(name, { start, end: value.end });
        }
        this.stack.push(value);
      }
      if (!this.eat(',')) break;
    }
    this.expect(')');
    const { start } = callee;
    const end = this.tokens.previousEnd;
    const names = this.#shared(order.names);
    let named = noNodes;
    if (names.length === 0) positional = this.stack.take(mark);
    else named = this.stack.take(mark);
    return { kind: 'call', start, end, callee, positional, names, named, rest, namedRest };
  }

  /** The `name =` before an argument, stepped over; undefined when there is none. */
  #argumentName(): string | undefined {
    if (!this.at('name') || !this.tokens.isBeforeEqualsSign()) return undefined;
    const name = this.expectName();
    this.expect('=');
    return name;
  }

  /** One array for all calls with the same argument names, which in a rule file is nearly every call. */
  #shared(names: readonly string[]): readonly string[] {
    const known = this.#sharedNames;
    if (names.length === 0) return noNames;
    if (known.length === names.length && known.every((name, index) => name === names[index])) return known;
    this.#sharedNames = [...names];
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

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Arguments come by position, then by name, then `*rest`, then `**rest`. */
class ArgumentOrder {
  #names: string[] | undefined;
  #seen: 'positional' | 'named' | 'rest' | 'named-rest' = 'positional';
  #unique: Set<string> | undefined;

  get names(): readonly string[] {
    return this.#names ?? noNames;
  }

  next(kind: 'positional' | 'rest' | 'named-rest', { start, end }: Place): void {
    if (kind === 'positional' && this.#seen !== 'positional') {
      throw syntaxError('Positional argument after a named one or `*`', start, end);
    }
    if (kind === 'rest' && (this.#seen === 'rest' || this.#seen === 'named-rest')) {
      throw syntaxError('Argument `*` after `*` or `**`', start, end);
    }
    if (kind === 'named-rest' && this.#seen === 'named-rest') {
      throw syntaxError('Argument `**` after another `**`', start, end);
    }
    this.#seen = kind;
  }

  name(name: string, { start, end }: Place): void {
    if (this.#seen === 'rest' || this.#seen === 'named-rest') {
      throw syntaxError('Named argument after `*` or `**`', start, end);
    }
    this.#seen = 'named';
    if (this.#knows(name)) throw syntaxError(`Repeated named argument \`${name}\``, start, end);
    this.#names ??= [];
    this.#names.push(name);
  }

  #knows(name: string): boolean {
    if (this.names.length < fewNames) return this.names.includes(name);
    this.#unique ??= new Set(this.names);
    const isKnown = this.#unique.has(name);
    this.#unique.add(name);
    return isKnown;
  }
}

const noNames: readonly string[] = [];
const fewNames = 16;
