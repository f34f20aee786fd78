// `host_executable`: where a program may live when an allow rule meets it by its base name.
import { absolutePath } from '../../domain/index.ts';
import { baseName } from '../rules/host-path.ts';
import { Mistake } from './mistake.ts';
import { readArgument } from './read-arguments.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RuleCall } from './rule-value.ts';

export const hostExecutable: RuleBuiltin = {
  required: ['name', 'paths'],
  optional: [],
  named: [],
  add: addHostExecutable,
};

function addHostExecutable(draft: RuleDraft, { args }: RuleCall): void {
  const name = readArgument(args, 'name', 'str') ?? '';
  const elements = readArgument(args, 'paths', 'list') ?? [];
  if (name === '') throw new Mistake('Invalid rule: the name of host_executable cannot be empty');
  if (name.includes('/') || name === '.' || name === '..') {
    throw new Mistake(
      `Invalid rule: the name of host_executable must be a bare name, got ${JSON.stringify(name)}`,
    );
  }
  draft.work.charge(elements.length);
  const paths = elements.map((element) => {
    if (typeof element !== 'string')
      throw new Mistake('Invalid rule: the paths of host_executable must be strings');
    // Without a home the program lives nowhere, and an allow rule for it meets nothing.
    const { home } = draft.place;
    const expanded = element.startsWith('~/') ? `${home ?? '/nonexistent'}${element.slice(1)}` : element;
    const path = absolutePath(expanded);
    if (path === undefined) {
      throw new Mistake(
        `Invalid rule: the paths of host_executable must be absolute, got ${JSON.stringify(element)}`,
      );
    }
    if (baseName(path) !== name) {
      throw new Mistake(
        `Invalid rule: the host_executable path ${JSON.stringify(path)} must have the base name ${JSON.stringify(name)}`,
      );
    }
    return path;
  });
  // The last definition replaces the earlier ones, across files too.
  draft.hosts.set(name, [...new Set(paths)]);
}
