// What one look behind a command gives.
import type { MarkedWord } from './marked-word.ts';

export interface Found {
  readonly argvs: readonly (readonly MarkedWord[])[];
  readonly scripts: readonly string[];
  /** The shell that read the command reads these scripts too. */
  readonly isSameShell?: boolean;
  readonly passesInput?: boolean;
  readonly isUnread?: boolean;
}
