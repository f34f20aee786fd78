// What one-shot commands and sessions need alike to have judged what they write: where, by which rules, and where the rest
// is put aside.
import { userInfo } from 'node:os';
import { judgedLayers, type JudgedLayersOptions, type LayTools } from '../airlock/index.ts';
import { absolutePath, userHome } from '../domain/index.ts';
import { quoteArgv } from '../shell/index.ts';
import { temporaryDirectories } from './make-profile.ts';
import type { RuntimeCore } from './runtime-core.ts';
import type { ExecInput, ShellRuntimeOptions } from './shell-runtime.ts';
import type { WatchedPlaces } from './watch-writes.ts';

export function watchedPlaces(core: RuntimeCore, options: ShellRuntimeOptions): WatchedPlaces {
  const hostEnv = options.baseEnv ?? process.env;
  return {
    profile: core.profile,
    temporary: temporaryDirectories(hostEnv),
    home: userHome(hostEnv, () => userInfo().homedir),
    cordonHome: absolutePath(options.rules?.home ?? ''),
    uid: process.getuid?.() ?? 0,
    path: hostEnv['PATH'],
    rules: () => core.store.policy.changes,
    emit: (event) => void core.events.emit(event),
  };
}

/** Layers for one command: `change_rule`s as they are now, and sessions beside it told what comes in. */
export function layersOf(
  places: WatchedPlaces,
  parts: Required<
    Pick<JudgedLayersOptions, 'beside' | 'later' | 'launchers' | 'recovery' | 'journal' | 'keeps'>
  >,
  command: string,
): LayTools {
  return judgedLayers({
    home: places.cordonHome,
    userHome: places.home,
    path: places.path,
    uid: places.uid,
    command,
    rules: places.rules(),
    now: Date.now,
    ...parts,
  });
}

/** For people. */
export function shownCommand({ command }: Pick<ExecInput, 'command'>): string {
  return typeof command === 'string' ? command : quoteArgv(command);
}
