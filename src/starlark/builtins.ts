// Every name the language defines by itself.
import { collectionBuiltins } from './builtin-collections.ts';
import { numberBuiltins } from './builtin-numbers.ts';
import { reflectionBuiltins } from './builtin-reflection.ts';
import type { Value } from './values.ts';

export const languageBuiltins: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['None', null],
  ['True', true],
  ['False', false],
  ...[...numberBuiltins, ...collectionBuiltins, ...reflectionBuiltins].map(
    (builtin) => [builtin.name, builtin] as const,
  ),
]);
