// Loads every layer of rules and reports every mistake of every file at once.
import { existsSync } from 'node:fs';
import type { PolicyError } from '../../domain/index.ts';
import type { RuleFile } from '../language/rule-file.ts';
import { lintRules } from '../lint/lint-rules.ts';
import type { RuleWarning } from '../lint/rule-warning.ts';
import type { Policy } from '../rules/policy.ts';
import { findRuleFiles } from './find-rule-files.ts';
import { combine } from './combine-files.ts';
import { loadFiles, type FileToLoad, type LoadFilesOptions } from './load-files.ts';
import { loadManagedRules, type ManagedRules } from './managed-rules.ts';
import { managedFileOf, rulesDirectories, type PolicyLocations, type RuleLayer } from './rule-locations.ts';

export interface LoadedPolicy {
  /**
   * All rules of the files without mistakes; of a file with a mistake, what asks and forbids. Starting with errors is
   * the caller's decision: the command line refuses, a long-lived embedder reports.
   */
  readonly policy: Policy;
  /** What is probably not meant: worked out when asked, decides nothing. */
  warnings(): readonly RuleWarning[];
  readonly errors: readonly PolicyError[];
  /** Files that were read, in order, the managed one included. */
  readonly files: readonly string[];
}

export interface LoadPolicyOptions extends LoadFilesOptions {
  /** Milliseconds since the epoch: rules that have ended are left out. Default `Date.now`. */
  readonly now?: () => number;
}

export async function loadPolicy(
  locations: PolicyLocations,
  options: LoadPolicyOptions = {},
): Promise<LoadedPolicy> {
  const now = (options.now ?? Date.now)();
  const loaded = assemble(await loadLayers(locations, options), now);
  return { ...loaded, policy: loaded.policy.at(now) };
}

/** What was found on disk, before it is one policy. */
export interface LoadedLayers {
  readonly files: readonly RuleFile[];
  readonly layerOf: ReadonlyMap<string, RuleLayer>;
  readonly managedFile: string | undefined;
  readonly managed: ManagedRules;
  /** Mistakes that belong to no readable file: a directory, a link where a file should be. */
  readonly misplaced: readonly PolicyError[];
}

export async function loadLayers(
  locations: PolicyLocations,
  options: LoadFilesOptions = {},
): Promise<LoadedLayers> {
  const toLoad: FileToLoad[] = [];
  const misplaced: PolicyError[] = [];
  const layerOf = new Map<string, RuleLayer>();
  const isOn = locations.enabled ?? true;
  for (const directory of isOn ? rulesDirectories(locations) : []) {
    const found = findRuleFiles(directory);
    misplaced.push(...found.errors);
    for (const file of found.files) {
      toLoad.push({ file, links: 'refuse', base: directory.base ?? locations.workspace });
      layerOf.set(file, directory.layer);
    }
  }
  for (const file of isOn ? (locations.files ?? []) : []) {
    toLoad.push({ file, links: 'follow', base: locations.workspace });
    layerOf.set(file, 'file');
  }
  const managedFile = managedFileOf(locations);
  if (managedFile !== undefined) layerOf.set(managedFile, 'managed');
  return {
    files: await loadFiles(toLoad, { userHome: locations.userHome, ...options }),
    layerOf,
    managedFile,
    managed: managedFile === undefined ? { rules: [], errors: [] } : await loadManagedRules(managedFile),
    misplaced,
  };
}

/** `now` is told to the warnings; the policy has every rule, ended ones too. */
export function assemble(
  { files, managed, managedFile, misplaced }: LoadedLayers,
  now: number = Date.now(),
): LoadedPolicy {
  const hasManaged = managed.rules.length > 0 || managed.errors.length > 0;
  const read = files.map(({ file }) => file);
  const policy = combine(files).with(managed.rules);
  return {
    policy,
    warnings: () => lintRules(policy, { exists: existsSync, now }),
    errors: [...misplaced, ...files.flatMap(({ errors }) => errors), ...managed.errors],
    files: managedFile !== undefined && hasManaged ? [...read, managedFile] : read,
  };
}
