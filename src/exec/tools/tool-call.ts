// A call that was understood: one of the things a model can ask for.
import type { Argv, RequestedAccess } from '../../domain/index.ts';

interface CommandWish {
  readonly workdir: string | undefined;
  readonly access: RequestedAccess;
  readonly proposedPrefix: Argv | undefined;
}

export type ToolCall =
  /** `shell`, `local_shell` (argv, JSON answers) and `shell_command` (a script, plain answers): run to the end. */
  | ({
      readonly kind: 'shell';
      readonly answer: 'json' | 'freeform';
      readonly command: string | Argv;
      readonly login: boolean;
      readonly timeoutMs: number | undefined;
    } & CommandWish)
  /** `exec_command`: run, and answer after `yieldMs` even if it still runs. */
  | ({
      readonly kind: 'exec-command';
      readonly script: string;
      readonly shell: string | undefined;
      readonly login: boolean;
      readonly tty: boolean;
      readonly yieldMs: number;
      readonly maxOutputTokens: number;
    } & CommandWish)
  /** `apply_patch`, by its own tool or as a command: files to write. */
  | {
      readonly kind: 'patch';
      readonly patch: string;
      readonly answer: 'json' | 'freeform' | 'chunk';
      readonly workdir: string | undefined;
      /** Where the command changes to first; relative to `workdir`. */
      readonly directory: string | undefined;
    }
  /** `view_image`: a picture that the model wants to see. */
  | { readonly kind: 'picture'; readonly path: string }
  /** `write_stdin`: text for a session, or none to look what it wrote meanwhile. */
  | {
      readonly kind: 'write-stdin';
      readonly sessionId: number;
      readonly chars: string;
      readonly yieldMs: number | undefined;
      readonly maxOutputTokens: number;
    };
