// Statements: what a module does when it runs.
import { CallEvaluator, type Flow } from './evaluate-call.ts';
import { requireUnwalked, setEntry } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import { Frame } from './frame.ts';
import { elementsOf, Walk } from './iteration.ts';
import { extendList } from './methods-list.ts';
import { applyBinary, isTrue } from './operators.ts';
import { readIndex, writeIndex } from './subscripts.ts';
import type { Clause, ComprehensionNode, ModuleNode, Statement, Target } from './syntax.ts';
import { requireType } from './type-rules.ts';
import { StarlarkDict, StarlarkList, type Value } from './values.ts';

type StatementOf<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;

export class ModuleEvaluator extends CallEvaluator {
  run(module: ModuleNode): void {
    const slots = new Array<Value | undefined>(module.slotCount).fill(undefined);
    this.runBlock(module.body, new Frame(slots, undefined));
  }

  protected override runBlock(body: readonly Statement[], frame: Frame): Flow {
    for (const statement of body) {
      this.meter.step(statement.weight);
      const flow = this.#run(statement, frame);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  protected override comprehend(node: ComprehensionNode, frame: Frame): Value {
    const result = node.key === undefined ? new StarlarkList([]) : new StarlarkDict();
    this.#runClause({ node, result, frame }, 0);
    return result;
  }

  #run(statement: Statement, frame: Frame): Flow {
    switch (statement.kind) {
      case 'expression':
        this.evaluate(statement.value, frame);
        return 'on';
      case 'assign':
        this.#assign(statement, frame);
        return 'on';
      case 'augmented':
        this.#augment(statement, frame);
        return 'on';
      case 'if':
        return this.#if(statement, frame);
      case 'for':
        return this.#for(statement, frame);
      case 'def':
        this.#store(statement.target, this.makeFunction(statement.function, frame), frame);
        return 'on';
      case 'return':
        frame.result = statement.value === undefined ? null : this.evaluate(statement.value, frame);
        return 'return';
      case 'break':
      case 'continue':
        return statement.kind;
      case 'pass':
        return 'on';
    }
  }

  #if(statement: StatementOf<'if'>, frame: Frame): Flow {
    for (const { test, body } of statement.branches) {
      if (isTrue(this.evaluate(test, frame))) return this.runBlock(body, frame);
    }
    return this.runBlock(statement.otherwise, frame);
  }

  #for(statement: StatementOf<'for'>, frame: Frame): Flow {
    const iterable = this.evaluate(statement.iterable, frame);
    this.at = statement.iterable;
    const walk = new Walk(iterable, this.meter);
    for (let item = walk.next(); item !== undefined; item = walk.next()) {
      this.#store(statement.target, item, frame);
      const flow = this.runBlock(statement.body, frame);
      if (flow === 'break') break;
      if (flow === 'return') {
        walk.close();
        return flow;
      }
    }
    walk.close();
    return 'on';
  }

  #assign(statement: StatementOf<'assign'>, frame: Frame): void {
    const value = this.evaluate(statement.value, frame);
    const rule = this.typeRule(statement.annotation, frame);
    if (rule !== undefined) {
      this.at = statement.value;
      requireType(value, rule, 'the variable', this.meter);
    }
    this.#store(statement.target, value, frame);
  }

  #store(target: Target, value: Value, frame: Frame): void {
    switch (target.kind) {
      case 'name':
        frame.slots[target.slot] = value;
        return;
      case 'index': {
        const object = this.evaluate(target.object, frame);
        const index = this.evaluate(target.index, frame);
        this.at = target;
        writeIndex(object, index, value, this.meter);
        return;
      }
      case 'attribute':
        this.at = target;
        throw runtimeError(
          `Cannot assign to attribute \`${target.name}\`: no value has attributes that can be changed`,
        );
      case 'targets': {
        this.at = target;
        const items = elementsOf(value, this.meter);
        if (items.length !== target.items.length) {
          throw runtimeError(`Cannot unpack ${items.length} values into ${target.items.length} variables`);
        }
        const copy = [...items];
        for (const [index, part] of target.items.entries()) this.#store(part, copy[index] ?? null, frame);
      }
    }
  }

  #augment(statement: StatementOf<'augmented'>, frame: Frame): void {
    const { target } = statement;
    if (target.kind === 'attribute') {
      this.#store(target, null, frame);
    } else if (target.kind === 'name') {
      const left = this.evaluate(target, frame);
      const value = this.#combined(left, statement, frame);
      this.#store(target, value, frame);
    } else {
      const object = this.evaluate(target.object, frame);
      const index = this.evaluate(target.index, frame);
      this.at = target;
      const left = readIndex(object, index, this.meter);
      const value = this.#combined(left, statement, frame);
      this.at = target;
      writeIndex(object, index, value, this.meter);
    }
  }

  /** `+=` on a list and `|=` on a dict change the value in place, as they do in Python. */
  #combined(left: Value, statement: StatementOf<'augmented'>, frame: Frame): Value {
    const { operator } = statement;
    const right = this.evaluate(statement.value, frame);
    this.at = statement;
    if (left instanceof StarlarkList && operator === '+') {
      extendList(left, right, this.meter);
      return left;
    }
    if (left instanceof StarlarkDict && right instanceof StarlarkDict && operator === '|') {
      requireUnwalked(left);
      for (const { key, value } of [...right.entries.values()]) setEntry(left, key, value, this.meter);
      return left;
    }
    return applyBinary(operator, left, right, this.meter);
  }

  #runClause(comprehension: Comprehension, depth: number): void {
    const { node, frame } = comprehension;
    const clause: Clause | undefined = node.clauses[depth];
    if (clause === undefined) {
      this.#collect(comprehension);
      return;
    }
    if (clause.kind === 'if') {
      if (isTrue(this.evaluate(clause.test, frame))) this.#runClause(comprehension, depth + 1);
      return;
    }
    const iterable = this.evaluate(clause.iterable, frame);
    this.at = clause.iterable;
    const walk = new Walk(iterable, this.meter);
    for (let item = walk.next(); item !== undefined; item = walk.next()) {
      this.meter.step(node.weight);
      this.#store(clause.target, item, frame);
      this.#runClause(comprehension, depth + 1);
    }
    walk.close();
  }

  #collect({ node, result, frame }: Comprehension): void {
    const key = node.key === undefined ? null : this.evaluate(node.key, frame);
    const value = this.evaluate(node.element, frame);
    this.at = node;
    if (result instanceof StarlarkDict) setEntry(result, key, value, this.meter);
    else {
      this.meter.elements(1, result.items.length + 1);
      result.items.push(value);
    }
  }
}

interface Comprehension {
  readonly node: ComprehensionNode;
  readonly result: StarlarkList | StarlarkDict;
  readonly frame: Frame;
}
