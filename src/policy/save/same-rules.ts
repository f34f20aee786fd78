// When two rules say the same, wherever they are written.
import type { Rule } from '../rules/rule.ts';

export function meaningOf({ program, rest, decision, canonical, limits }: Rule): string {
  return JSON.stringify([program, rest, decision, canonical, limits]);
}

/** Whether both lists say the same, in whatever order. */
export function saySame(a: readonly Rule[], b: readonly Rule[]): boolean {
  if (a.length !== b.length) return false;
  const [left, right] = [a.map(meaningOf).toSorted(), b.map(meaningOf).toSorted()];
  return left.every((meaning, at) => meaning === right[at]);
}
