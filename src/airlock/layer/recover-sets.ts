// What killed hosts left in the airlock: a commit that had begun is finished, everything else is thrown away.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsolutePath } from '../../domain/index.ts';
import { AirlockProcess } from './airlock-process.ts';
import { type OwnerMark, ownerOf, setsIn } from './layer-set.ts';
import { say } from './speech.ts';

export interface RecoverTools {
  readonly launcher: AbsolutePath;
  /** The process as it is now; undefined when there is none with this number. */
  processNow(pid: number): OwnerMark | undefined;
}

/** The names of the sets that were finished or thrown away. One that failed stays as it is, for somebody to look at. */
export async function recoverSets(airlock: AbsolutePath, tools: RecoverTools): Promise<readonly string[]> {
  const recovered: string[] = [];
  for (const name of setsIn(airlock)) {
    const directory = join(airlock, name);
    const owner = ownerOf(directory);
    // One without an owner yet is being made, or was killed in that moment: it has no layer that anybody wrote to.
    if (owner === undefined || existsSync(join(directory, 'failed'))) continue;
    if (tools.processNow(owner.pid)?.began === owner.began) continue;
    if (existsSync(join(directory, 'journal'))) await ask(tools.launcher, directory, say.resume());
    await ask(tools.launcher, directory, say.discard());
    recovered.push(name);
  }
  return recovered;
}

async function ask(launcher: AbsolutePath, directory: string, record: Buffer): Promise<void> {
  const program = new AirlockProcess(launcher);
  try {
    program.tell(say.directory(directory), record);
    const reply = await program.next();
    if (reply.kind === 'failed') throw new Error(reply.because);
  } finally {
    await program.close();
  }
}
