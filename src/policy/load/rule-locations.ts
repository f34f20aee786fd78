// Where rules come from.

export interface PolicyLocations {
  /** `$CORDON_HOME`: `rules/*.rules`, and `policy/*.codexpolicy` of older homes. */
  readonly home?: string | undefined;
  /** Default `/etc/cordon`. */
  readonly system?: string | undefined;
  /** What `~/` in a rule file stands for. Default none. */
  readonly userHome?: string | undefined;
  /** Where relative directories of rules that belong to no project start. Default none: such a rule is a mistake. */
  readonly workspace?: string | undefined;
  /** Project directories whose `.cordon/rules/*.rules` the user trusts. Default none. */
  readonly trustedProjects?: readonly string[] | undefined;
  /** Further rule files, read last. They may be links: the user named them. */
  readonly files?: readonly string[] | undefined;
  /** Nothing but `files`: for trying rules out. Default false. */
  readonly onlyFiles?: boolean | undefined;
  /** Requirements that can only restrict. Default `requirements.toml` in the system directory. */
  readonly managedFile?: string | undefined;
  /** `features.exec_policy`. Default true; false leaves nothing but the managed requirements. */
  readonly enabled?: boolean | undefined;
}

export const defaultSystemDirectory = '/etc/cordon';

export type RuleLayer = 'system' | 'user' | 'project' | 'file' | 'managed';

export interface RulesDirectory {
  readonly directory: string;
  readonly extension: '.rules' | '.codexpolicy';
  readonly layer: RuleLayer;
  /** Directories on the way that may not be links, because a repository could have made them. */
  readonly ownPath: readonly string[];
  /** The project its rules are about; undefined when they are about no project. */
  readonly base?: string | undefined;
}

/** In the order in which their rules are listed; the order never changes a decision. */
export function rulesDirectories(locations: PolicyLocations): readonly RulesDirectory[] {
  const { home, system = defaultSystemDirectory, trustedProjects = [], onlyFiles = false } = locations;
  if (onlyFiles) return [];
  const directories: RulesDirectory[] = [rulesIn(`${system}/rules`, 'system')];
  if (home !== undefined) {
    directories.push({ ...rulesIn(`${home}/policy`, 'user'), extension: '.codexpolicy' });
    directories.push(rulesIn(`${home}/rules`, 'user'));
  }
  for (const project of trustedProjects) {
    const ownPath = [`${project}/.cordon`, `${project}/.cordon/rules`];
    directories.push({ ...rulesIn(`${project}/.cordon/rules`, 'project'), ownPath, base: project });
  }
  return directories;
}

/** Undefined when nothing but named files counts. */
export function managedFileOf(locations: PolicyLocations): string | undefined {
  if (locations.onlyFiles === true) return undefined;
  return locations.managedFile ?? `${locations.system ?? defaultSystemDirectory}/requirements.toml`;
}

function rulesIn(directory: string, layer: RuleLayer): RulesDirectory {
  return { directory, extension: '.rules', layer, ownPath: [] };
}
