// Where `cordon policy add`, `remove` and `import` write: the rules of the user, or of the trusted project around.
import type { SaveError, SaveLayer } from '../../policy/index.ts';
import { CliError, type Edge, UsageError } from '../edge.ts';
import { rulesHere, type RulesHere } from './load-rules.ts';

export interface LayerHere {
  readonly layer: SaveLayer;
  readonly here: RulesHere;
  /** What relative directories in its file start from. */
  readonly base: string;
}

export async function layerHere(word: string, edge: Edge): Promise<LayerHere> {
  const here = await rulesHere(edge, []);
  if (word === 'user') return { layer: 'user', here, base: here.cwd };
  if (word !== 'project') throw new UsageError(`--layer is user or project, not ${JSON.stringify(word)}`);
  // The innermost of the trusted projects around this directory.
  const project = (here.settings.rules.trustedProjects ?? []).toSorted((a, b) => b.length - a.length)[0];
  if (project === undefined) {
    const hint = `Trust it first, in config.toml: [projects.${JSON.stringify(here.cwd)}] trust_level = "trusted"`;
    throw new CliError(1, 'Cannot save a project rule: you are in no trusted project', hint);
  }
  return { layer: { project }, here, base: project };
}

export function failure({ message, hint }: SaveError): CliError {
  return new CliError(1, message, hint);
}
