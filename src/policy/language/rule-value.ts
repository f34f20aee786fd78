// What the words of a rule file hand to a builtin, whoever read the file: the interpreter, or the reader of plain
// literal calls. Lists and words are what rules are made of; everything else is only named in a message.

export type RuleValue = string | boolean | readonly RuleValue[] | OtherValue;

export interface OtherValue {
  /** `int`, `NoneType`, `dict`, ... */
  readonly type: string;
  /** As written in source, possibly cut. */
  readonly shown: string;
}

export function typeOf(value: RuleValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return isList(value) ? 'list' : value.type;
}

/** `Array.isArray` does not narrow a readonly array. */
export function isList(value: RuleValue): value is readonly RuleValue[] {
  return Array.isArray(value);
}

/** Arguments by parameter name; an omitted one is absent. */
export interface RuleArguments {
  get(name: string): RuleValue | undefined;
  has(name: string): boolean;
}

/** One call, its arguments bound to parameter names; an omitted parameter is absent. */
export interface RuleCall {
  readonly args: RuleArguments;
  /** Line the call starts in, from 1. */
  readonly line: number;
}
