// Strings are indexed by character (code point). Nearly all text is free of surrogate pairs, where that is the same as
// JavaScript's own index; the rest is counted.
import type { Meter } from './budget.ts';

const pair = /[\ud800-\udbff]/;

export function hasPairs(text: string): boolean {
  return pair.test(text);
}

export function codePointLength(text: string, meter: Meter): number {
  meter.scan(text.length);
  if (!hasPairs(text)) return text.length;
  meter.step(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1;
  return count;
}

/** The UTF-16 index of a character; the index is within the text or at its end. */
export function unitIndex(text: string, character: number): number {
  if (!hasPairs(text)) return character;
  let at = 0;
  for (let seen = 0; seen < character; seen++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** The character index of a UTF-16 index that is not inside a pair. */
export function characterIndex(text: string, unit: number): number {
  if (!hasPairs(text)) return unit;
  let count = 0;
  for (let at = 0; at < unit; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1;
  return count;
}
