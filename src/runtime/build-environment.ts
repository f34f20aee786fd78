// The environment a command gets: from the host's variables and a policy, with every name that was left out on record.
// Values are moved, never shown. What must not reach a shell at all is the shell room's business.
import { coreNames, defaultExcludes } from './build-environment-excludes.ts';
import { matchesAny } from './build-environment-pattern.ts';
import type { EnvironmentPolicy } from './shell-runtime.ts';

/** The step that left a variable out. */
export type RemovalStep = 'inherit' | 'default-excludes' | 'exclude' | 'include-only';

export interface RemovedVariable {
  readonly name: string;
  readonly step: RemovalStep;
}

/** A variable no program can be given. */
export interface RefusedVariable {
  readonly name: string;
  readonly because: string;
}

export interface BuiltEnvironment {
  readonly env: ReadonlyMap<string, string>;
  /** Sorted by name. */
  readonly removed: readonly RemovedVariable[];
  readonly refused: readonly RefusedVariable[];
}

/**
 * Steps, in this order: inherit, default excludes, `exclude`, `set`, `includeOnly`. So `set` brings back what an
 * exclude took, and `includeOnly` has the last word even over `set`.
 */
export function buildEnvironment(
  base: Readonly<Record<string, string | undefined>>,
  policy: EnvironmentPolicy,
): BuiltEnvironment {
  const env = new Map<string, string>();
  const removed = new Map<string, RemovalStep>();
  const refused: RefusedVariable[] = [];
  const put = (name: string, value: string): void => {
    const because = faultOf(name, value);
    if (because === undefined) env.set(name, value);
    else refused.push({ name, because });
  };
  const remove = (step: RemovalStep, unwanted: (name: string) => boolean): void => {
    for (const name of [...env.keys()].filter(unwanted)) {
      env.delete(name);
      removed.set(name, step);
    }
  };

  for (const [name, value] of Object.entries(base)) if (value !== undefined) put(name, value);
  remove('inherit', notInherited[policy.inherit ?? 'all']);
  if (policy.ignoreDefaultExcludes !== true)
    remove('default-excludes', (name) => matchesAny(name, defaultExcludes));
  remove('exclude', (name) => matchesAny(name, policy.exclude ?? []));
  for (const [name, value] of Object.entries(policy.set ?? {})) put(name, value);
  const only = policy.includeOnly ?? [];
  if (only.length > 0) remove('include-only', (name) => !matchesAny(name, only));

  return {
    env,
    removed: [...removed]
      .filter(([name]) => !env.has(name))
      .map(([name, step]) => ({ name, step }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    refused,
  };
}

const notInherited: Readonly<Record<NonNullable<EnvironmentPolicy['inherit']>, (name: string) => boolean>> = {
  all: () => false,
  core: (name) => !matchesAny(name, coreNames),
  none: () => true,
};

function faultOf(name: string, value: string): string | undefined {
  if (name === '') return 'its name is empty';
  if (name.includes('=')) return 'its name contains "="';
  if (name.includes('\0')) return 'its name contains a NUL character';
  if (value.includes('\0')) return 'its value contains a NUL character';
  if (/\p{Surrogate}/u.test(name + ' ' + value)) return 'it is not well-formed Unicode';
  return undefined;
}
