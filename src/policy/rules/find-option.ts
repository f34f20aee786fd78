// Where an option stands among the words of a command, in every way programs let it be written: `--name`,
// `--name=value`, `--name value`, `--na`, `-n value`, `-nvalue`, `-xn`. No program is known here, so each place says how
// sure it is; who reads it decides on which side the doubt falls.
import type { LiteralWord } from '../../domain/index.ts';

/**
 * `certain`: as written, and no option in front that could have taken it for its value. `likely`: one honest reading
 * of the words. `possible`: an abbreviation, or a word nobody knows yet.
 */
export type Sureness = 'certain' | 'likely' | 'possible';

export interface OptionPlace {
  readonly sureness: Sureness;
  /** What would be its value if it takes one; undefined when nothing follows or the word is not known. */
  readonly value: string | undefined;
  readonly isValueKnown: boolean;
  /** In the same word. */
  readonly isAttached: boolean;
}

/** `words` begins with the program. */
export function findOption(name: string, words: readonly LiteralWord[]): readonly OptionPlace[] {
  const isShort = /^-[^-]$/u.test(name);
  const places: OptionPlace[] = [];
  let ended = false;
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) {
      places.push({ sureness: 'possible', value: undefined, isValueKnown: false, isAttached: false });
      continue;
    }
    if (word === '--') {
      ended = true;
      continue;
    }
    if (!word.startsWith('-')) continue;
    const before = at === 1 ? '' : words[at - 1];
    const isFree = !ended && before !== undefined && !before.startsWith('-');
    const found = isShort ? shortIn(word, name) : longIn(word, name);
    if (found === undefined) continue;
    const sureness = found.sureness === 'certain' && !isFree ? 'likely' : found.sureness;
    if (found.value !== undefined) {
      places.push({ sureness, value: found.value, isValueKnown: true, isAttached: true });
      continue;
    }
    const next = words[at + 1];
    places.push({
      sureness,
      value: next,
      isValueKnown: next !== undefined || at + 1 >= words.length,
      isAttached: false,
    });
  }
  return places;
}

interface InWord {
  readonly sureness: Sureness;
  /** Attached to the option. */
  readonly value: string | undefined;
}

function longIn(word: string, name: string): InWord | undefined {
  const equals = word.indexOf('=');
  const head = equals === -1 ? word : word.slice(0, equals);
  const value = equals === -1 ? undefined : word.slice(equals + 1);
  if (head === name) return { sureness: 'certain', value };
  // `-auto-approve` and `--auto-approve` are one option to many programs.
  if (head.replace(/^--?/, '') === name.replace(/^--?/, '')) return { sureness: 'likely', value };
  const isAbbreviated = head.length > 2 && name.startsWith('--') && name.startsWith(head);
  return isAbbreviated ? { sureness: 'possible', value } : undefined;
}

function shortIn(word: string, name: string): InWord | undefined {
  if (word === name) return { sureness: 'certain', value: undefined };
  const letter = name.slice(1);
  const joined = /^-([A-Za-z0-9]+)/.exec(word)?.[1] ?? '';
  if (word.startsWith(`${name}=`)) return { sureness: 'likely', value: word.slice(name.length + 1) };
  const at = joined.indexOf(letter);
  if (at === -1) {
    // An option that is no letter (`-@`) can only begin its word.
    return word.startsWith(name) && word.length > 2
      ? { sureness: 'likely', value: word.slice(2) }
      : undefined;
  }
  const rest = word.slice(2 + at).replace(/^=/, '');
  return { sureness: 'likely', value: rest === '' ? undefined : rest };
}
