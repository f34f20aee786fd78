// What one rule is, after its file has been read and checked. Nothing here reads files or decides anything.
import type { Decision, RuleSource } from '../../domain/index.ts';

/** One place of a pattern: a word, or any one of several words. Words are compared as they are. */
export type PatternToken = string | readonly string[];

/** An assignment a command may carry: any value, or exactly one. */
export interface AllowedAssignment {
  readonly name: string;
  readonly value: string | undefined;
}

/** What narrows a rule beyond its prefix. A rule in the plain dialect has none of this. */
export interface RuleLimits {
  /** The command has no words after the pattern. */
  readonly exact: boolean;
  /** The rule does not speak about a command that starts with one of these. Each starts with the program. */
  readonly unless: readonly (readonly PatternToken[])[];
  /** Each must appear among the words after the program. */
  readonly anywhere: readonly PatternToken[];
  /** Assignments that `env NAME=VALUE COMMAND` may carry and still be met by this rule. */
  readonly env: readonly AllowedAssignment[];
  /** Absolute directories; the command must start in one of them or below. Empty: anywhere. */
  readonly cwd: readonly string[];
  /**
   * Whether options of the program itself (`git -C x push`) are skipped before the pattern is compared. `by-decision`
   * is the default: deny and prompt rules skip them, allow rules do not.
   */
  readonly skipOptions: 'by-decision' | 'always' | 'never';
}

export const noLimits: RuleLimits = {
  exact: false,
  unless: [],
  anywhere: [],
  env: [],
  cwd: [],
  skipOptions: 'by-decision',
};

export interface Rule {
  readonly program: string;
  readonly rest: readonly PatternToken[];
  readonly decision: Decision;
  readonly justification: string | undefined;
  /** Every word is compared after Unicode NFC and full case folding. */
  readonly canonical: boolean;
  readonly limits: RuleLimits;
  readonly source: RuleSource;
}

/** Where a bare program name may live, for rules that meet a program by its base name. */
export type HostExecutables = ReadonlyMap<string, readonly string[]>;

export type NetworkProtocol = 'http' | 'https' | 'socks5_tcp' | 'socks5_udp';

export interface NetworkRule {
  /** Lower case, without port, brackets or trailing dots. */
  readonly host: string;
  readonly protocol: NetworkProtocol;
  readonly decision: Decision;
  readonly justification: string | undefined;
  readonly source: RuleSource;
}
