// One argv to safe, unknown or dangerous, with the sentence that says why.
import type { CommandClass } from '../../domain/index.ts';

export interface ClassifiedCommand {
  readonly class: CommandClass;
  /** One sentence for the person who is asked, without a full stop. */
  readonly because: string;
}

export interface TrustContext {
  /**
   * Whether the program that would run lies in a place only its owner and root can change, outside every writable
   * root. For a command of a script, a builtin's name counts as trusted: no file is run.
   */
  resolvesToTrusted(program: string): boolean;
}

export function classifyCommand(argv: readonly string[], context: TrustContext): ClassifiedCommand {
  const program = argv[0] ?? '';
  if (/^rm$/.test(program) && argv.some((word) => /^-\w*f/.test(word))) {
    return { class: 'dangerous', because: 'it deletes without asking' };
  }
  if (['ls', 'pwd', 'true'].includes(program) && argv.length === 1 && context.resolvesToTrusted(program)) {
    return { class: 'safe', because: 'it only reads' };
  }
  return { class: 'unknown', because: 'nothing is known about it' };
}
