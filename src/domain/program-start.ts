// What a command starts while it runs: seen by the launcher as it happens, judged by the rules, kept on record.
import type { RuleMatch } from './policy.ts';
import type { AbsolutePath } from './primitives.ts';

/** A program that a rule names, known by its file: the same file under another name is the same program. */
export interface WatchedProgram {
  /** `multi-call`: what it does depends on the name it is called by. `loader`: it runs the program that it is given. */
  readonly kind: 'program' | 'multi-call' | 'loader';
  readonly path: AbsolutePath;
  /** What rules call it. */
  readonly name: string;
}

/** That the launcher lets every program of the tree wait for a verdict. */
export interface WatchWish {
  readonly programs: readonly WatchedProgram[];
  /**
   * Beginnings of the names that rules speak of: what has another name and is none of `programs` goes on without being told.
   * Left out: everything is told.
   */
  readonly spokenOf?: readonly string[] | undefined;
}

/** One way to say as a command what would run: `path`, then `before`, then the words from index `from` on. */
export interface StartReading {
  /** As it was called. */
  readonly path: string;
  /** Links followed, in the command's own view of the file system. */
  readonly realPath: string;
  /** The watched programs that this file is. */
  readonly alike: readonly Pick<WatchedProgram, 'kind' | 'name'>[];
  readonly before: readonly string[];
  readonly from: number;
}

/** One program that is about to start. */
export interface ProgramStart {
  /** Of the process, and of its parent, as they are numbered inside the sandbox. */
  readonly pid: number;
  readonly parent: number;
  readonly cwd: string;
  /** Of a script: the script, then its interpreter with it. Never empty. */
  readonly readings: readonly StartReading[];
  readonly words: readonly string[];
  /** How many words there are; more than in `words` when they were too many to tell. */
  readonly wordCount: number;
  /** Some words, or ends of words, are missing. */
  readonly isCut: boolean;
  /** The dynamic loader would open a program that may be another one by then. */
  readonly isUnsettled: boolean;
}

/** `refuse`: the call fails, as for a file that may not be executed (EACCES). */
export type StartVerdict = 'go-on' | 'refuse';

/** Why a program that was let go on did not run: what ran was not what was judged, or another program traced it. */
export type StartFailure = 'was-other' | 'was-traced';

/** A program that a command tried to start and that did not run. */
export interface RefusedProgram {
  /** What would have run, its path first. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** As it is numbered inside the sandbox. */
  readonly pid: number;
  /** Of the process that started this one; left out where it is not known. */
  readonly parent?: number;
  readonly because: 'forbidden' | 'not-approved' | 'unsettled' | StartFailure;
  /** The rule that forbids it, or asks; undefined when none does. */
  readonly match: RuleMatch | undefined;
  /** One clause that says why. */
  readonly reason: string;
}

/** Judges what one command starts. */
export interface ProgramJudge {
  /** A promise where somebody has to be asked: meanwhile the program waits, and the command's deadline with it. */
  judge(start: ProgramStart): StartVerdict | Promise<StartVerdict>;
  /** What was let go on did not run; undefined when it is not known any more what that was. */
  failed(start: ProgramStart | undefined, because: StartFailure): void;
}
