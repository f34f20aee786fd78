// Starlark values as JavaScript values. The cheap ones are primitives: None is null, a bool is a boolean, a string
// is a (well-formed) string, an int is a number while it is a safe integer and a bigint beyond. A float is always a
// StarlarkFloat, so that `1` and `1.0` stay apart.

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | StarlarkFloat
  | StarlarkBytes
  | StarlarkList
  | StarlarkTuple
  | StarlarkDict
  | StarlarkRange
  | StarlarkFunction
  | StarlarkEllipsis;

export class StarlarkFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class StarlarkBytes {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export class StarlarkTuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Half open, like `range(start, stop, step)`; `length` is exact. */
export class StarlarkRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
  at(index: number): number {
    return this.start + index * this.step;
  }
}

export class StarlarkEllipsis {
  readonly kind = 'ellipsis';
}
export const ellipsis: StarlarkEllipsis = new StarlarkEllipsis();

/** Mutable; `items` must not be changed by a host. */
export class StarlarkList {
  readonly items: Value[];
  /** How many loops are walking this list right now; a list that is being walked cannot be changed. */
  walkers = 0;
  constructor(items: Value[]) {
    this.items = items;
  }
}

export interface DictEntry {
  readonly key: Value;
  value: Value;
}

/** Keeps insertion order. The map's keys are what `hashKey` makes of a Starlark key. */
export class StarlarkDict {
  readonly entries: Map<unknown, DictEntry> = new Map();
  walkers = 0;
}

/** Anything that can be called: a `def`, a lambda, a builtin, a method bound to its object. */
export abstract class StarlarkFunction {
  abstract readonly name: string;
}

export type TypeName =
  | 'NoneType'
  | 'bool'
  | 'int'
  | 'float'
  | 'string'
  | 'bytes'
  | 'list'
  | 'tuple'
  | 'dict'
  | 'range'
  | 'function'
  | 'ellipsis';

/** What `type(value)` says. */
export function typeName(value: Value): TypeName {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'NoneType';
  if (value instanceof StarlarkList) return 'list';
  if (value instanceof StarlarkTuple) return 'tuple';
  if (value instanceof StarlarkDict) return 'dict';
  if (value instanceof StarlarkFunction) return 'function';
  if (value instanceof StarlarkFloat) return 'float';
  if (value instanceof StarlarkBytes) return 'bytes';
  if (value instanceof StarlarkRange) return 'range';
  return 'ellipsis';
}

/** How deep a value may nest where comparing, printing or hashing has to recurse. A list can contain itself. */
export const deepestData = 100;
