// Options may stand before a subcommand and between its words: `gh -R x pr merge`, `aws --region x s3 rm`, `cargo +nightly
// publish`. For rules that ask or forbid only: an option nobody listed may take the next word, or not, so both are tried.
import type { LiteralWord, NonEmpty } from '../../domain/index.ts';

/** A place in a tree of patterns, as far as walking needs it. */
export interface Place<Entry> {
  readonly ends: readonly Entry[];
  readonly edges: ReadonlyMap<string, readonly Place<Entry>[]>;
}

export interface WalkedMatch<Entry> {
  readonly entry: Entry;
  /** The command without what was passed over. */
  readonly reading: NonEmpty<LiteralWord>;
}

interface Step<Entry> {
  readonly place: Place<Entry>;
  readonly taken: readonly string[];
}

/** Places that are kept at once: more than any command of an honest tool has. */
const mostPlaces = 64;

export function mayPassOver(words: readonly LiteralWord[]): boolean {
  return words.some((word, at) => at > 0 && isOption(word, at));
}

/** Every pattern below `root` that `words` (program first) meet when options and their values are passed over. */
export function walkOverOptions<Entry>(
  root: Place<Entry>,
  words: NonEmpty<LiteralWord>,
  fold: (word: string) => string = (word) => word,
): readonly WalkedMatch<Entry>[] {
  const found = new Map<Entry, NonEmpty<LiteralWord>>();
  let active = new Map<Place<Entry>, Step<Entry>>([[root, { place: root, taken: [] }]]);
  /** Where the word before may have taken this one as its value. */
  let behindOption = new Set<Place<Entry>>();
  for (let at = 1; at <= words.length && active.size > 0; at += 1) {
    for (const { place, taken } of active.values()) {
      for (const entry of place.ends) {
        if (!found.has(entry)) found.set(entry, [words[0], ...taken, ...words.slice(at, at + longestRest)]);
      }
    }
    const word = words[at];
    const next = new Map<Place<Entry>, Step<Entry>>();
    const behind = new Set<Place<Entry>>();
    for (const [place, step] of active) {
      if (isOption(word, at)) {
        next.set(place, step);
        if (mayTakeNext(word)) behind.add(place);
      } else if (behindOption.has(place)) {
        next.set(place, step);
      }
      if (word === undefined) continue;
      for (const below of place.edges.get(fold(word)) ?? []) {
        if (next.size < mostPlaces) next.set(below, { place: below, taken: [...step.taken, word] });
      }
    }
    [active, behindOption] = [next, behind];
  }
  return [...found].map(([entry, reading]) => ({ entry, reading }));
}

/** Words behind the pattern that limits of a rule are still compared with. */
const longestRest = 4096;

/** `--name=value` has its value, and `+nightly` takes none. */
function mayTakeNext(word: LiteralWord): boolean {
  return word !== undefined && !word.includes('=') && !word.startsWith('+');
}

function isOption(word: LiteralWord, at: number): boolean {
  if (word === undefined || word.length < 2) return false;
  return word.startsWith('-') || (at === 1 && word.startsWith('+'));
}
