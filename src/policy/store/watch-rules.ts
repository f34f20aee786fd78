// Notices that rule files changed. Directories are watched, not files: an editor replaces a file, and a directory
// that does not exist yet is waited for in its nearest ancestor.
import { existsSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { managedFileOf, rulesDirectories, type PolicyLocations } from '../load/rule-locations.ts';

export interface RulesWatch {
  close(): void;
}

export interface WatchOptions {
  /** Milliseconds of quiet before a change counts: an editor writes in several steps. Default 100. */
  readonly debounceMs?: number;
  /** Called after each reload. */
  readonly onReload?: () => void;
  /** Called when a reload fails as a whole. */
  readonly onError?: (error: unknown) => void;
}

export function watchRules(
  locations: PolicyLocations,
  reload: () => Promise<void>,
  options: WatchOptions,
): RulesWatch {
  const { debounceMs = 100, onReload, onError } = options;
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const arm = (): void => {
    for (const each of watchers) each.close();
    watchers = closed ? [] : [...places(locations)].flatMap((place) => open(place, touched));
  };
  const touched = (): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(settle, debounceMs);
    timer.unref();
  };
  const settle = (): void => {
    // Armed before the files are read: a change during the reading is a change after it.
    arm();
    reload().then(
      () => onReload?.(),
      (error: unknown) => onError?.(error),
    );
  };
  arm();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      for (const each of watchers) each.close();
    },
  };
}

function places(locations: PolicyLocations): ReadonlySet<string> {
  const wanted = [
    ...rulesDirectories(locations).map(({ directory }) => directory),
    ...(locations.files ?? []).map((file) => dirname(file)),
    dirname(managedFileOf(locations)),
  ];
  return new Set(wanted.map(nearestExisting));
}

function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  return at;
}

/** A place that cannot be watched is left out: `reload` can still be called. */
function open(place: string, touched: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(place, { persistent: false }, touched);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
