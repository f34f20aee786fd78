// What the shell room found in a command: the exact argv lists bash would run, or why that cannot be proved.
import type { PossibleWord } from './possible-word.ts';
import type { Argv, NonEmpty } from './primitives.ts';

/** Offsets into the script, in UTF-16 code units; `end` is exclusive. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Why a script is opaque. A name a person can read; the list grows, so treat an unknown name as opaque too.
 */
export type OpaqueReason =
  | 'ansi-c-quoting'
  | 'assignment'
  | 'background'
  | 'brace-expansion'
  | 'control-character'
  | 'control-flow'
  | 'empty'
  | 'expansion'
  | 'function'
  | 'glob'
  | 'group'
  | 'heredoc'
  | 'history'
  | 'invalid-unicode'
  | 'nested-too-deep'
  | 'non-ascii-word'
  | 'program-name'
  | 'redirection'
  | 'reserved-word'
  | 'stateful-builtin'
  | 'subshell'
  | 'substitution'
  | 'syntax-error'
  | 'tilde'
  | 'too-long'
  | 'unsupported-shell'
  | 'unsupported-shell-option';

/**
 * Where a command of a script runs, as far as the script tells: in the directory the script started in, in a
 * directory a literal `cd` moved to (relative to the start, or absolute), or in one of several.
 */
export type ScriptDirectory =
  | { readonly kind: 'start' }
  | { readonly kind: 'changed'; readonly path: string }
  | { readonly kind: 'uncertain' };

/** `NAME=value` in front of a command, decoded: part of the environment of that one program. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/**
 * A redirection whose effect the text tells. `both` is `&>`. A `copy` sends the descriptor where the one in `target`
 * (`1` or `2`) goes; every other target is a file, decoded, relative to the command's directory.
 */
export interface PlainRedirect {
  readonly descriptor: 0 | 1 | 2 | 'both';
  readonly action: 'read' | 'write' | 'append' | 'copy';
  readonly target: string;
}

export interface PlainCommand {
  readonly argv: Argv;
  readonly directory: ScriptDirectory;
  /** Absent when nothing is assigned in front of it. */
  readonly assignments?: NonEmpty<Assignment>;
  /** In the order bash makes them; absent when there are none. */
  readonly redirects?: NonEmpty<PlainRedirect>;
  /** What it would start itself, as far as that can be read (`find -exec`, `timeout`); absent when nothing was found. */
  readonly starts?: NonEmpty<LiteralCommand>;
}

/** One word of a literal command; `undefined` where bash would compute it at run time. */
export type LiteralWord = string | undefined;

/**
 * A command found somewhere in a script or behind a wrapper (`env`, `sudo`, `xargs`, a nested `bash -c`).
 * Known words are facts for *deny* decisions; nothing is ever allowed because of one.
 */
export interface LiteralCommand {
  readonly words: NonEmpty<LiteralWord>;
  readonly assignments: readonly { readonly name: string; readonly value: LiteralWord }[];
  readonly redirects: readonly { readonly operator: string; readonly target: LiteralWord }[];
  /** The wrappers it stands behind, outermost first: `['sudo', 'env']`. Empty for a command in the open. */
  readonly via: readonly string[];
  /**
   * Set when only the names of its options say that the program starts it: then a rule that forbids it asks, and no
   * allow rule is lost by it.
   */
  readonly isGuess?: true;
  /** For words that bash computes from the names of files: the pattern, by the place of the word. Absent when none is. */
  readonly patterns?: Readonly<Record<number, string>>;
  /**
   * For words that bash computes, what they can turn into: one of these and nothing else. Only for programs that delete
   * or change files, where every value can be told; absent otherwise.
   */
  readonly possible?: Readonly<Record<number, readonly PossibleWord[]>>;
}

/**
 * The last word of `via` where reading stopped at a limit (nested too deep, too long): anything may run there, so the
 * strictest answer is the right one.
 */
export const readingStopped: '…' = '…';

/** The last word of `via` for a command in which a function starts itself beside itself: a fork bomb. */
export const recursiveSpawn: '↻' = '↻';

interface Facts {
  /** Every command that could be read anywhere in the input, wrappers looked through. For deny decisions only. */
  readonly literalCommands: readonly LiteralCommand[];
}

export type ParsedCommand =
  | ({
      readonly kind: 'plain';
      /** In source order: every command bash could run, none left out, each with its decoded argv. */
      readonly commands: NonEmpty<PlainCommand>;
      /** `script` when a shell was unwrapped, `argv` when the input is one command by itself. */
      readonly from: 'argv' | 'script';
      /**
       * The shells on the way to the commands, as they are named, outermost first; absent when `from` is `argv`. What
       * the commands do is proved only for the real programs of these names, so an allow decision must trust each.
       */
      readonly shells?: NonEmpty<string>;
      /** One of these is a login shell: its profile may set another `PATH`. Absent when none is. */
      readonly login?: true;
    } & Facts)
  | ({
      readonly kind: 'opaque';
      readonly reason: OpaqueReason;
      readonly at: SourceSpan | undefined;
      /** The program that would run the script (`bash`), then its flag and text. */
      readonly argv: Argv;
    } & Facts);
