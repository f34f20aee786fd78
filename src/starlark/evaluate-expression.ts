// Expressions to values. Before an operation that can fail, `at` is set to its node, after its operands are there.
import { findMethod } from './attributes.ts';
import { setEntry } from './dict-entries.ts';
import { runtimeError } from './errors.ts';
import type { Frame } from './frame.ts';
import { Machine } from './machine.ts';
import { applyBinary, applyUnary, isTrue } from './operators.ts';
import { reprWithin, strWithin } from './repr.ts';
import { readIndex, readSlice } from './subscripts.ts';
import type {
  AttributeNode,
  BinaryNode,
  CallNode,
  ComprehensionNode,
  Expression,
  FunctionNode,
} from './syntax.ts';
import type { NameNode } from './syntax.ts';
import { StarlarkDict, StarlarkList, StarlarkTuple, typeName, type Value } from './values.ts';

type NodeOf<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

export abstract class ExpressionEvaluator extends Machine {
  protected abstract evaluateCall(node: CallNode, frame: Frame): Value;
  protected abstract comprehend(node: ComprehensionNode, frame: Frame): Value;
  protected abstract makeFunction(node: FunctionNode, frame: Frame): Value;

  protected evaluate(node: Expression, frame: Frame): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        return this.#read(node, frame);
      case 'call':
        return this.evaluateCall(node, frame);
      case 'literal-list':
        this.#at(node).meter.elements(node.values.length, node.values.length);
        return new StarlarkList(node.values.slice());
      case 'list':
        this.#at(node).meter.elements(node.items.length, node.items.length);
        return new StarlarkList(this.evaluateAll(node.items, frame));
      case 'tuple':
        this.#at(node).meter.elements(node.items.length, node.items.length);
        return new StarlarkTuple(this.evaluateAll(node.items, frame));
      case 'binary':
        return this.#binary(node, frame);
      case 'attribute':
        return this.#attribute(node, frame);
      case 'index':
        return this.#index(node, frame);
      case 'logical':
        return this.#logical(node, frame);
      case 'conditional':
        return this.evaluate(isTrue(this.evaluate(node.test, frame)) ? node.then : node.otherwise, frame);
      case 'unary':
        return this.#unary(node, frame);
      case 'dict':
        return this.#dict(node, frame);
      case 'slice':
        return this.#slice(node, frame);
      case 'comprehension':
        return this.comprehend(node, frame);
      case 'lambda':
        return this.makeFunction(node.function, frame);
      case 'format':
        return this.#format(node, frame);
    }
  }

  protected evaluateAll(nodes: readonly Expression[], frame: Frame): Value[] {
    // Sized in advance, because an array that grows by `push` keeps room for sixteen more.
    const values = new Array<Value>(nodes.length);
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index];
      if (node !== undefined) values[index] = this.evaluate(node, frame);
    }
    return values;
  }

  #at(node: Expression): this {
    this.at = node;
    return this;
  }

  #read(node: NameNode, frame: Frame): Value {
    if (node.slot === -1) return node.builtin ?? null;
    let home = frame;
    for (let hops = node.hops; hops > 0; hops--) home = home.parent ?? home;
    const value = home.slots[node.slot];
    if (value !== undefined) return value;
    this.at = node;
    throw runtimeError(`Local variable \`${node.name}\` referenced before assignment`);
  }

  /** A chain such as `a + b + c` leans left; it is walked in a loop so that its length costs no stack. */
  #binary(node: BinaryNode, frame: Frame): Value {
    let { left } = node;
    if (left.kind !== 'binary') {
      const value = this.evaluate(left, frame);
      return this.#apply(node, value, frame);
    }
    const chain = [node];
    for (; left.kind === 'binary'; { left } = left) chain.push(left);
    let value = this.evaluate(left, frame);
    for (let index = chain.length - 1; index >= 0; index--) {
      const link = chain[index];
      if (link !== undefined) value = this.#apply(link, value, frame);
    }
    return value;
  }

  #apply(node: BinaryNode, left: Value, frame: Frame): Value {
    const right = this.evaluate(node.right, frame);
    this.at = node;
    return applyBinary(node.operator, left, right, this.meter);
  }

  #logical({ operator, operands }: NodeOf<'logical'>, frame: Frame): Value {
    let value: Value = null;
    for (const operand of operands) {
      value = this.evaluate(operand, frame);
      if (isTrue(value) === (operator === 'or')) return value;
    }
    return value;
  }

  #unary(node: NodeOf<'unary'>, frame: Frame): Value {
    const value = this.evaluate(node.operand, frame);
    if (node.operator === 'not') return !isTrue(value);
    this.at = node;
    return applyUnary(node.operator, value);
  }

  #attribute(node: AttributeNode, frame: Frame): Value {
    const object = this.evaluate(node.object, frame);
    this.at = node;
    const found = findMethod(object, node.name);
    if (found === undefined)
      throw runtimeError(`Value of type ${typeName(object)} has no attribute \`${node.name}\``);
    return found;
  }

  #index(node: NodeOf<'index'>, frame: Frame): Value {
    const object = this.evaluate(node.object, frame);
    const index = this.evaluate(node.index, frame);
    this.at = node;
    return readIndex(object, index, this.meter);
  }

  #slice(node: NodeOf<'slice'>, frame: Frame): Value {
    const object = this.evaluate(node.object, frame);
    const bound = (part: Expression | undefined): Value =>
      part === undefined ? null : this.evaluate(part, frame);
    const bounds = { from: bound(node.from), to: bound(node.to), step: bound(node.step) };
    this.at = node;
    return readSlice(object, bounds, this.meter);
  }

  #dict(node: NodeOf<'dict'>, frame: Frame): Value {
    this.#at(node).meter.elements(dictCells, 0);
    const dict = new StarlarkDict();
    for (const [index, keyNode] of node.keys.entries()) {
      const valueNode = node.values[index] ?? keyNode;
      const key = this.evaluate(keyNode, frame);
      const value = this.evaluate(valueNode, frame);
      this.at = keyNode;
      const before = dict.entries.size;
      setEntry(dict, key, value, this.meter);
      if (dict.entries.size === before) throw runtimeError('Duplicate key in the dict');
    }
    return dict;
  }

  #format(node: NodeOf<'format'>, frame: Frame): Value {
    const parts: string[] = [];
    let length = 0;
    for (const part of node.parts) {
      let text: string;
      if (part.kind === 'text') ({ text } = part);
      else {
        const value = this.evaluate(part.value, frame);
        this.at = part.value;
        text = part.conversion === 'repr' ? reprWithin(value, this.meter) : strWithin(value, this.meter);
      }
      length += text.length;
      parts.push(text);
    }
    this.at = node;
    this.meter.text(length);
    return parts.join('');
  }
}

/** What an empty dict takes. */
const dictCells = 24;
