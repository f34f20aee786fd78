// The `change_rule`s that hold for a workspace: the only part of the rules that `cordon sandbox` asks, because it decides
// about what stays behind, not about what may run.
import { type ChangeRule, userHome } from '../../domain/index.ts';
import { cordonHome, loadConfig, runtimeSettings, withRealProjects } from '../../config/index.ts';
import { loadPolicy } from '../../policy/load/load-policy.ts';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import { visible } from '../terminal/visible-text.ts';

/** Throws a CliError for a rule file or a configuration with a mistake: a rule that forbids may stand behind it. */
export async function findChangeRules(
  workspace: string,
  { env }: Pick<Edge, 'env'>,
  loginHome: () => string,
): Promise<readonly ChangeRule[]> {
  const home = cordonHome(env);
  if (home === undefined) return [];
  const { config } = await loadConfig({ home });
  const { rules } = runtimeSettings(withRealProjects(config), {
    home,
    workspace,
    defaultSandbox: 'workspace-write',
  });
  const { policy, errors } = await loadPolicy({ workspace, userHome: userHome(env, loginHome), ...rules });
  const [first] = errors;
  if (first === undefined) return policy.changes;
  throw new CliError(
    exitStatus.sandboxUnavailable,
    `Cannot read which changes are allowed: ${visible([first.file, first.line ?? [], first.message].flat().join(':'))}`,
    'See `cordon policy list`.',
  );
}
