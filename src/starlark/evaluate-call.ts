// Calls: arguments, the functions of the file, and everything else that can be called.
import { runtimeError } from './errors.ts';
import { ExpressionEvaluator } from './evaluate-expression.ts';
import { Frame, UserFunction } from './frame.ts';
import { HostFunction } from './host-function.ts';
import { elementsOf } from './iteration.ts';
import { noValues, type Arguments } from './machine.ts';
import { BoundMethod, NativeFunction } from './native.ts';
import type { CallNode, Expression, FunctionNode, ParameterMode, Statement } from './syntax.ts';
import { Signature } from './signature.ts';
import { readTypeRule } from './read-type-rule.ts';
import { requireType, type TypeRule } from './type-rules.ts';
import { StarlarkDict, typeName, type Value } from './values.ts';

/** How a block ended: at its end, or on the way out. */
export type Flow = 'on' | 'break' | 'continue' | 'return';

export abstract class CallEvaluator extends ExpressionEvaluator {
  readonly #signatures: Map<FunctionNode, Signature> = new Map();

  protected abstract runBlock(body: readonly Statement[], frame: Frame): Flow;

  protected override evaluateCall(node: CallNode, frame: Frame): Value {
    const callee = this.evaluate(node.callee, frame);
    const args = this.#arguments(node, frame);
    this.at = node;
    return this.call(callee, args);
  }

  override call(callee: Value, args: Arguments): Value {
    const { at } = this;
    this.meter.step(1 + args.positional.length + args.names.length);
    if (callee instanceof UserFunction) {
      const result = this.#callUser(callee, args);
      this.at = at;
      return result;
    }
    if (callee instanceof HostFunction || callee instanceof NativeFunction || callee instanceof BoundMethod) {
      const result = callee.run(callee.signature.bind(args, this.meter), this);
      this.at = at;
      return result;
    }
    throw runtimeError(`Cannot call ${typeName(callee)}`);
  }

  protected override makeFunction(node: FunctionNode, frame: Frame): Value {
    const optional = (part: Expression | undefined): Value | undefined =>
      part === undefined ? undefined : this.evaluate(part, frame);
    const fallbacks = node.parameters.map(({ fallback }) => optional(fallback));
    const types = node.parameters.map(({ annotation, mode }) =>
      typeOfRest(this.typeRule(annotation, frame), mode),
    );
    this.meter.elements(functionCells, 0);
    const returns = this.typeRule(node.returns, frame);
    return new UserFunction({ node, signature: this.#signature(node), fallbacks, types, returns, frame });
  }

  protected typeRule(node: Expression | undefined, frame: Frame): TypeRule | undefined {
    if (node === undefined) return undefined;
    return readTypeRule(node, (part) => {
      const value = this.evaluate(part, frame);
      this.at = part;
      return value;
    });
  }

  /** Made once for each `def` and lambda, however often a loop comes by. */
  #signature(node: FunctionNode): Signature {
    const known = this.#signatures.get(node);
    if (known !== undefined) return known;
    const parameters = node.parameters.map(({ name, mode, fallback }) => ({
      name,
      mode,
      required: fallback === undefined,
    }));
    const signature = new Signature(node.name, parameters);
    this.#signatures.set(node, signature);
    return signature;
  }

  #arguments(node: CallNode, frame: Frame): Arguments {
    const positional = node.positional.length === 0 ? noValues : this.evaluateAll(node.positional, frame);
    const named = node.named.length === 0 ? noValues : this.evaluateAll(node.named, frame);
    if (node.rest === undefined && node.namedRest === undefined)
      return { positional, names: node.names, named };
    return this.#spread(node, { positional, names: node.names, named }, frame);
  }

  #spread(node: CallNode, written: Arguments, frame: Frame): Arguments {
    const positional = [...written.positional];
    const names = [...written.names];
    const named = [...written.named];
    if (node.rest !== undefined) {
      const value = this.evaluate(node.rest, frame);
      this.at = node.rest;
      for (const item of elementsOf(value, this.meter)) positional.push(item);
    }
    if (node.namedRest !== undefined) {
      const value = this.evaluate(node.namedRest, frame);
      this.at = node.namedRest;
      if (!(value instanceof StarlarkDict))
        throw runtimeError(`Argument after \`**\` must be a dict, not ${typeName(value)}`);
      this.meter.step(value.entries.size);
      for (const entry of value.entries.values()) {
        if (typeof entry.key !== 'string')
          throw runtimeError('Argument after `**` must have strings as keys');
        names.push(entry.key);
        named.push(entry.value);
      }
    }
    return { positional, names, named };
  }

  #callUser(callee: UserFunction, args: Arguments): Value {
    const { node } = callee;
    const slots = callee.signature.bind(args, this.meter);
    for (let index = 0; index < callee.types.length; index++) {
      if (slots[index] === undefined) slots[index] = callee.fallbacks[index];
      const type = callee.types[index];
      if (type === undefined) continue;
      const where = `argument \`${node.parameters[index]?.name ?? ''}\``;
      requireType(slots[index] ?? null, type, where, this.meter);
    }
    while (slots.length < node.slotCount) slots.push(undefined);

    const frame = new Frame(slots, callee.frame);
    this.pushCall({ name: callee.name, at: this.at }, node.height);
    this.meter.elements(node.slotCount + frameCells, node.slotCount);
    this.runBlock(node.body, frame);
    if (callee.returns !== undefined)
      requireType(frame.result, callee.returns, 'the return value', this.meter);
    this.popCall(node.height);
    return frame.result;
  }
}

/** What `*args: T` and `**kwargs: T` say is about each item. */
function typeOfRest(type: TypeRule | undefined, mode: ParameterMode): TypeRule | undefined {
  if (type === undefined || mode === 'either' || mode === 'named') return type;
  if (mode === 'rest') return { kind: 'tuple-of', item: type };
  return { kind: 'dict', key: { kind: 'type', type: 'string', shown: 'str' }, value: type };
}

const frameCells = 8;
const functionCells = 24;
