// Layers with the judge and the store: what a one-shot command writes is judged before it counts, and what is held back
// is put aside where no command can reach it.
import type { AbsolutePath, ChangeRule, ChangeSet } from '../domain/index.ts';
import { heldStore, openHeldPlace, putAside } from './held/index.ts';
import { judgeChanges, type TableRow } from './judge/index.ts';
import { airlockCandidates, type LayTools, spareAirlock } from './layer/index.ts';
import { findGitTemplates, findRepositories } from './tree/index.ts';

export interface JudgedLayersOptions {
  /** `$CORDON_HOME`: layers and what is held back lie below it, unless a command can write there. */
  readonly home: AbsolutePath | undefined;
  /** The home of the person whose shells, git and editors read what is left behind. */
  readonly userHome: AbsolutePath | undefined;
  /** `$PATH`, to find git's own hook samples. */
  readonly path: string | undefined;
  readonly uid: number;
  /** For people: the command that writes. */
  readonly command: string;
  /** `change_rule`s of the rule files. */
  readonly rules?: readonly ChangeRule[];
  /** Further rows of configuration. */
  readonly rows?: readonly TableRow[];
  readonly now: () => number;
  /** For whoever judges the same directories beside these layers: see `SettleTools`. */
  readonly beside?: LayTools['beside'];
  /** See `SettleTools`. */
  readonly later?: LayTools['later'];
  /** See `LayTools`. */
  readonly recovery?: LayTools['recovery'];
  /** See `SettleTools`. */
  readonly journal?: LayTools['journal'];
  /** See `SettleTools`. */
  readonly keeps?: boolean;
  /** Who starts the airlock's program. Default: this process. */
  readonly launchers?: LayTools['launchers'];
}

export function judgedLayers(options: JudgedLayersOptions): LayTools {
  const {
    home,
    userHome,
    path,
    uid,
    command,
    now,
    rules = [],
    rows = [],
    beside,
    later,
    recovery,
    launchers,
    journal,
    keeps,
  } = options;
  return {
    ...(beside === undefined ? {} : { beside }),
    ...(later === undefined ? {} : { later }),
    ...(launchers === undefined ? {} : { launchers }),
    ...(recovery === undefined ? {} : { recovery }),
    ...(journal === undefined ? {} : { journal }),
    ...(keeps === undefined ? {} : { keeps }),
    candidates: airlockCandidates(home, uid),
    spare: spareAirlock(uid),
    judge: (set, { before, after }, unsure) =>
      judgeChanges(
        set,
        {
          before,
          after,
          home: userHome,
          repositories: findRepositories(changedRoots(set)),
          gitTemplates: findGitTemplates(path),
          rows,
          rules,
        },
        unsure,
      ),
    command,
    putAside: ({ roots }, withheld, { before, after }, origin = command) => {
      const place = openHeldPlace({ home, uid, roots });
      const store = place.ok ? heldStore(place.value, now) : { missing: place.error };
      return putAside(withheld, { store, before, after, command: origin });
    },
  };
}

/** Nobody waits for a walk through a root in which nothing changed. */
function changedRoots({ changes }: ChangeSet): AbsolutePath[] {
  return [...new Set(changes.map(({ root }) => root))];
}
