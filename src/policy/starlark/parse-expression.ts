// Operators by precedence, call and index chains, arguments and lambdas.
import { syntaxError } from './errors.ts';
import { AtomParser } from './parse-atom.ts';
import { isBareName } from './parser-state.ts';
import type { BinaryOperator, Expression, FunctionNode, ParameterNode } from './syntax.ts';
import type { TokenKind } from './tokens.ts';

export abstract class ExpressionParser extends AtomParser {
  protected abstract parameters(options: {
    readonly closing: ')' | ':';
    readonly typed: boolean;
  }): readonly ParameterNode[];
  protected abstract functionOf(name: string, parse: () => FunctionParts): FunctionNode;

  protected override test(): Expression {
    this.enter();
    const node = this.at('lambda') ? this.#lambda() : this.#conditional();
    this.leave();
    return node;
  }

  protected override orTest(): Expression {
    return this.#logical('or');
  }

  protected override operand(): Expression {
    return this.#binary(loosestArithmetic);
  }

  /** One expression, or a tuple without parentheses; a trailing comma needs them. */
  protected testList(): Expression {
    const { start } = this.tokens;
    const first = this.test();
    return this.at(',') ? this.testListTail(start, first) : first;
  }

  protected testListTail(start: number, first: Expression): Expression {
    const items = [first];
    while (this.eat(',')) {
      if (!canStartExpression.has(this.tokens.kind)) throw this.trailingComma(start);
      items.push(this.test());
    }
    this.nodes += 1;
    return { kind: 'tuple', start, end: this.tokens.previousEnd, items };
  }

  #conditional(): Expression {
    const then = this.orTest();
    if (!this.eat('if')) return then;
    const test = this.orTest();
    this.expect('else');
    const otherwise = this.test();
    this.nodes += 1;
    return { kind: 'conditional', start: then.start, end: otherwise.end, test, then, otherwise };
  }

  #lambda(): Expression {
    const { start } = this.tokens;
    this.tokens.advance();
    const node = this.functionOf('lambda', () => {
      const parameters = this.parameters({ closing: ':', typed: false });
      this.expect(':');
      const before = this.nodes;
      const value = this.test();
      const weight = this.nodes - before + 1;
      const body = [{ kind: 'return', start: value.start, end: value.end, value, weight } as const];
      return { parameters, returns: undefined, body };
    });
    this.nodes += 1;
    return { kind: 'lambda', start, end: this.tokens.previousEnd, function: node };
  }

  #logical(operator: 'or' | 'and'): Expression {
    const first = operator === 'or' ? this.#logical('and') : this.#not();
    if (!this.at(operator)) return first;
    const operands = [first];
    while (this.eat(operator)) operands.push(operator === 'or' ? this.#logical('and') : this.#not());
    this.nodes += operands.length;
    return { kind: 'logical', operator, start: first.start, end: this.tokens.previousEnd, operands };
  }

  #not(): Expression {
    const { start } = this.tokens;
    if (!this.eat('not')) return this.#comparison();
    this.enter();
    const operand = this.#not();
    this.leave();
    this.nodes += 1;
    return { kind: 'unary', operator: 'not', start, end: operand.end, operand };
  }

  #comparison(): Expression {
    const left = this.operand();
    const operator = this.#comparisonOperator();
    if (operator === undefined) return left;
    const right = this.operand();
    if (comparisons.has(this.tokens.kind) || this.at('not')) {
      throw this.unexpected('the end of the comparison: write `a < b and b < c`');
    }
    this.nodes += 1;
    return { kind: 'binary', operator, start: left.start, end: right.end, left, right };
  }

  #comparisonOperator(): BinaryOperator | undefined {
    const operator = comparisons.get(this.tokens.kind);
    if (operator !== undefined) {
      this.tokens.advance();
      return operator;
    }
    if (!this.eat('not')) return undefined;
    this.expect('in');
    return 'not in';
  }

  /** Left associative, so a long chain is a loop here and a loop again in the evaluator. */
  #binary(precedence: number): Expression {
    let left = this.#unary();
    for (;;) {
      const found = arithmetic.get(this.tokens.kind);
      if (found === undefined || found.precedence < precedence) return left;
      this.tokens.advance();
      this.enter();
      const right = this.#binary(found.precedence + 1);
      this.leave();
      this.nodes += 1;
      left = { kind: 'binary', operator: found.operator, start: left.start, end: right.end, left, right };
    }
  }

  #unary(): Expression {
    const { kind, start } = this.tokens;
    if (kind !== '-' && kind !== '+' && kind !== '~') return this.#primary();
    this.tokens.advance();
    this.enter();
    const operand = this.#unary();
    this.leave();
    this.nodes += 1;
    return { kind: 'unary', operator: kind, start, end: operand.end, operand };
  }

  #primary(): Expression {
    let node = this.atom();
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

  /** Arguments come in this order: by position, by name, `*rest`, `**rest`. */
  #call(callee: Expression): Expression {
    this.tokens.advance();
    const positional: Expression[] = [];
    const names: string[] = [];
    const named: Expression[] = [];
    let rest: Expression | undefined;
    let namedRest: Expression | undefined;
    while (!this.at(')')) {
      const { start } = this.tokens;
      if (this.eat('**')) {
        if (namedRest !== undefined) throw this.#misplaced('A second `**` argument', start);
        namedRest = this.test();
      } else if (this.eat('*')) {
        if (rest !== undefined || namedRest !== undefined)
          throw this.#misplaced('Argument `*` after `*` or `**`', start);
        rest = this.test();
      } else {
        const value = this.test();
        const isAfterRest = rest !== undefined || namedRest !== undefined;
        if (isBareName(value, start) && this.at('=')) {
          this.scope.unuse();
          this.tokens.advance();
          if (isAfterRest) throw this.#misplaced('Named argument after `*` or `**`', start);
          if (names.includes(value.name))
            throw this.#misplaced(`Repeated named argument \`${value.name}\``, start);
          names.push(value.name);
          named.push(this.test());
        } else if (names.length > 0 || isAfterRest) {
          throw this.#misplaced('Positional argument after a named one', start);
        } else positional.push(value);
      }
      if (!this.eat(',')) break;
    }
    this.expect(')');
    const { start } = callee;
    return {
      kind: 'call',
      start,
      end: this.tokens.previousEnd,
      callee,
      positional,
      names,
      named,
      rest,
      namedRest,
    };
  }

  #misplaced(what: string, start: number): Error {
    return syntaxError(what, start, this.tokens.previousEnd);
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

export interface FunctionParts {
  readonly parameters: readonly ParameterNode[];
  readonly returns: Expression | undefined;
  readonly body: FunctionNode['body'];
}

const loosestArithmetic = 1;

const arithmetic: ReadonlyMap<TokenKind, { readonly operator: BinaryOperator; readonly precedence: number }> =
  new Map(
    (
      [
        ['|', 1],
        ['^', 2],
        ['&', 3],
        ['<<', 4],
        ['>>', 4],
        ['+', 5],
        ['-', 5],
        ['*', 6],
        ['/', 6],
        ['//', 6],
        ['%', 6],
      ] as const
    ).map(([operator, precedence]) => [operator, { operator, precedence }]),
  );

const comparisons: ReadonlyMap<TokenKind, BinaryOperator> = new Map(
  (['==', '!=', '<', '>', '<=', '>=', 'in'] as const).map((operator) => [operator, operator]),
);

const canStartExpression: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'name',
  'literal',
  'f-string',
  '(',
  '[',
  '{',
  '+',
  '-',
  '~',
  'not',
  '...',
  'lambda',
]);
