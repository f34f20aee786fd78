// Operators by precedence, conditional expressions and lambdas.
import { PrimaryParser } from './parse-primary.ts';
import { infixOperators, precedenceOf, type InfixOperator } from './precedence.ts';
import type { Expression, FunctionNode, ParameterNode } from './syntax.ts';
import type { TokenKind } from './tokens.ts';

export interface FunctionParts {
  readonly parameters: readonly ParameterNode[];
  readonly returns: Expression | undefined;
  readonly body: FunctionNode['body'];
}

export abstract class ExpressionParser extends PrimaryParser {
  protected abstract parameters(options: {
    readonly closing: ')' | ':';
    readonly typed: boolean;
  }): readonly ParameterNode[];
  protected abstract functionOf(name: string, parse: () => FunctionParts): FunctionNode;

  protected override test(): Expression {
    this.enter();
    // Most expressions in a rule file are a literal, a list or a call: they need not pass through every precedence.
    let node = startsPrimary(this.tokens.kind) ? this.primary(this.atom()) : undefined;
    if (node === undefined || !endsExpression(this.tokens.kind)) {
      node = this.at('lambda') ? this.#lambda() : this.#conditional(node);
    }
    this.leave();
    return node;
  }

  protected override orTest(): Expression {
    return this.#infix(precedenceOf.or);
  }

  protected override operand(): Expression {
    return this.#infix(precedenceOf.bits);
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

  #conditional(first: Expression | undefined): Expression {
    const then = this.#infix(precedenceOf.or, first);
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

  /** Precedence climbing: everything that binds at least as tightly as `least`. `first` was read already. */
  #infix(least: number, first?: Expression): Expression {
    let left = first ?? this.#prefix(least);
    for (;;) {
      const operator = infixOperators.get(this.tokens.kind);
      if (operator === undefined || operator.precedence < least) return left;
      left = this.#continue(left, operator);
    }
  }

  #continue(left: Expression, operator: InfixOperator): Expression {
    this.nodes += 1;
    const tighter = operator.precedence + 1;
    switch (operator.kind) {
      case 'logical': {
        const operands = [left];
        while (this.eat(operator.operator)) operands.push(this.#nestedInfix(tighter));
        this.nodes += operands.length;
        const { start } = left;
        return {
          kind: 'logical',
          operator: operator.operator,
          start,
          end: this.tokens.previousEnd,
          operands,
        };
      }
      case 'comparison': {
        this.tokens.advance();
        if (operator.operator === 'not in') this.expect('in');
        const right = this.#nestedInfix(tighter);
        if (infixOperators.get(this.tokens.kind)?.kind === 'comparison') {
          throw this.unexpected('the end of the comparison: write `a < b and b < c`');
        }
        return {
          kind: 'binary',
          operator: operator.operator,
          start: left.start,
          end: right.end,
          left,
          right,
        };
      }
      case 'arithmetic': {
        this.tokens.advance();
        const right = this.#nestedInfix(tighter);
        return {
          kind: 'binary',
          operator: operator.operator,
          start: left.start,
          end: right.end,
          left,
          right,
        };
      }
    }
  }

  #nestedInfix(least: number): Expression {
    this.enter();
    const node = this.#infix(least);
    this.leave();
    return node;
  }

  #prefix(least: number): Expression {
    return this.at('not') && least <= precedenceOf.not ? this.#not() : this.#unary();
  }

  #not(): Expression {
    const { start } = this.tokens;
    this.tokens.advance();
    const operand = this.#nestedInfix(precedenceOf.not);
    this.nodes += 1;
    return { kind: 'unary', operator: 'not', start, end: operand.end, operand };
  }

  #unary(): Expression {
    const { kind, start } = this.tokens;
    if (kind !== '-' && kind !== '+' && kind !== '~') return this.primary(this.atom());
    this.tokens.advance();
    this.enter();
    const operand = this.#unary();
    this.leave();
    this.nodes += 1;
    return { kind: 'unary', operator: kind, start, end: operand.end, operand };
  }
}

function startsPrimary(kind: TokenKind): boolean {
  return kind === 'literal' || kind === 'name' || kind === '[';
}

function endsExpression(kind: TokenKind): boolean {
  return kind === ',' || kind === ']' || kind === ')' || kind === 'newline' || kind === ':' || kind === '}';
}

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
