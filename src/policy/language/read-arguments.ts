// Takes typed arguments out of a call. Types of all parameters are looked at before any meaning is.
import { repr, StarlarkList, typeName, type Value } from '../starlark/index.ts';
import { Mistake } from './mistake.ts';

type Args = ReadonlyMap<string, Value>;

interface Types {
  readonly list: readonly Value[];
  readonly str: string;
  readonly bool: boolean;
}

/** An omitted parameter is undefined; an explicit `None` is a wrong type. */
export function readArgument<Kind extends keyof Types>(
  args: Args,
  name: string,
  kind: Kind,
): Types[Kind] | undefined {
  if (!args.has(name)) return undefined;
  const value = args.get(name) ?? null;
  const fits =
    kind === 'list'
      ? value instanceof StarlarkList
      : kind === 'str'
        ? typeof value === 'string'
        : typeof value === 'boolean';
  if (!fits) {
    throw new Mistake(
      `Parameter \`${name}\` must be of type ${kind}, but it is ${typeName(value)} (${short(repr(value))})`,
    );
  }
  return (value instanceof StarlarkList ? value.items : value) as Types[Kind];
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
