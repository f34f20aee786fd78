// Reads `expires`: the last day a rule holds, or the moment it ends. In UTC, so that a rule ends at one moment for
// everybody who has the file.
import { Mistake } from './mistake.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?Z$/;
const dayLength = 24 * 60 * 60 * 1000;

/** Milliseconds since the epoch. */
export function readExpiry(text: string): number {
  const isDay = day.test(text);
  const at = isDay || moment.test(text) ? Date.parse(text) : NaN;
  // `Date.parse` moves the thirty-first of a short month into the next one.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10));
  if (!isReal) {
    throw new Mistake(
      `Invalid rule: \`expires\` takes a day (2030-12-31) or a moment (2030-12-31T18:00Z), got ${JSON.stringify(text)}`,
    );
  }
  return isDay ? at + dayLength : at;
}
