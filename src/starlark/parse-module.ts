// Statements and blocks: the whole file, or the first mistake in it.
import type { Meter } from './budget.ts';
import { syntaxError } from './errors.ts';
import { FunctionParser } from './parse-function.ts';
import type { Scope } from './scope.ts';
import type { BinaryOperator, Expression, ModuleNode, Statement } from './syntax.ts';
import type { TokenKind } from './tokens.ts';

/** The tree, and the module's scope with every name settled except those only a builtin can be. */
export function parseModule(
  text: string,
  meter: Meter,
): { readonly module: ModuleNode; readonly scope: Scope } {
  return new ModuleParser(text, meter).module();
}

const statementsPerLook = 512;

class ModuleParser extends FunctionParser {
  readonly #meter: Meter;
  #isInLoop = false;
  #isInFunction = false;

  constructor(text: string, meter: Meter) {
    super(text, meter);
    this.#meter = meter;
  }

  module(): { readonly module: ModuleNode; readonly scope: Scope } {
    const body: Statement[] = [];
    for (let read = 1; !this.at('end'); read++) {
      this.#statement(body);
      if (read % statementsPerLook === 0) this.#meter.checkClock();
    }
    this.closeScope();
    return { module: { body, slotCount: this.scope.slotCount, height: this.deepest }, scope: this.scope };
  }

  #statement(into: Statement[]): void {
    switch (this.tokens.kind) {
      case 'def':
        into.push(this.#def());
        return;
      case 'if':
        into.push(this.#if());
        return;
      case 'for':
        into.push(this.#for());
        return;
      default:
        this.#simpleLine(into);
    }
  }

  #simpleLine(into: Statement[]): void {
    into.push(this.#small());
    while (this.eat(';')) {
      if (this.at('newline')) break;
      into.push(this.#small());
    }
    if (!this.eat('newline')) throw this.unexpected('the end of the line');
  }

  #small(): Statement {
    const { start, end, kind } = this.tokens;
    const before = this.nodes;
    switch (kind) {
      case 'pass':
        this.tokens.advance();
        return { kind, start, end, weight: 1 };
      case 'break':
      case 'continue':
        this.tokens.advance();
        if (!this.#isInLoop)
          throw syntaxError(`\`${kind}\` cannot be used outside of a \`for\` loop`, start, end);
        return { kind, start, end, weight: 1 };
      case 'return': {
        this.tokens.advance();
        const isBare = this.at('newline') || this.at(';');
        const value = isBare ? undefined : this.testList();
        if (!this.#isInFunction) throw syntaxError('`return` cannot be used outside of a `def`', start, end);
        return { kind, start, end: this.tokens.previousEnd, weight: this.#weightSince(before), value };
      }
      case 'load':
        throw this.#load(start);
      default:
        return this.#assignmentOrExpression();
    }
  }

  #weightSince(nodesBefore: number): number {
    return this.nodes - nodesBefore + 1;
  }

  #assignmentOrExpression(): Statement {
    const { start } = this.tokens;
    const before = this.nodes;
    const first = this.test();
    const isTuple = this.at(',');
    const left = isTuple ? this.testListTail(start, first) : first;
    const annotation = this.eat(':') ? this.typeExpression({ of: 'variable' }) : undefined;
    if (this.eat('=')) {
      const value = this.testList();
      const target = this.toTarget(left);
      if (annotation !== undefined && target.kind === 'targets') {
        throw syntaxError(
          'Type annotation is not allowed on several variables',
          annotation.start,
          annotation.end,
        );
      }
      const weight = this.#weightSince(before);
      return { kind: 'assign', start, end: this.tokens.previousEnd, weight, target, annotation, value };
    }
    const operator = augmentedOperators.get(this.tokens.kind);
    if (operator !== undefined) {
      if (annotation !== undefined) {
        throw syntaxError('Type annotation is not allowed here', annotation.start, annotation.end);
      }
      return this.#augmented(left, operator, before);
    }
    if (isTuple || annotation !== undefined) throw this.unexpected('an assignment');
    return { kind: 'expression', start, end: left.end, weight: this.#weightSince(before), value: left };
  }

  #augmented(left: Expression, operator: BinaryOperator, before: number): Statement {
    this.tokens.advance();
    const value = this.testList();
    const target = this.toTarget(left);
    if (target.kind === 'targets') {
      throw syntaxError(`Cannot use \`${operator}=\` on several variables`, target.start, target.end);
    }
    const { start } = left;
    const weight = this.#weightSince(before);
    return { kind: 'augmented', start, end: this.tokens.previousEnd, weight, target, operator, value };
  }

  #load(start: number): Error {
    this.tokens.advance();
    this.expect('(');
    const file = this.at('literal') && typeof this.tokens.value === 'string' ? this.tokens.value : undefined;
    const tried = file === undefined ? '' : `, you tried \`${file}\``;
    return syntaxError(`No imports are available${tried}`, start, this.tokens.end);
  }

  #def(): Statement {
    const { start } = this.tokens;
    this.tokens.advance();
    if (!this.at('name')) throw this.unexpected('a name');
    const target = this.useName();
    this.scope.define(target.name);
    const outer = { isInLoop: this.#isInLoop, isInFunction: this.#isInFunction };
    this.#isInLoop = false;
    this.#isInFunction = true;
    const node = this.functionOf(target.name, () => {
      this.expect('(');
      const parameters = this.parameters({ closing: ')', typed: true });
      this.expect(')');
      const returns = this.eat('->') ? this.typeExpression({ of: 'function' }) : undefined;
      this.expect(':');
      return { parameters, returns, body: this.#block() };
    });
    this.#isInLoop = outer.isInLoop;
    this.#isInFunction = outer.isInFunction;
    const weight = node.parameters.length + 2;
    return { kind: 'def', start, end: this.tokens.previousEnd, weight, target, function: node };
  }

  #if(): Statement {
    const { start } = this.tokens;
    const branches: { readonly test: Expression; readonly body: readonly Statement[] }[] = [];
    let weight = 1;
    while (this.at(branches.length === 0 ? 'if' : 'elif')) {
      this.tokens.advance();
      const before = this.nodes;
      const test = this.test();
      weight += this.nodes - before;
      this.expect(':');
      branches.push({ test, body: this.#block() });
    }
    let otherwise: readonly Statement[] = [];
    if (this.at('else')) {
      this.tokens.advance();
      this.expect(':');
      otherwise = this.#block();
    }
    return { kind: 'if', start, end: this.tokens.previousEnd, weight, branches, otherwise };
  }

  #for(): Statement {
    const { start } = this.tokens;
    this.tokens.advance();
    const before = this.nodes;
    const target = this.toTarget(this.loopVariables());
    this.expect('in');
    const iterable = this.test();
    this.expect(':');
    const weight = this.nodes - before + 1;
    const wasInLoop = this.#isInLoop;
    this.#isInLoop = true;
    const body = this.#block();
    this.#isInLoop = wasInLoop;
    return { kind: 'for', start, end: this.tokens.previousEnd, weight, target, iterable, body };
  }

  /** Either the rest of the line, or an indented block below it. */
  #block(): readonly Statement[] {
    const body: Statement[] = [];
    this.enter();
    if (this.eat('newline')) {
      if (!this.eat('indent')) throw this.unexpected('an indented block');
      do this.#statement(body);
      while (!this.at('dedent') && !this.at('end'));
      this.eat('dedent');
    } else this.#simpleLine(body);
    this.leave();
    return body;
  }
}

const augmentedOperators: ReadonlyMap<TokenKind, BinaryOperator> = new Map(
  (['+', '-', '*', '/', '//', '%', '&', '|', '^', '<<', '>>'] as const).map((operator) => [
    `${operator}=`,
    operator,
  ]),
);
