// What a person wrote down and `cordon sandbox` holds to: the places that stay as they are, and the `change_rule`s, the only
// rules it asks, because they decide about what stays behind, not about what may run.
import { absolutePath, type AbsolutePath, type ChangeRule, userHome } from '../../domain/index.ts';
import {
  cordonHome,
  loadConfig,
  type Override,
  runtimeSettings,
  withRealProjects,
} from '../../config/index.ts';
import { loadPolicy } from '../../policy/load/load-policy.ts';
import { CliError, type Edge } from '../edge.ts';
import { exitStatus } from '../exit-status.ts';
import { visible } from '../terminal/visible-text.ts';

export interface HeldSettings {
  readonly changes: readonly ChangeRule[];
  /** The home, what trusted projects bring, and what the configuration protects. */
  readonly protect: readonly string[];
  /** Where decisions of other runs are kept: a command that rewrites it tells another story of them. */
  readonly auditLog: AbsolutePath | undefined;
}

export interface HeldSources {
  readonly loginHome: () => string;
  /** Of the command line, laid over the configuration. */
  readonly overrides?: readonly Override[];
}

/** Throws a CliError for a rule file or a configuration with a mistake: a rule that forbids may stand behind it. */
export async function findHeldSettings(
  workspace: string,
  { env }: Pick<Edge, 'env'>,
  { loginHome, overrides = [] }: HeldSources,
): Promise<HeldSettings> {
  const home = cordonHome(env);
  if (home === undefined) return { changes: [], protect: [], auditLog: undefined };
  const { config } = await loadConfig({ home, overrides });
  const { rules, protect, auditLog } = runtimeSettings(withRealProjects(config), {
    home,
    workspace,
    defaultSandbox: 'workspace-write',
  });
  const { policy, errors } = await loadPolicy({ workspace, userHome: userHome(env, loginHome), ...rules });
  const [first] = errors;
  if (first === undefined)
    return { changes: policy.changes, protect, auditLog: absolutePath(auditLog ?? '') };
  throw new CliError(
    exitStatus.sandboxUnavailable,
    `Cannot read which changes are allowed: ${visible([first.file, first.line ?? [], first.message].flat().join(':'))}`,
    'See `cordon policy list`.',
  );
}
