// Repositories that the command moved or removed: what a person had there may stand in their new place.
import type { BytePath } from '../../../domain/index.ts';
import { inside, nameOf, parentOf, resolvePath } from '../path.ts';
import { namesIn, readText, type View } from '../view.ts';
import { isGitLike } from './git-directory.ts';
import { isWellKnown } from './well-known.ts';
import { parseGitConfig, type GitConfigEntry } from './parse-git-config.ts';

export interface Departed {
  knowsEntry(entry: GitConfigEntry): boolean;
  /** Whether a hook of that name and content stood in one of them. */
  knowsHook(name: string, text: string): boolean;
}

export function findDeparted(view: View): Departed {
  const entries = new Set<string>();
  const hooks = new Set<string>();
  for (const [path, change] of view.changed) {
    if (change.after.kind !== 'missing' || change.before.kind !== 'file' || nameOf(path) !== 'HEAD') continue;
    const directory = parentOf(path);
    // One that a repository brought along, as a fixture, vouches for nothing.
    if (!isGitLike(view.before, directory) || !isWellKnown(view, directory)) continue;
    for (const name of ['config', 'config.worktree']) {
      const parsed = parseGitConfig(readText(view.before, inside(directory, name)) ?? '');
      if (parsed.kind === 'entries') for (const entry of parsed.entries) entries.add(identity(entry));
      const hooksPath =
        parsed.kind === 'entries' ? parsed.entries.findLast((e) => e.name === 'core.hookspath') : undefined;
      const own = [inside(directory, 'hooks')];
      const named = resolvePath(view.before, hooksPath?.value ?? '', parentOf(directory))?.real;
      if (hooksPath !== undefined && named !== undefined) own.push(named);
      for (const place of own) rememberHooks(view, place, hooks);
    }
  }
  return {
    knowsEntry: (entry) => entries.has(identity(entry)),
    knowsHook: (name, text) => hooks.has(JSON.stringify([name, text])),
  };
}

function rememberHooks(view: View, place: BytePath, hooks: Set<string>): void {
  const real = resolvePath(view.before, place)?.real ?? place;
  for (const name of namesIn(view.before, real)) {
    const text = readText(view.before, inside(real, name));
    if (text !== undefined) hooks.add(JSON.stringify([name, text]));
  }
}

export function identity({ name, value }: GitConfigEntry): string {
  return JSON.stringify([name, value]);
}
