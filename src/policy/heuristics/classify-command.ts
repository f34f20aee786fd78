// One argv to safe, unknown or dangerous, with the sentence that says why. Unknown is where everything starts.
import type { CommandClass } from '../../domain/index.ts';
import { findDanger } from './find-danger.ts';
import { judgeSafety } from './judge-safety.ts';

export interface ClassifiedCommand {
  readonly class: CommandClass;
  /** One sentence for the person who is asked, without a full stop. */
  readonly because: string;
}

export interface TrustContext {
  /**
   * Whether the program that would run lies in a place only its owner and root can change, outside every writable
   * root. For a command that a shell runs, a builtin's name counts as trusted: no file is run.
   */
  resolvesToTrusted(program: string): boolean;
}

/**
 * `argv` decoded, as bash would pass it. Sees through wrappers such as `sudo` and `xargs`; scripts inside an argument
 * (`bash -c`, `eval`) come as literal commands of their own and are classified by {@link classifyLiteral}.
 */
export function classifyCommand(argv: readonly string[], context: TrustContext): ClassifiedCommand {
  const danger = findDanger(argv);
  if (danger !== undefined) return { class: 'dangerous', because: danger };
  const safety = judgeSafety(argv);
  if (safety.kind === 'not-listed') return { class: 'unknown', because: safety.because };
  const program = argv[0] ?? '';
  // `./cat` is whatever the repository put there.
  return context.resolvesToTrusted(program)
    ? { class: 'safe', because: safety.because }
    : { class: 'unknown', because: `\`${program}\` is not known to come from a trusted place` };
}
