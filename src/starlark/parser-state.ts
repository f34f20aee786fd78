// What every part of the parser shares: the current token, the open scope, and how deep and how heavy the tree is.
import type { Meter } from './budget.ts';
import { syntaxError } from './errors.ts';
import { Scratch } from './scratch.ts';
import { Scanner } from './scanner.ts';
import { Scope } from './scope.ts';
import type { Expression, NameNode } from './syntax.ts';
import type { Value } from './values.ts';
import { describeToken, type Symbol, type TokenKind } from './tokens.ts';

/**
 * Nesting of brackets, blocks, operators and call chains. The parser and the evaluator recurse once a level, so this
 * keeps a file of a hundred thousand `(` from exhausting the host's stack.
 */
export const deepestNesting = 120;

export abstract class ParserState {
  protected readonly tokens: Scanner;
  protected readonly items: Scratch<Expression> = new Scratch();
  protected readonly values: Scratch<Value> = new Scratch();
  protected scope: Scope = Scope.module();
  /** Nodes made so far; the difference around a statement is what running it costs. */
  protected nodes = 0;
  /** The deepest nesting since the current function began. */
  protected deepest = 0;
  readonly #meter: Meter;
  #depth = 0;

  constructor(text: string, meter: Meter) {
    this.#meter = meter;
    this.tokens = new Scanner(text, meter);
    this.tokens.advance();
  }

  protected get depth(): number {
    return this.#depth;
  }

  protected enter(): void {
    this.#depth += 1;
    if (this.#depth > this.deepest) this.reach(0);
  }

  protected leave(): void {
    this.#depth -= 1;
  }

  /** Notes that evaluating will nest `further` levels below this one, though the parser did not recurse for them. */
  protected reach(further: number): void {
    const depth = this.#depth + further;
    if (depth > deepestNesting) {
      const { start, end } = this.tokens;
      throw syntaxError(`Nested too deeply: at most ${deepestNesting} levels are allowed`, start, end);
    }
    if (depth > this.deepest) this.deepest = depth;
  }

  protected at(kind: TokenKind): boolean {
    return this.tokens.kind === kind;
  }

  /** Steps past the token when it is of this kind. */
  protected eat(kind: TokenKind): boolean {
    if (this.tokens.kind !== kind) return false;
    this.tokens.advance();
    return true;
  }

  protected expect(kind: Symbol | 'in' | 'else' | 'newline' | 'indent' | 'def'): void {
    if (!this.eat(kind)) throw this.unexpected(describeToken(kind));
  }

  protected expectName(): string {
    if (this.tokens.kind !== 'name') throw this.unexpected('a name');
    const { name } = this.tokens;
    this.tokens.advance();
    return name;
  }

  protected unexpected(expected: string): Error {
    const { kind, start, end } = this.tokens;
    return syntaxError(
      `Unexpected ${describeToken(kind)}, expected ${expected}`,
      start,
      Math.max(end, start + 1),
    );
  }

  /** A use of the name at the current token. */
  protected useName(): NameNode {
    const { start, end, name } = this.tokens;
    this.tokens.advance();
    const node = nameNode(name, start, end);
    this.scope.use(node);
    this.nodes += 1;
    return node;
  }

  protected openScope(scope: Scope): void {
    this.scope = scope;
  }

  protected closeScope(): void {
    // Names move out once a level: charged, because the deepest nesting over the longest file is minutes of that.
    this.#meter.step(this.scope.mark >> 2);
    this.scope.close();
    if (this.scope.parent !== undefined) this.scope = this.scope.parent;
  }
}

export function nameNode(name: string, start: number, end: number): NameNode {
  return { kind: 'name', name, start, end, hops: 0, slot: -1, builtin: undefined };
}
