// An allow rule as one line of text, and back. The line is what every earlier version of the program wrote, so that
// a rule saved twice by two versions is still one rule.
import { isNonEmpty, type Argv } from '../../domain/index.ts';

/** JSON strings are Starlark strings: the escapes JSON makes all mean the same there. */
export function renderAllowRule(prefix: Argv): string {
  const words = prefix.map((word) => JSON.stringify(word)).join(', ');
  return `prefix_rule(pattern=[${words}], decision="allow")`;
}

const savedLine =
  /^prefix_rule\(\s*pattern\s*=\s*(\[.*\])\s*(?:,\s*decision\s*=\s*"allow"\s*)?,?\s*\)\s*(?:#.*)?$/;

/** The prefix of a line that allows exactly one sequence of words and says nothing else; undefined for other lines. */
export function readAllowRule(line: string): Argv | undefined {
  const list = savedLine.exec(line.trim())?.[1];
  if (list === undefined) return undefined;
  try {
    const words: unknown = JSON.parse(list);
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined;
    return isNonEmpty(words) ? words : undefined;
  } catch {
    return undefined;
  }
}

export function isSamePrefix(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
