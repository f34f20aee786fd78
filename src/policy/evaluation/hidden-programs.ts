// Commands of a script that bring others with them which no list of literal commands shows.
import type { LiteralCommand, ParsedCommand } from '../../domain/index.ts';

/** They read commands from a file, or give a command another name. */
const bringers: ReadonlySet<string> = new Set(['source', '.', 'alias', 'hash', 'enable']);

export function hidesPrograms({ words }: LiteralCommand): boolean {
  return words[0] !== undefined && bringers.has(words[0]);
}

/** Nothing could be read in it, and it is not empty: anything may run. */
export function isUnread(parsed: Extract<ParsedCommand, { readonly kind: 'opaque' }>): boolean {
  return parsed.literalCommands.length === 0 && parsed.reason !== 'empty';
}
