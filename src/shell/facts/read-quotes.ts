// What quotes hold that nothing inside them ends: apostrophes, ANSI-C quotes, backticks.
import { decodeAnsiC } from './ansi-c-quotes.ts';
import { looseExpansion, type MarkedWord, quotedExpansion } from './marked-word.ts';
import type { Reading } from './reading.ts';

/** Where an expansion stands: by itself, inside double quotes, or in text that is expanded as if it were. */
export type Place = 'bare' | 'quotes' | 'text';

/** At the apostrophe of `$'…'`. */
export function readAnsiC(reading: Reading): MarkedWord {
  const { text } = reading;
  const start = reading.at + 1;
  let end = start;
  while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) reading.doubtful = true;
  reading.at = end + 1;
  return decodeAnsiC(text.slice(start, Math.min(end, text.length)));
}

/** At an apostrophe; gives what stands up to the next one. */
export function readApostrophes(reading: Reading): string {
  const { text } = reading;
  const close = text.indexOf("'", reading.at + 1);
  if (close === -1) reading.doubtful = true;
  const end = close === -1 ? text.length : close;
  const quoted = text.slice(reading.at + 1, end);
  reading.at = end + 1;
  return quoted;
}

export function readBackticks(reading: Reading, place: Place): MarkedWord {
  const { text } = reading;
  const start = reading.at + 1;
  let end = start;
  while (end < text.length && text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) reading.doubtful = true;
  reading.at = end + 1;
  const inner = text.slice(start, end).replaceAll(/(\\\\)|\\\n/g, '$1');
  reading.later.push({ text: inner.replace(/\\([$`\\])/g, '$1'), as: 'script' });
  if (place !== 'bare' && inner.includes('\\"')) {
    // In double quotes this backslash is taken away as well, in a here-document it is not.
    reading.later.push({ text: inner.replace(/\\([$`\\"])/g, '$1'), as: 'script' });
  }
  return place === 'bare' ? looseExpansion : quotedExpansion;
}

/** Remembers text that would be a command if bash evaluated it once more. */
export function noteLiteral(reading: Reading, text: string): void {
  if (/[$`]/.test(text)) reading.literals.push(text);
}
