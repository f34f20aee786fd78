// What is kept in `$CORDON_HOME`, and where it really lies: a home is often a directory of links into a repository of the user's,
// and that may be the workspace. What is written there while commands run is seen by them as it was made.
import { join } from 'node:path';
import type { AbsolutePath } from '../domain/index.ts';
import { linksOnTheWay } from './links-on-the-way.ts';
import { readInHome } from './protected-paths.ts';

const judgedBy = 'what commands are judged by';
const saysOf: Readonly<Record<(typeof readInHome)[number], string>> = {
  rules: judgedBy,
  policy: judgedBy,
  'config.toml': judgedBy,
  'requirements.toml': judgedBy,
  'AGENTS.override.md': 'what models are told',
  'AGENTS.md': 'what models are told',
  sessions: 'the record of conversations',
  held: 'what was held back',
  airlock: 'what commands write until it was judged',
  changes: 'what an undo brings back',
};

export interface PlaceInHome {
  /** For people. */
  readonly says: string;
  readonly path: AbsolutePath;
}

/** The links on the way and the place, for each, there or not. */
export function placesInHome(home: AbsolutePath): readonly PlaceInHome[] {
  return readInHome.flatMap((name) =>
    (linksOnTheWay(join(home, name)) ?? []).map((path) => ({ says: saysOf[name], path })),
  );
}
