// A reload that finds a mistake must not quietly lift a restriction: what asked or forbade in the last good version
// of a file stays in force until the file can be read again.
import type { PolicyError } from '../../domain/index.ts';
import type { RuleFile } from '../language/rule-file.ts';
import type { Rule } from '../rules/rule.ts';
import { meaningOf } from '../save/same-rules.ts';
import type { LoadedLayers } from './load-policy.ts';

/** `next` with the denials of `last` put back where a file, a directory or the requirements could not be read. */
export function keepDenials(last: LoadedLayers, next: LoadedLayers): LoadedLayers {
  const before = new Map(last.files.map((file) => [file.file, file]));
  const now = new Set(next.files.map(({ file }) => file));
  const repaired = next.files.map((file) => {
    const good = before.get(file.file);
    return file.errors.length === 0 || good === undefined ? file : withDenialsOf(file, good);
  });
  const hidden = last.files.filter(({ file }) => !now.has(file) && isHidden(file, next.misplaced));
  return {
    ...next,
    files: [...repaired, ...hidden.map((file) => withDenialsOf({ ...file, ...nothing }, file))],
    managed:
      next.managed.errors.length === 0
        ? next.managed
        : { ...next.managed, rules: union(next.managed.rules, last.managed.rules) },
  };
}

const nothing = {
  rules: [],
  hosts: new Map<string, readonly string[]>(),
  network: [],
  changes: [],
  defaults: [],
  errors: [],
};

/** The file itself, or the directory it was in, is named by an error of the new version. */
function isHidden(file: string, misplaced: readonly PolicyError[]): boolean {
  return misplaced.some((error) => file === error.file || file.startsWith(`${error.file}/`));
}

function withDenialsOf(broken: RuleFile, good: RuleFile): RuleFile {
  return {
    ...broken,
    rules: union(
      broken.rules,
      good.rules.filter(({ decision }) => decision !== 'allow'),
    ),
    network: [...broken.network, ...good.network.filter(({ decision }) => decision !== 'allow')],
    defaults: [...broken.defaults, ...good.defaults.filter(({ decision }) => decision !== 'allow')],
    changes: [...broken.changes, ...good.changes.filter(({ decision }) => decision !== 'allow')],
    // A table says where a name may live; without it a base name would be allowed anywhere.
    hosts: new Map([...good.hosts, ...broken.hosts]),
  };
}

/** Lines move while a file is being edited, so a rule is the same when it says the same. */
function union(rules: readonly Rule[], kept: readonly Rule[]): readonly Rule[] {
  const said = new Set(rules.map(meaningOf));
  return [...rules, ...kept.filter((rule) => !said.has(meaningOf(rule)))];
}
