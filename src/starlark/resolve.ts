// The last step before running: names that the module does not define are builtins, or mistakes. A name nothing
// defines stops the module before it starts, even in a branch that would never run.
import { Failure } from './errors.ts';
import type { Scope } from './scope.ts';
import { suggestName } from './suggest-name.ts';
import type { Value } from './values.ts';

export function resolveBuiltins(module: Scope, builtins: ReadonlyMap<string, Value>): void {
  for (const node of module.unresolved) {
    const builtin = builtins.get(node.name);
    if (builtin === undefined) {
      const near = suggestName(node.name, [...module.names, ...builtins.keys()]);
      const hint = near === undefined ? '' : `, did you mean \`${near}\`?`;
      throw new Failure('resolve', `Variable \`${node.name}\` not found${hint}`, node);
    }
    node.builtin = builtin;
  }
}
