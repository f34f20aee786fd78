// Rings a moment after something changes in one of the directories: the kernel tells (inotify). What it does not tell, for
// want of watches or because the directory is another one by now, the looks between see.
import { type FSWatcher, watch } from 'node:fs';
import { type BytePath, bytePathOf, pathBytes } from '../../domain/index.ts';
import type { HotPlaces } from './hot-places.ts';

export interface Alarm {
  close(): void;
}

/** Between a change and the ring, in milliseconds: who writes a file has mostly finished by then. */
const restMs = 25;

/** `ring` is told which directories changed; it does not ring while that is awaited, nor for four times as long afterwards. */
export function setAlarm(
  { directories, concerns }: HotPlaces,
  ring: (changed: ReadonlySet<BytePath>) => Promise<void>,
): Alarm {
  const watchers = new Set<FSWatcher>();
  const state = {
    changed: new Set<BytePath>(),
    timer: undefined as NodeJS.Timeout | undefined,
    closed: false,
  };

  function wake(ms: number): void {
    if (state.timer !== undefined || state.closed || state.changed.size === 0) return;
    state.timer = setTimeout(() => {
      const { changed } = state;
      state.changed = new Set();
      const started = performance.now();
      void ring(changed)
        .catch(() => undefined)
        .then(() => {
          state.timer = undefined;
          wake(Math.max(restMs, 4 * (performance.now() - started)));
        });
    }, ms);
    state.timer.unref();
  }

  for (const directory of directories) {
    try {
      const options = { persistent: false, encoding: 'buffer' } as const;
      const watcher = watch(pathBytes(directory), options, (_event, name) => {
        if (name !== null && !concerns(below(directory, name))) return;
        state.changed.add(directory);
        wake(restMs);
      });
      watcher.on('error', () => watcher.close());
      watchers.add(watcher);
    } catch {
      // Not there, or no watch is left.
    }
  }
  return {
    close: () => {
      state.closed = true;
      clearTimeout(state.timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function below(directory: BytePath, name: Uint8Array): BytePath {
  return `${directory === '/' ? '' : directory}/${bytePathOf(name)}` as BytePath;
}
