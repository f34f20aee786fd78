// `cordon policy add` and `remove`: the saved allow rules of one file.
import { createPolicyStore, createProgramResolver, removeAllowRule, saveTarget } from '../../policy/index.ts';
import { showCommand } from '../../policy/language/show-words.ts';
import type { SaveError, SaveLayer } from '../../policy/index.ts';
import { parseCommand } from '../../shell/index.ts';
import { CliError, type Edge, UsageError } from '../edge.ts';
import { readCommandArguments, type CommandArguments } from './command-arguments.ts';
import { rulesHere, type RulesHere } from './load-rules.ts';

export async function add(args: readonly string[], edge: Edge): Promise<number> {
  const { command, json, layer, here } = await readChange(args, edge);
  const store = await createPolicyStore({
    locations: here.locations,
    parse: parseCommand,
    resolver: createProgramResolver({ writableRoots: [], uid: process.getuid?.() ?? 0 }),
  });
  const saved = await store.amend(command, layer);
  store.close();
  if (!saved.ok) throw failure(saved.error);
  const { file, line, added } = saved.value;
  const text = `${added ? 'Added' : 'Already there'}: ${file}:${line} allows ${showCommand(command)}\n`;
  edge.stdout.write(json ? `${JSON.stringify(saved.value)}\n` : text);
  return 0;
}

export async function remove(args: readonly string[], edge: Edge): Promise<number> {
  const { command, json, layer, here } = await readChange(args, edge);
  const target = saveTarget(layer, here.home);
  if (target === undefined) throw new CliError(1, 'Cannot remove a rule: there is no home directory');
  const removed = await removeAllowRule(target, command);
  if (!removed.ok) throw failure(removed.error);
  const { file, lines } = removed.value;
  if (json) edge.stdout.write(`${JSON.stringify(removed.value)}\n`);
  else if (lines.length > 0)
    edge.stdout.write(`Removed: ${file}:${lines.join(',')} allowed ${showCommand(command)}\n`);
  if (lines.length > 0) return 0;
  const hint = `\`cordon policy list\` tells where a rule is written; rules you wrote yourself are yours to edit`;
  throw new CliError(
    1,
    `Cannot remove the rule: ${file} has no saved rule for ${showCommand(command)}`,
    hint,
  );
}

interface Change extends CommandArguments {
  readonly layer: SaveLayer;
  readonly here: RulesHere;
}

async function readChange(args: readonly string[], edge: Edge): Promise<Change> {
  const read = readCommandArguments(args, { withValue: ['--layer'], command: 'PREFIX' });
  const word = read.values.get('--layer')?.at(-1) ?? 'user';
  const here = await rulesHere(edge, []);
  if (word === 'user') return { ...read, layer: 'user', here };
  if (word !== 'project') throw new UsageError(`--layer is user or project, not ${JSON.stringify(word)}`);
  // The innermost of the trusted projects around this directory.
  const project = (here.settings.rules.trustedProjects ?? []).toSorted((a, b) => b.length - a.length)[0];
  if (project === undefined) {
    const hint = `Trust it first, in config.toml: [projects.${JSON.stringify(here.cwd)}] trust_level = "trusted"`;
    throw new CliError(1, 'Cannot save a project rule: you are in no trusted project', hint);
  }
  return { ...read, layer: { project }, here };
}

function failure({ message, hint }: SaveError): CliError {
  return new CliError(1, message, hint);
}
