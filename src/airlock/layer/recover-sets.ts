// What killed hosts left in the airlock: a commit that had begun is finished, everything else is thrown away.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsolutePath } from '../../domain/index.ts';
import { type AirlockStart, askAirlock } from './airlock-process.ts';
import { type OwnerMark, ownerOf, setsIn } from './layer-set.ts';
import { isSetOf } from './set-id.ts';
import { say } from './speech.ts';

export interface RecoverTools extends AirlockStart {
  /** The process as it is now; undefined when there is none with this number. */
  processNow(pid: number): OwnerMark | undefined;
  /** This process: sets with a name of its own are not looked at. */
  readonly self?: OwnerMark;
}

/** The names of the sets that were finished or thrown away. One that failed stays as it is, for somebody to look at. */
export async function recoverSets(airlock: AbsolutePath, tools: RecoverTools): Promise<readonly string[]> {
  const recovered: string[] = [];
  for (const name of setsIn(airlock)) {
    if (tools.self !== undefined && isSetOf(tools.self, name)) continue;
    const directory = join(airlock, name);
    const owner = ownerOf(directory);
    // One without an owner yet is being made, or was killed in that moment: it has no layer that anybody wrote to.
    if (owner === undefined || existsSync(join(directory, 'failed'))) continue;
    if (tools.processNow(owner.pid)?.began === owner.began) continue;
    if (existsSync(join(directory, 'journal'))) await askAirlock(tools, directory, say.resume());
    await askAirlock(tools, directory, say.discard());
    recovered.push(name);
  }
  return recovered;
}
