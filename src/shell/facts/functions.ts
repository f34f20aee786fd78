// Functions: which of them the reader stands in, and one that starts itself over and over.
import type { Draft } from './draft.ts';
import type { MarkedWord } from './marked-word.ts';
import type { Reading } from './reading.ts';

/** `f()` and `function f`: what follows is its body, up to the brace that closes it. */
export function openFunction(reading: Reading, name: MarkedWord): void {
  reading.functions.push({ name, braces: reading.braces });
  reading.variables?.define(name);
}

export function closeBrace(reading: Reading): void {
  reading.braces -= 1;
  const open = reading.functions.at(-1);
  if (open !== undefined && reading.braces <= open.braces) reading.functions.pop();
}

/** A function that starts itself in a pipeline or in the background: `:(){ :|:& };:`. */
export function isCallOfItself(reading: Reading, draft: Draft): boolean {
  const [name] = draft.words;
  return name !== undefined && reading.functions.slice(-8).some((open) => open.name === name);
}
