// Notices that rule files changed. Directories are watched, not files: an editor replaces a file, and a directory
// that does not exist yet is waited for in its nearest ancestor.
import { existsSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
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
    watchers = closed ? [] : places(locations).flatMap((place) => open(place, touched));
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

interface Place {
  readonly directory: string;
  /** Whether a change of the entry with this name can change the rules; undefined when the system gives no name. */
  concerns(name: string | undefined): boolean;
}

function places(locations: PolicyLocations): readonly Place[] {
  const isRuleFile = (name: string): boolean => /\.(?:rules|codexpolicy)$/.test(name);
  const managed = managedFileOf(locations);
  const named = [...(locations.files ?? []), ...(managed === undefined ? [] : [managed])];
  return [
    ...rulesDirectories(locations).map(({ directory }) => placeFor(directory, isRuleFile)),
    ...named.map((file) => placeFor(dirname(file), (name) => name === basename(file))),
  ];
}

/** A missing directory is waited for: only the next step towards it counts, not everything else that happens there. */
function placeFor(wanted: string, concerns: (name: string) => boolean): Place {
  let directory = wanted;
  let awaited: string | undefined;
  while (!existsSync(directory) && directory !== dirname(directory)) {
    awaited = basename(directory);
    directory = dirname(directory);
  }
  const step = awaited;
  return {
    directory,
    concerns: (name) => name === undefined || (step === undefined ? concerns(name) : name === step),
  };
}

/** A place that cannot be watched is left out: `reload` can still be called. */
function open({ directory, concerns }: Place, touched: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, (_, name) => {
      // A watched directory that is removed reports its own name.
      if (concerns(name ?? undefined) || name === basename(directory)) touched();
    });
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
