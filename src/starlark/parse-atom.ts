// Literals, brackets, comprehensions and f-strings: what an expression is made of.
import { syntaxError } from './errors.ts';
import { ParserState } from './parser-state.ts';
import type { Scope } from './scope.ts';
import type { Clause, Expression, FormatPart, Target } from './syntax.ts';
import { ellipsis, type Value } from './values.ts';

export abstract class AtomParser extends ParserState {
  /** Any expression: conditional and lambda included. */
  protected abstract test(): Expression;
  /** Without a bare conditional, which would swallow the `if` of a comprehension. */
  protected abstract orTest(): Expression;
  /** Above comparisons, which would swallow the `in` of a `for`. */
  protected abstract operand(): Expression;

  protected atom(): Expression {
    const { start, end } = this.tokens;
    switch (this.tokens.kind) {
      case 'name':
        return this.useName();
      case 'literal': {
        const { value } = this.tokens;
        this.tokens.advance();
        this.nodes += 1;
        return { kind: 'literal', start, end, value };
      }
      case '[':
        return this.#list(start);
      case '(':
        return this.#parenthesised(start);
      case '{':
        return this.#dict(start);
      case 'f-string':
        return this.#format(start);
      case '...':
        this.tokens.advance();
        return { kind: 'literal', start, end, value: ellipsis };
      default:
        throw this.unexpected('an expression');
    }
  }

  /** Turns what was read as an expression into something that can be assigned to, and defines its names. */
  protected toTarget(node: Expression): Target {
    switch (node.kind) {
      case 'name':
        this.scope.define(node.name);
        return node;
      case 'index':
      case 'attribute':
        return node;
      case 'literal-list':
        if (node.values.length > 0) break;
        return { kind: 'targets', start: node.start, end: node.end, items: [] };
      case 'tuple':
      case 'list': {
        const items = node.items.map((item) => this.toTarget(item));
        return { kind: 'targets', start: node.start, end: node.end, items };
      }
      default:
        break;
    }
    throw syntaxError('Cannot assign to this: expected `a`, `a[b]` or a list of them', node.start, node.end);
  }

  /** The variables of a `for`: one, or several with commas and without a trailing one. */
  protected loopVariables(): Expression {
    const { start } = this.tokens;
    const first = this.operand();
    if (!this.at(',')) return first;
    const items = [first];
    while (this.eat(',')) {
      if (this.at('in')) throw this.trailingComma(start);
      items.push(this.operand());
    }
    return { kind: 'tuple', start, end: this.tokens.previousEnd, items };
  }

  protected trailingComma(start: number): Error {
    return syntaxError('Tuple with a trailing comma needs parentheses', start, this.tokens.previousEnd);
  }

  #list(start: number): Expression {
    this.tokens.advance();
    const values = this.values.mark();
    this.nodes += 1;
    while (this.at('literal') && this.tokens.endsItem()) {
      this.values.push(this.tokens.value);
      this.tokens.advance();
      this.nodes += 1;
      if (!this.eat(',')) break;
    }
    const literals = this.values.take(values);
    if (this.eat(']')) return { kind: 'literal-list', start, end: this.tokens.previousEnd, values: literals };
    return this.#listAfter(literals, start);
  }

  /** A list with something else in it than literals. */
  #listAfter(literals: readonly Value[], start: number): Expression {
    const items = this.items.mark();
    const mark = { uses: this.scope.mark, nodes: this.nodes };
    for (const value of literals) this.items.push({ kind: 'literal', start, end: start + 1, value });
    for (let isFirst = literals.length === 0; !this.at(']'); isFirst = false) {
      const element = this.test();
      if (isFirst && this.at('for')) {
        return this.#comprehension(start, { key: undefined, element, closing: ']', mark });
      }
      this.items.push(element);
      if (!this.eat(',')) break;
    }
    this.expect(']');
    return { kind: 'list', start, end: this.tokens.previousEnd, items: this.items.take(items) };
  }

  #parenthesised(start: number): Expression {
    this.tokens.advance();
    this.nodes += 1;
    if (this.eat(')')) return { kind: 'tuple', start, end: this.tokens.previousEnd, items: [] };
    const first = this.test();
    if (!this.at(',')) {
      this.expect(')');
      return first;
    }
    const items = [first];
    while (this.eat(',')) {
      if (this.at(')')) break;
      items.push(this.test());
    }
    this.expect(')');
    return { kind: 'tuple', start, end: this.tokens.previousEnd, items };
  }

  #dict(start: number): Expression {
    this.tokens.advance();
    const keys: Expression[] = [];
    const values: Expression[] = [];
    const mark = { uses: this.scope.mark, nodes: this.nodes };
    this.nodes += 1;
    while (!this.at('}')) {
      const key = this.test();
      this.expect(':');
      const element = this.test();
      if (keys.length === 0 && this.at('for')) {
        return this.#comprehension(start, { key, element, closing: '}', mark });
      }
      keys.push(key);
      values.push(element);
      if (!this.eat(',')) break;
    }
    this.expect('}');
    return { kind: 'dict', start, end: this.tokens.previousEnd, keys, values };
  }

  #comprehension(
    start: number,
    head: {
      readonly key: Expression | undefined;
      readonly element: Expression;
      readonly closing: ']' | '}';
      readonly mark: { readonly uses: number; readonly nodes: number };
    },
  ): Expression {
    const outer = this.scope;
    const inner = outer.openComprehension(head.mark.uses);
    const clauses: Clause[] = [this.#forClause(inner, { iterableIn: outer })];
    for (;;) {
      // The evaluator recurses once a clause, and once more for the element.
      this.reach(clauses.length + 1);
      if (this.at('for')) clauses.push(this.#forClause(inner, { iterableIn: inner }));
      else if (this.at('if')) clauses.push(this.#ifClause(inner));
      else break;
    }
    this.openScope(inner);
    this.closeScope();
    this.expect(head.closing);
    const { key, element } = head;
    const weight = this.nodes - head.mark.nodes;
    return { kind: 'comprehension', start, end: this.tokens.previousEnd, key, element, clauses, weight };
  }

  /** The first iterable is read outside: in `[x for x in x]` the last `x` is not the first. */
  #forClause(inner: Scope, options: { readonly iterableIn: Scope }): Clause {
    this.tokens.advance();
    this.openScope(inner);
    const target = this.toTarget(this.loopVariables());
    this.expect('in');
    this.openScope(options.iterableIn);
    const iterable = this.orTest();
    return { kind: 'for', target, iterable };
  }

  #ifClause(inner: Scope): Clause {
    this.tokens.advance();
    this.openScope(inner);
    return { kind: 'if', test: this.orTest() };
  }

  #format(start: number): Expression {
    const parts: FormatPart[] = [];
    const opened = this.tokens.openFormat();
    let { text } = opened;
    for (;;) {
      if (text.value !== '') parts.push({ kind: 'text', text: text.value });
      if (text.stop === 'quote') break;
      this.tokens.enterFormatExpression(text.end);
      const value = this.test();
      const conversion = this.#conversion();
      if (!this.at('}')) throw this.unexpected('`}` (format specifications are not supported)');
      parts.push({ kind: 'value', value, conversion });
      text = this.tokens.continueFormat(opened.style);
    }
    this.nodes += 1 + parts.length;
    this.tokens.leaveFormat(text.end);
    return { kind: 'format', start, end: this.tokens.previousEnd, parts };
  }

  #conversion(): 'str' | 'repr' {
    const { start } = this.tokens;
    if (!this.eat('!')) return 'str';
    const name = this.at('name') ? this.tokens.name : '';
    if (name !== 's' && name !== 'r') {
      throw syntaxError('Invalid f-string conversion, expected `!s` or `!r`', start, this.tokens.end);
    }
    this.tokens.advance();
    return name === 'r' ? 'repr' : 'str';
  }
}
