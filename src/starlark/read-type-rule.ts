// An annotation's expression to the rule it stands for. The names in it are ordinary variables: `T = list` works.
import { runtimeError } from './errors.ts';
import { NativeFunction } from './native.ts';
import type { Expression } from './syntax.ts';
import type { TypeRule } from './type-rules.ts';
import { ellipsis, typeName, type Value } from './values.ts';

export function readTypeRule(node: Expression, evaluate: (node: Expression) => Value): TypeRule {
  if (node.kind === 'tuple')
    return { kind: 'tuple', items: node.items.map((item) => readTypeRule(item, evaluate)) };
  if (node.kind === 'binary') {
    return { kind: 'either', rules: [node.left, node.right].map((side) => readTypeRule(side, evaluate)) };
  }
  if (node.kind === 'index') return readGeneric(node.object, node.index, evaluate);
  const value = evaluate(node);
  if (value === null) return { kind: 'type', type: 'NoneType', shown: 'None' };
  if (value instanceof NativeFunction && value.type !== undefined) {
    return { kind: 'type', type: value.type, shown: value.name };
  }
  throw runtimeError(
    `Type annotation must be a type such as \`str\` or \`list[str]\`, not ${typeName(value)}`,
  );
}

function readGeneric(object: Expression, index: Expression, evaluate: (node: Expression) => Value): TypeRule {
  const base = readTypeRule(object, evaluate);
  const nodes = index.kind === 'tuple' ? index.items : [index];
  const last = nodes.at(-1);
  const isOpen = nodes.length === 2 && last?.kind === 'literal' && last.value === ellipsis;
  const of = base.kind === 'type' ? base.type : undefined;
  const items = (isOpen ? nodes.slice(0, 1) : nodes).map((item) => readTypeRule(item, evaluate));
  const [first, second] = items;
  if (of === 'list' && first !== undefined && items.length === 1 && !isOpen)
    return { kind: 'list', item: first };
  if (of === 'dict' && first !== undefined && second !== undefined && items.length === 2) {
    return { kind: 'dict', key: first, value: second };
  }
  if (of === 'tuple' && first !== undefined && isOpen) return { kind: 'tuple-of', item: first };
  if (of === 'tuple') return { kind: 'tuple', items };
  throw runtimeError('Type annotation cannot have these parameters');
}
