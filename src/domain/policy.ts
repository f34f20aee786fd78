// Words to a decision: what a rule is to everybody outside the policy room, and what an evaluation says.
import type { ParsedCommand } from './parsed-command.ts';
import type { AbsolutePath, Argv, NonEmpty } from './primitives.ts';

/** Ordered: allow < prompt < forbidden. The strictest of all matches wins. */
export type Decision = 'allow' | 'prompt' | 'forbidden';

const strictness: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };

/** `forbidden` before `prompt` before `allow`. */
export function strictest(decisions: NonEmpty<Decision>): Decision {
  return decisions.reduce((worst, next) => (strictness[next] > strictness[worst] ? next : worst));
}

/** Where a rule was written. `line` counts from 1; a rule remembered in this session has no file. */
export type RuleSource =
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'managed'; readonly file: string; readonly index: number }
  | { readonly kind: 'session'; readonly rememberedAt: number };

/** How a command looks when no rule speaks about it. */
export type CommandClass = 'safe' | 'unknown' | 'dangerous';

export type RuleMatch =
  | {
      readonly kind: 'rule';
      readonly decision: Decision;
      /** The words of the rule that matched, as the command spelled them. */
      readonly matchedPrefix: Argv;
      readonly command: Argv;
      readonly justification: string | undefined;
      /** The path the program resolved to when the rule matched by base name. */
      readonly resolvedProgram: string | undefined;
      readonly source: RuleSource;
      /** Present for `default_rule`, which has no words: it spoke because no other rule did. */
      readonly isDefault?: true;
    }
  | {
      readonly kind: 'heuristic';
      readonly class: CommandClass;
      readonly command: Argv;
      readonly because: string;
    }
  | {
      /** A deny or prompt rule that an unproved word might meet; read as `prompt`. */
      readonly kind: 'possible-rule';
      readonly decision: 'prompt';
      readonly command: readonly (string | undefined)[];
      readonly justification: string | undefined;
      readonly source: RuleSource;
    };

/**
 * One word for the whole input. `forbidden` and `prompt`: a rule said so about some command in it.
 * `allowed`: every command is covered by an allow rule. Otherwise no rule settles it and the heuristics speak:
 * the worst class of the commands that no rule covers; `opaque` when the input could not be split.
 */
export type EvaluationVerdict =
  'forbidden' | 'prompt' | 'allowed' | 'safe' | 'unknown' | 'dangerous' | 'opaque';

export interface Evaluation {
  readonly verdict: EvaluationVerdict;
  /** The match that settled it: the one to name when refusing or asking. */
  readonly decidedBy: RuleMatch;
  readonly matches: NonEmpty<RuleMatch>;
  readonly parsed: ParsedCommand;
  /** Present when the verdict leans on the sandbox: no attempt may leave it on the strength of this evaluation. */
  readonly leansOnSandbox?: true;
  /** Present when all that looks dangerous can reach no further than the files inside a sandbox's writable roots. */
  readonly dangerIsContained?: true;
  /** Present when programs were trusted although others can write directories of `PATH` in front of them. */
  readonly pinned?: PinnedPrograms;
}

/** What has to hold for a trusted name to stay the program it was when it was judged. */
export interface PinnedPrograms {
  /** Run by its path, the program is the one that was judged. */
  readonly programs: NonEmpty<{ readonly name: string; readonly path: AbsolutePath }>;
  /** Entries of `PATH` to leave out where no sandbox holds what they might bring. */
  readonly dropFromPath: NonEmpty<string>;
}

/** A rule worth offering: saving it would have allowed the whole command. */
export interface PolicyAmendment {
  readonly allowPrefix: Argv;
  /** Present when the rule covers these very words and nothing behind them. */
  readonly exact?: true;
}

/** Something wrong in a rule file. `column` counts from 1; `excerpt` is the line with a caret below. */
export interface PolicyError {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
  readonly excerpt: string | undefined;
}
