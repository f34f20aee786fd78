// `cordon policy remove`: takes a rule out again, by its words or by its id.
import { loadPolicy, removeRule, saveTarget, type RemovalWish } from '../../policy/index.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { CliError, type Edge } from '../edge.ts';
import { readCommandArguments } from './command-arguments.ts';
import { failure, layerHere, type LayerHere } from './read-change.ts';

export async function remove(args: readonly string[], edge: Edge): Promise<number> {
  const { command, json, values } = readCommandArguments(args, {
    withValue: ['--layer', '--id'],
    command: 'PREFIX',
    insteadOfCommand: '--id',
  });
  const place = await layerHere(values.get('--layer')?.at(-1) ?? 'user', edge);
  const target = saveTarget(place.layer, place.here.home);
  if (target === undefined) throw new CliError(1, 'Cannot remove a rule: there is no home directory');
  const id = values.get('--id')?.at(-1);
  const wish: RemovalWish = id === undefined ? { prefix: command } : { id };
  const file = id === undefined ? target.file : ((await fileOf(id, target.file, place)) ?? target.file);
  const removed = await removeRule({ ...target, file }, wish, {
    place: { base: place.base, home: edge.env['HOME'] },
  });
  if (!removed.ok) throw failure(removed.error);
  const { lines } = removed.value;
  const what = id === undefined ? `allowed ${showCommand(command)}` : `had the id ${showText(id)}`;
  if (json) edge.stdout.write(`${JSON.stringify(removed.value)}\n`);
  else if (lines.length > 0) edge.stdout.write(`Removed: ${showText(file)}:${lines.join(',')} ${what}\n`);
  if (lines.length > 0) return 0;
  const hint = `\`cordon policy list\` tells where a rule is written; rules you wrote yourself are yours to edit`;
  const missing =
    id === undefined ? `no saved rule for ${showCommand(command)}` : `no rule with the id ${showText(id)}`;
  throw new CliError(1, `Cannot remove the rule: ${showText(file)} has ${missing}`, hint);
}

/** The file beside the saved rules that has the id: a rule that a person named may be in any of them. */
async function fileOf(id: string, saved: string, { here }: LayerHere): Promise<string | undefined> {
  const directory = saved.slice(0, saved.lastIndexOf('/') + 1);
  const { policy } = await loadPolicy(here.locations);
  for (const { id: other, source } of policy.rules) {
    const isBeside = source.kind === 'file' && source.file.startsWith(directory);
    if (other === id && isBeside) return source.file;
  }
  return undefined;
}
