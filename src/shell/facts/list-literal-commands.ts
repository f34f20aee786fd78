import type { LiteralCommand, NonEmpty, PlainCommand } from '../../domain/index.ts';

export type FactSource =
  | { readonly kind: 'plain'; readonly commands: NonEmpty<PlainCommand> }
  | { readonly kind: 'script'; readonly script: string; readonly positionals: readonly string[] };

export function listLiteralCommands(source: FactSource): readonly LiteralCommand[] {
  if (source.kind === 'script') return [];
  return source.commands.map(({ argv }) => ({ words: argv, assignments: [], redirects: [], via: [] }));
}
