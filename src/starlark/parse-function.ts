// Parameters and the function around them: what a `def` and a lambda have in common.
import { syntaxError } from './errors.ts';
import { ExpressionParser, type FunctionParts } from './parse-expression.ts';
import type { Expression, FunctionNode, ParameterMode, ParameterNode } from './syntax.ts';
import { checkTypeSyntax } from './type-syntax.ts';

export abstract class FunctionParser extends ExpressionParser {
  protected override functionOf(name: string, parse: () => FunctionParts): FunctionNode {
    const { start } = this.tokens;
    const outer = { deepest: this.deepest, depth: this.depth };
    this.deepest = this.depth;
    this.openScope(this.scope.openFunction());
    this.enter();
    const parts = parse();
    this.leave();
    const { slotCount } = this.scope;
    this.closeScope();
    const height = this.deepest - outer.depth;
    this.deepest = Math.max(this.deepest, outer.deepest);
    return { name, start, end: this.tokens.previousEnd, ...parts, slotCount, height };
  }

  protected override parameters(options: {
    readonly closing: ')' | ':';
    readonly typed: boolean;
  }): readonly ParameterNode[] {
    const order = new ParameterOrder();
    const parameters: ParameterNode[] = [];
    const known = new Set<string>();
    while (!this.at(options.closing)) {
      const { start } = this.tokens;
      if (this.at('/')) throw this.#refused('Positional-only parameters (`/`) are not supported');
      const stars = this.eat('**') ? '**' : this.eat('*') ? '*' : '';
      if (stars === '*' && !this.at('name')) {
        order.bareStar(start, this.tokens.previousEnd);
      } else {
        const parameter = this.#parameter(order, { start, stars, typed: options.typed });
        if (known.has(parameter.name)) {
          throw syntaxError(`Duplicate parameter \`${parameter.name}\``, parameter.start, parameter.end);
        }
        known.add(parameter.name);
        parameters.push(parameter);
        this.scope.define(parameter.name);
      }
      if (!this.eat(',')) break;
    }
    order.finish();
    return parameters;
  }

  /** Defaults and annotations are evaluated where the function is made, not where it runs. */
  protected typeExpression(options: { readonly of: 'variable' | 'function' }): Expression {
    const node = options.of === 'function' ? this.#outside() : this.test();
    checkTypeSyntax(node);
    return node;
  }

  #parameter(
    order: ParameterOrder,
    at: { readonly start: number; readonly stars: '' | '*' | '**'; readonly typed: boolean },
  ): ParameterNode {
    const name = this.expectName();
    const annotation = at.typed && this.eat(':') ? this.typeExpression({ of: 'function' }) : undefined;
    const fallback = at.stars === '' && this.eat('=') ? this.#outside() : undefined;
    const end = this.tokens.previousEnd;
    const mode = order.next(at.stars, { hasFallback: fallback !== undefined, start: at.start, end });
    return { name, mode, fallback, annotation, start: at.start, end };
  }

  #outside(): Expression {
    const inner = this.scope;
    if (inner.parent !== undefined) this.openScope(inner.parent);
    const node = this.test();
    this.openScope(inner);
    return node;
  }

  #refused(message: string): Error {
    return syntaxError(message, this.tokens.start, this.tokens.end);
  }
}

/** Required, then optional, then `*rest` or a bare `*`, then named only, then `**rest`. */
class ParameterOrder {
  #seen: 'positional' | 'optional' | 'star' | 'double-star' = 'positional';
  #waitingStar: { readonly start: number; readonly end: number } | undefined;

  bareStar(start: number, end: number): void {
    if (this.#seen === 'star' || this.#seen === 'double-star') {
      throw syntaxError('Parameter `*` after another `*` or `**`', start, end);
    }
    this.#seen = 'star';
    this.#waitingStar = { start, end };
  }

  next(
    stars: '' | '*' | '**',
    at: { readonly hasFallback: boolean; readonly start: number; readonly end: number },
  ): ParameterMode {
    if (this.#seen === 'double-star') throw syntaxError('Parameter after `**`', at.start, at.end);
    if (stars === '**') {
      this.finish();
      this.#seen = 'double-star';
      return 'named-rest';
    }
    if (stars === '*') {
      if (this.#seen === 'star') throw syntaxError('Parameter `*` after another `*`', at.start, at.end);
      this.#seen = 'star';
      return 'rest';
    }
    this.#waitingStar = undefined;
    if (this.#seen === 'star') return 'named';
    if (at.hasFallback) this.#seen = 'optional';
    else if (this.#seen === 'optional') {
      throw syntaxError('Parameter without a default after one with a default', at.start, at.end);
    }
    return 'either';
  }

  finish(): void {
    if (this.#waitingStar === undefined) return;
    throw syntaxError(
      'Parameter `*` must be followed by a named one',
      this.#waitingStar.start,
      this.#waitingStar.end,
    );
  }
}
