// Scripts in which a program may hide that no list of literal commands shows, because the text could not be read to
// its end or is not read the way the shell will read it.
import type { OpaqueReason, ParsedCommand } from '../../domain/index.ts';

/** Reasons that leave every command word of the script readable (each as a known word or as an unknown one). */
const readable: ReadonlySet<OpaqueReason> = new Set<OpaqueReason>([
  'assignment',
  'background',
  'brace-expansion',
  'control-flow',
  'empty',
  'expansion',
  'function',
  'glob',
  'group',
  'heredoc',
  'ansi-c-quoting',
  'program-name',
  'redirection',
  'reserved-word',
  'stateful-builtin',
  'subshell',
  'substitution',
  'tilde',
]);

export function hidesPrograms(parsed: Extract<ParsedCommand, { readonly kind: 'opaque' }>): boolean {
  return !readable.has(parsed.reason);
}
