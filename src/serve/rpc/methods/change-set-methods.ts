// `changeSet/*`: what commands wrote, looked at before it counts.
import { describeSettled } from '../../../domain/index.ts';
import type { ChangeSet } from '../../../runtime/index.ts';
import { commandResult, heldReasons } from '../command-result.ts';
import type { ChangeSetChoice, ChangeSetState } from '../protocol/change-sets.ts';
import type { MethodsOf } from './methods-of.ts';
import { readDirectory, readWish } from './read-wish.ts';

export const changeSetMethods: MethodsOf<
  'changeSet/open' | 'changeSet/exec' | 'changeSet/diff' | 'changeSet/commit' | 'changeSet/discard'
> = {
  'changeSet/open': async ({ sandboxPolicy }, client) => {
    const set = (await client.runtimes.for(sandboxPolicy)).changeSet();
    client.changeSets.set(set.id, set);
    return { changeSetId: set.id };
  },
  'changeSet/exec': async (params, client, peer) => {
    const set = client.changeSet(params.changeSetId);
    const input = readWish(params.command, { ...params, cwd: readDirectory(params.cwd) });
    const result = await set.exec(input, peer.gone);
    const shown = { output: Infinity, changeSetId: set.id };
    return { ...stateOf(set), result: commandResult(result, client.parts.exitCodeOf, shown) };
  },
  'changeSet/diff': async (choice, client) => ({
    lines: await client.changeSet(choice.changeSetId).diff(pathsOf(choice)),
  }),
  'changeSet/commit': async (choice, client) => {
    const set = client.changeSet(choice.changeSetId);
    const settled = await set.commit(pathsOf(choice));
    client.changeSets.delete(set.id);
    return {
      status: settled.kind === 'committed' || settled.kind === 'discarded' ? settled.kind : 'failed',
      count: settled.kind === 'committed' ? settled.count : 0,
      notes: describeSettled(settled),
    };
  },
  'changeSet/discard': async ({ changeSetId }, client) => {
    await client.changeSet(changeSetId).discard();
    client.changeSets.delete(changeSetId);
    return {};
  },
};

function pathsOf({ only, except }: ChangeSetChoice): Pick<ChangeSetChoice, 'only' | 'except'> {
  return { only, except };
}

function stateOf({ changes, omitted, forbidden, problem }: ChangeSet): ChangeSetState {
  return {
    changes: changes.map(({ path, kind, held }) => ({ path, kind, held: heldReasons(held) })),
    omitted,
    forbidden: forbidden === undefined ? null : `${forbidden.path}: ${forbidden.reason} (${forbidden.rule})`,
    problem: problem ?? null,
  };
}
