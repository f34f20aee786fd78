// One configuration file after the command against the same file before: what only describes stays, what was there
// stays or is put back, everything else is cut out alone.
import type { HeldPart } from '../../../domain/index.ts';
import { onlyDescribes } from './describing-keys.ts';
import { parseGitConfig, type GitConfigEntry } from './parse-git-config.ts';

export type ConfigVerdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'rewrite'; readonly text: string; readonly held: readonly HeldPart[] }
  /** Git refuses the file, or cutting would not leave what it should: the whole of it is held. */
  | { readonly kind: 'hold'; readonly held: HeldPart };

export interface ConfigQuestion {
  /** Latin1; undefined when no git read it before. */
  readonly before: string | undefined;
  readonly after: string;
  /** What reads it, for people. */
  readonly runs: string;
  /** More that may stay: `core.worktree` where git itself points a submodule at its place. */
  readonly mayStay?: (entry: GitConfigEntry) => boolean;
  /** `anything-else`: only what {@link onlyDescribes} names differently is held (`.gitmodules`). */
  readonly holds?: (entry: GitConfigEntry) => boolean;
}

/** Entries that can start a program, read elsewhere or redirect, whether they were there before or not. */
export function dangerousEntries(text: string): readonly GitConfigEntry[] | 'broken' {
  const parsed = parseGitConfig(text);
  if (parsed.kind === 'broken') return 'broken';
  return parsed.entries.filter(({ name, value }) => !onlyDescribes(name, value));
}

export function judgeGitConfig(question: ConfigQuestion): ConfigVerdict {
  const { before, after, runs } = question;
  if (before === after) return { kind: 'keep' };
  const parsed = parseGitConfig(after);
  if (parsed.kind === 'broken')
    return { kind: 'hold', held: { reason: 'Git cannot read this configuration file.', runs } };
  const old = before === undefined ? [] : entriesOf(before);
  const known = new Set(old.map(identity));
  const isHeld =
    question.holds ??
    ((entry: GitConfigEntry): boolean =>
      !onlyDescribes(entry.name, entry.value) && question.mayStay?.(entry) !== true);
  const cut = parsed.entries.filter((entry) => isHeld(entry) && !known.has(identity(entry)));
  if (cut.length === 0) return { kind: 'keep' };
  const back = putBack(cut, old, parsed.entries);
  const text = cutOut(after, cut, (entry) => {
    const former = back.get(entry);
    return former === undefined ? '' : (before ?? '').slice(former.start, former.end);
  });
  const left = parsed.entries.flatMap((entry) => {
    const stays = cut.includes(entry) ? back.get(entry) : entry;
    return stays === undefined ? [] : identity(stays);
  });
  const again = parseGitConfig(text);
  // Believed only when git would read exactly the rest: a cut must never join two lines into something new.
  if (again.kind === 'broken' || again.entries.map(identity).join('\0\0') !== left.join('\0\0'))
    return {
      kind: 'hold',
      held: { reason: `It sets ${names(cut)}, which cannot be cut out of it.`, runs },
    };
  return { kind: 'rewrite', text, held: cut.map((entry) => heldEntry(entry, runs)) };
}

function entriesOf(text: string): readonly GitConfigEntry[] {
  const parsed = parseGitConfig(text);
  return parsed.kind === 'entries' ? parsed.entries : [];
}

const identity = ({ name, value }: GitConfigEntry): string => JSON.stringify([name, value]);
const names = (entries: readonly GitConfigEntry[]): string =>
  [...new Set(entries.map(({ name }) => name))].join(', ');

/** The entries that were there under the same names and are there no more: the command changed them, and may not. */
function putBack(
  cut: readonly GitConfigEntry[],
  old: readonly GitConfigEntry[],
  now: readonly GitConfigEntry[],
): ReadonlyMap<GitConfigEntry, GitConfigEntry> {
  const there = new Set(now.map(identity));
  const gone = old.filter((entry) => !there.has(identity(entry)));
  const back = new Map<GitConfigEntry, GitConfigEntry>();
  for (const entry of cut) {
    const index = gone.findIndex(({ name }) => name === entry.name);
    const [former] = index < 0 ? [] : gone.splice(index, 1);
    if (former !== undefined) back.set(entry, former);
  }
  return back;
}

/** With what stands for each entry in its place; where that is nothing, without the lines that held nothing else. */
function cutOut(
  text: string,
  entries: readonly GitConfigEntry[],
  insteadOf: (entry: GitConfigEntry) => string,
): string {
  let result = '';
  let position = 0;
  for (const entry of entries) {
    const { start, end } = entry;
    const instead = insteadOf(entry);
    if (instead !== '') {
      result += text.slice(position, start) + instead;
      position = end;
      continue;
    }
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const alone = lineStart >= position && /^[ \t]*$/.test(text.slice(lineStart, start));
    const lineEnd = text.startsWith('\r\n', end) ? end + 2 : text.startsWith('\n', end) ? end + 1 : end;
    result += text.slice(position, alone ? lineStart : start);
    position = alone ? lineEnd : end;
  }
  return result + text.slice(position);
}

function heldEntry({ name }: GitConfigEntry, runs: string): HeldPart {
  return {
    part: name,
    reason: `The git setting ${printable(name)} can start a program, read another file or change where data goes.`,
    runs,
  };
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
