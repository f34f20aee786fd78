// A rule as one line of text. An allow rule without limits is the line that every earlier version of the program wrote.
import type { Argv, Decision, PolicyAmendment } from '../../domain/index.ts';

/** JSON strings are Starlark strings: the escapes JSON makes all mean the same there. */
export function renderAllowRule({ allowPrefix, exact }: PolicyAmendment): string {
  const words = allowPrefix.map((word) => JSON.stringify(word)).join(', ');
  return `prefix_rule(pattern=[${words}], decision="allow"${exact === true ? ', exact=True' : ''})`;
}

/** Everything a person can say about one rule in one line. */
export interface RuleWish {
  readonly pattern: Argv;
  readonly decision: Decision;
  readonly justification?: string | undefined;
  readonly exact?: boolean;
  readonly cwd?: readonly string[];
  readonly args?: readonly string[];
  readonly noArgs?: readonly string[];
  readonly onlyArgs?: readonly string[];
  /** Examples. */
  readonly match?: readonly Argv[];
  readonly expires?: string | undefined;
  readonly id?: string | undefined;
}

export function renderRule(wish: RuleWish): string {
  const { pattern, decision, justification, exact = false, cwd = [], expires, id } = wish;
  const { args = [], noArgs = [], onlyArgs = [], match = [] } = wish;
  const list = (name: string, words: readonly string[]): string =>
    words.length === 0 ? '' : `${name}=[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  const text = (name: string, value: string | undefined): string =>
    value === undefined ? '' : `${name}=${JSON.stringify(value)}`;
  const given = [
    list('pattern', pattern),
    text('decision', decision),
    exact ? 'exact=True' : '',
    list('args', args),
    list('no_args', noArgs),
    list('only_args', onlyArgs),
    list('cwd', cwd),
    text('expires', expires),
    text('id', id),
    match.length === 0 ? '' : `match=${JSON.stringify(match)}`,
    text('justification', justification),
  ];
  return `prefix_rule(${given.filter((part) => part !== '').join(', ')})`;
}
