// `value.name`: the only attributes there are belong to strings, bytes, lists and dicts, and are methods.
import { dictMethods } from './methods-dict.ts';
import { listMethods } from './methods-list.ts';
import { bytesMethods, stringMethods } from './methods-string.ts';
import { BoundMethod, type Method } from './native.ts';
import { StarlarkBytes, StarlarkDict, StarlarkList, type Value } from './values.ts';

export function findMethod(value: Value, name: string): BoundMethod | undefined {
  if (typeof value === 'string') return bind(value, stringMethods.get(name));
  if (value instanceof StarlarkList) return bind(value, listMethods.get(name));
  if (value instanceof StarlarkDict) return bind(value, dictMethods.get(name));
  if (value instanceof StarlarkBytes) return bind(value, bytesMethods.get(name));
  return undefined;
}

/** In alphabetical order. */
export function attributeNames(value: Value): readonly string[] {
  const methods = methodsOf(value);
  return methods === undefined ? [] : [...methods.keys()].sort();
}

function methodsOf(value: Value): ReadonlyMap<string, unknown> | undefined {
  if (typeof value === 'string') return stringMethods;
  if (value instanceof StarlarkList) return listMethods;
  if (value instanceof StarlarkDict) return dictMethods;
  return value instanceof StarlarkBytes ? bytesMethods : undefined;
}

function bind<Receiver extends Value>(
  receiver: Receiver,
  found: Method<Receiver> | undefined,
): BoundMethod | undefined {
  if (found === undefined) return undefined;
  return new BoundMethod(found.signature, (args, machine) => found.run(receiver, args, machine));
}
