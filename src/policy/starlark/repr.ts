import type { Value } from './values.ts';
/** How a value is written in source. */
export function repr(value: Value): string {
  return String(value);
}
