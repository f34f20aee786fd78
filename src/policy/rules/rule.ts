// What one rule is, after its file has been read and checked. Nothing here reads files or decides anything.
import type { Decision, RuleSource } from '../../domain/index.ts';

/** One place of a pattern: a word, or any one of several words. Words are compared as they are. */
export type PatternToken = string | readonly string[];

/** An assignment a command may carry: any value, or exactly one. */
export interface AllowedAssignment {
  readonly name: string;
  readonly value: string | undefined;
}

/** One test of the words of a command. `*` stands for any characters in a word and in a value. */
export type ArgumentTest =
  | { readonly kind: 'word'; readonly word: string }
  | {
      readonly kind: 'option';
      /** With its dashes. */
      readonly name: string;
      /** Undefined when the option alone is asked for. */
      readonly value: string | undefined;
    };

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
  /** `*` in a word of the pattern, of `unless` and of `anywhere` stands for any characters. */
  readonly wildcards: boolean;
  /** Places of the pattern from the first one with a wildcard on; `rest` holds those before. */
  readonly further: readonly PatternToken[];
  /** Whether any of the following is asked for: most rules look at no arguments. */
  readonly hasArguments: boolean;
  /** Of each choice, one test must be met. */
  readonly args: readonly (readonly ArgumentTest[])[];
  /** None may be met. */
  readonly noArgs: readonly ArgumentTest[];
  /** Every word behind the pattern must meet one. Empty: any word. */
  readonly onlyArgs: readonly ArgumentTest[];
  /** Words behind the pattern. */
  readonly minArgs: number | undefined;
  readonly maxArgs: number | undefined;
  /** Absolute directories: every path among the arguments lies in one of them. Empty: anywhere. */
  readonly paths: readonly string[];
  /** Absolute directories: some path among the arguments lies in none of them. Empty: not asked. */
  readonly pathsOutside: readonly string[];
  /** Milliseconds since the epoch from which on the rule says nothing. */
  readonly expiresAt: number | undefined;
}

export const noLimits: RuleLimits = {
  exact: false,
  unless: [],
  anywhere: [],
  env: [],
  cwd: [],
  skipOptions: 'by-decision',
  wildcards: false,
  further: [],
  hasArguments: false,
  args: [],
  noArgs: [],
  onlyArgs: [],
  minArgs: undefined,
  maxArgs: undefined,
  paths: [],
  pathsOutside: [],
  expiresAt: undefined,
};

/** Whether the rule was remembered from an answer, in this session or in the file where answers go, and not written. */
export function isSavedRule({ source }: Rule): boolean {
  return source.kind === 'session' || (source.kind === 'file' && source.file.endsWith('/default.rules'));
}

export interface Rule {
  readonly program: string;
  readonly rest: readonly PatternToken[];
  readonly decision: Decision;
  readonly justification: string | undefined;
  /** Every word is compared after Unicode NFC and full case folding. */
  readonly canonical: boolean;
  readonly limits: RuleLimits;
  /** What people call it: `policy remove --id`. */
  readonly id?: string | undefined;
  readonly source: RuleSource;
}

/** How many words of a command the pattern speaks about. */
export function patternLength({ rest, limits }: Rule): number {
  return 1 + rest.length + limits.further.length;
}

/** The whole pattern, as it was written. */
export function wholePattern({ program, rest, limits }: Rule): readonly PatternToken[] {
  return [program, ...rest, ...limits.further];
}

/** Where a bare program name may live, for rules that meet a program by its base name. */
export type HostExecutables = ReadonlyMap<string, readonly string[]>;

export type NetworkProtocol = 'http' | 'https' | 'socks5_tcp' | 'socks5_udp';

export interface NetworkRule {
  /** Lower case, without port, brackets or trailing dots. */
  readonly host: string;
  /** The port written behind the host, 1 to 65535; undefined when none was. */
  readonly port: number | undefined;
  readonly protocol: NetworkProtocol;
  readonly decision: Decision;
  readonly justification: string | undefined;
  readonly source: RuleSource;
}
