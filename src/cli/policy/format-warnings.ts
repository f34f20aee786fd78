// Warnings about rules as a person reads them: the place, then what is probably not meant.
import type { RuleWarning } from '../../policy/index.ts';
import { showText } from '../../policy/language/show-words.ts';
import { showSource } from './rule-text.ts';

export function formatWarnings(warnings: readonly RuleWarning[]): string {
  return warnings
    .map(({ source, message }) => `${showSource(source)}: Warning: ${showText(message)}\n`)
    .join('');
}
