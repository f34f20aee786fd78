// Mistakes in rule files as a person reads them: file, line and column first, then the reason, then the place.
import type { PolicyError } from '../../domain/index.ts';

export function formatErrors(who: string, errors: readonly PolicyError[]): string {
  const shown = errors.map(formatError).join('');
  return `${who}: Cannot use the rules: ${errors.length === 1 ? '1 mistake' : `${errors.length} mistakes`}\n${shown}`;
}

/** A file of a project may be named to write to a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}

export function formatError({ file, line, column, message, excerpt }: PolicyError): string {
  const place =
    line === undefined
      ? printable(file)
      : column === undefined
        ? `${printable(file)}:${line}`
        : `${printable(file)}:${line}:${column}`;
  const quoted = excerpt === undefined ? '' : excerpt.replace(/^/gm, '    ') + '\n';
  return `${place}: ${printable(message)}\n${quoted}`;
}
