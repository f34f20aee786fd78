// Gives every file that git reads as configuration its role, includes followed, and answers with the settings that
// still count after the judgement: those that describe, and those that were there.
import { bytePath, type BytePath } from '../../../domain/index.ts';
import { expandHome, follow, ledBefore, type Errand } from '../follow.ts';
import { inside, parentOf } from '../path.ts';
import { readText } from '../view.ts';
import { identity } from './departed.ts';
import { onlyDescribes } from './describing-keys.ts';
import { parseGitConfig, type GitConfigEntry } from './parse-git-config.ts';

export interface ConfigPlace {
  readonly runs: string;
  /** Git read it before: what stood there is known. */
  readonly wasRead: boolean;
  readonly mayStay?: (entry: GitConfigEntry) => boolean;
}

/** How many includes deep git goes. */
const deepest = 10;

export function collectConfig(
  errand: Errand,
  path: BytePath,
  place: ConfigPlace,
  depth = 0,
): GitConfigEntry[] {
  const { view, roles } = errand;
  const { runs, wasRead, mayStay } = place;
  const then = ledBefore(view, path) ?? path;
  const before = wasRead ? readText(view.before, then) : undefined;
  const now = follow(errand, path, bytePath('/'), { what: 'a git configuration', runs });
  roles.at(now, { kind: 'git-config', runs, before, ...(mayStay === undefined ? {} : { mayStay }) });
  const known = new Set(parseEntries(before).map(identity));
  const kept = parseEntries(readText(view.after, now)).filter(
    (entry) =>
      onlyDescribes(entry.name, entry.value) || known.has(identity(entry)) || mayStay?.(entry) === true,
  );
  if (depth >= deepest) return kept;
  const included = kept.flatMap(({ name, value }) => {
    if (!/^include(if\..*)?\.path$/s.test(name) || value === null) return [];
    const target = expandHome(view, value);
    const file = (target.startsWith('/') ? target : inside(parentOf(now), target)) as BytePath;
    return collectConfig(errand, file, { runs, wasRead: true }, depth + 1);
  });
  return [...kept, ...included];
}

/** The system's and the person's own files. */
export function collectPersonalConfig(errand: Errand): GitConfigEntry[] {
  const { home } = errand.view;
  const place = { runs: 'every git command of this person', wasRead: true };
  const files = [bytePath('/etc/gitconfig')];
  if (home !== undefined) files.push(inside(home, '.gitconfig'), inside(home, '.config/git/config'));
  return files.flatMap((path) => collectConfig(errand, path, place));
}

export function parseEntries(text: string | undefined): readonly GitConfigEntry[] {
  const parsed = parseGitConfig(text ?? '');
  return parsed.kind === 'entries' ? parsed.entries : [];
}
