// Type annotations at run time: what a rule accepts, and how it is written in a message.
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import { repr } from './repr.ts';
import { StarlarkDict, StarlarkList, StarlarkTuple, typeName, type TypeName, type Value } from './values.ts';

export type TypeRule =
  | { readonly kind: 'type'; readonly type: TypeName; readonly shown: string }
  | { readonly kind: 'list'; readonly item: TypeRule }
  | { readonly kind: 'dict'; readonly key: TypeRule; readonly value: TypeRule }
  | { readonly kind: 'tuple'; readonly items: readonly TypeRule[] }
  /** Any number of items: `tuple[int, ...]`. */
  | { readonly kind: 'tuple-of'; readonly item: TypeRule }
  | { readonly kind: 'either'; readonly rules: readonly TypeRule[] };

export function requireType(value: Value, rule: TypeRule, where: string, meter: Meter): void {
  if (matches(value, rule, meter)) return;
  const annotation = showRule(rule);
  throw runtimeError(
    `Value \`${repr(value)}\` of type \`${typeName(value)}\` does not match the type annotation \`${annotation}\` for ${where}`,
  );
}

function matches(value: Value, rule: TypeRule, meter: Meter): boolean {
  meter.step(1);
  switch (rule.kind) {
    case 'type':
      return typeName(value) === rule.type;
    case 'list':
      return value instanceof StarlarkList && value.items.every((item) => matches(item, rule.item, meter));
    case 'dict': {
      if (!(value instanceof StarlarkDict)) return false;
      const accepts = (entry: { readonly key: Value; readonly value: Value }): boolean =>
        matches(entry.key, rule.key, meter) && matches(entry.value, rule.value, meter);
      return [...value.entries.values()].every(accepts);
    }
    case 'tuple':
      return (
        value instanceof StarlarkTuple &&
        value.items.length === rule.items.length &&
        rule.items.every((item, index) => matches(value.items[index] ?? null, item, meter))
      );
    case 'tuple-of':
      return value instanceof StarlarkTuple && value.items.every((item) => matches(item, rule.item, meter));
    case 'either':
      return rule.rules.some((option) => matches(value, option, meter));
  }
}

function showRule(rule: TypeRule): string {
  switch (rule.kind) {
    case 'type':
      return rule.shown;
    case 'list':
      return `list[${showRule(rule.item)}]`;
    case 'dict':
      return `dict[${showRule(rule.key)}, ${showRule(rule.value)}]`;
    case 'tuple':
      return `(${rule.items.map(showRule).join(', ')})`;
    case 'tuple-of':
      return `tuple[${showRule(rule.item)}, ...]`;
    case 'either':
      return rule.rules.map(showRule).join(' | ');
  }
}
