// One literal command of an opaque script, or behind a wrapper, to dangerous or unknown. Never to safe.
import type { LiteralCommand } from '../../domain/index.ts';

export function classifyLiteral(command: LiteralCommand): {
  readonly class: 'dangerous' | 'unknown';
  readonly because: string;
} {
  if (command.words[0] === 'rm' && command.words.some((word) => word !== undefined && /^-\w*f/.test(word))) {
    return { class: 'dangerous', because: 'it deletes without asking' };
  }
  return { class: 'unknown', because: 'nothing is known about it' };
}
