// dir, fail, getattr, hasattr, repr, type.
import { attributeNames, findMethod } from './attributes.ts';
import { runtimeError } from './errors.ts';
import type { Machine } from './machine.ts';
import { NativeFunction, optional, required, rest, textOf } from './native.ts';
import { reprWithin, strWithin } from './repr.ts';
import { StarlarkList, StarlarkTuple, typeName, type Value } from './values.ts';

export const reflectionBuiltins: readonly NativeFunction[] = [
  new NativeFunction('dir', [required('x')], ([x]) => new StarlarkList([...attributeNames(x ?? null)])),
  new NativeFunction('fail', [rest('args')], ([args], machine) => fail(args ?? null, machine)),
  new NativeFunction(
    'getattr',
    [required('x'), required('name'), optional('default')],
    ([x, name, fallback]) => attribute(x ?? null, textOf(name, 'name'), fallback),
  ),
  new NativeFunction(
    'hasattr',
    [required('x'), required('name')],
    ([x, name]) => findMethod(x ?? null, textOf(name, 'name')) !== undefined,
  ),
  new NativeFunction('repr', [required('x')], ([x], { meter }) => reprWithin(x ?? null, meter)),
  new NativeFunction('type', [required('x')], ([x]) => typeName(x ?? null)),
];

function attribute(value: Value, name: string, fallback: Value | undefined): Value {
  const found = findMethod(value, name) ?? fallback;
  if (found === undefined)
    throw runtimeError(`Value of type ${typeName(value)} has no attribute \`${name}\``);
  return found;
}

function fail(args: Value, { meter }: Machine): never {
  const items = args instanceof StarlarkTuple ? args.items : [];
  throw runtimeError(`fail: ${items.map((item) => strWithin(item, meter)).join(' ')}`);
}
