// Whether a rule whose prefix was met still speaks about the command: everything that narrows a rule beyond it.
import type { LiteralWord } from '../../domain/index.ts';
import { argumentsHold } from './argument-tests.ts';
import { containsPath } from './contains-path.ts';
import { foldCase } from './fold-case.ts';
import type { Held } from './held.ts';
import { pathsHold } from './path-arguments.ts';
import { patternLength, type PatternToken, type Rule } from './rule.ts';
import { meetsWildcard } from './wildcard.ts';

/** Lets every `cwd` hold: an example says nothing about where it is run. */
export const anyDirectory: unique symbol = Symbol('any directory');
export type Directory = string | undefined | typeof anyDirectory;

export interface LimitFacts {
  /** The command, its program first, without options that were skipped. Unknown words are undefined. */
  readonly words: readonly LiteralWord[];
  /** The command with the options that were skipped. Default: `words`. */
  readonly whole?: readonly LiteralWord[] | undefined;
  /** The real directory it starts in; undefined when the script does not tell. */
  readonly directory: Directory;
  /** Where relative paths among the arguments start when the directory is any. Default: nobody knows. */
  readonly examplesFrom?: string | undefined;
  /** Where the links of a rule's own directory lead; undefined when it does not exist. Default: nobody looks. */
  realPath?(path: string): string | undefined;
}

export function limitsHold(rule: Rule, facts: LimitFacts): Held {
  const { limits } = rule;
  const answers: readonly Held[] = [
    limits.further.length > 0 ? meetsFurther(rule, facts.words) : 'yes',
    limits.exact ? endsWithPattern(rule, facts.words) : 'yes',
    limits.unless.length > 0 && isExcepted(rule, facts.words) ? 'no' : 'yes',
    limits.anywhere.length > 0 ? everyAppears(rule, facts.words) : 'yes',
    limits.cwd.length > 0 ? isInside(limits.cwd, facts) : 'yes',
    limits.hasArguments ? argumentsMeet(rule, facts) : 'yes',
  ];
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

function meetsFurther(rule: Rule, words: readonly LiteralWord[]): Held {
  const start = 1 + rule.rest.length;
  for (const [at, token] of rule.limits.further.entries()) {
    if (start + at >= words.length) return 'no';
    const word = words[start + at];
    if (word === undefined) return 'maybe';
    if (!meetsToken(rule, token, word)) return 'no';
  }
  return 'yes';
}

function argumentsMeet(rule: Rule, facts: LimitFacts): Held {
  const { words, whole = words, directory, examplesFrom } = facts;
  const after = words.slice(patternLength(rule));
  const behind = [...whole.slice(1, 1 + whole.length - words.length), ...after];
  const held = argumentsHold(rule, { whole, behind, count: after.length });
  if (held === 'no') return 'no';
  const from = directory === anyDirectory ? examplesFrom : directory;
  const lie = pathsHold(rule, {
    behind,
    from,
    ...(facts.realPath === undefined ? {} : { realPath: (path) => facts.realPath?.(path) }),
  });
  return lie === 'yes' ? held : lie;
}

/** Unknown words after the pattern may turn out to be no words at all. */
function endsWithPattern(rule: Rule, words: readonly LiteralWord[]): Held {
  const length = patternLength(rule);
  if (words.length === length) return 'yes';
  return words.slice(length).every((word) => word === undefined) ? 'maybe' : 'no';
}

/** Whether `unless` takes the command out of the rule. */
export function isExcepted(rule: Rule, words: readonly LiteralWord[]): boolean {
  return rule.limits.unless.some((exception) => startsWith(rule, exception, words));
}

/** An exception counts only when every word of it is known: an unknown word never buys a way out of a rule. */
function startsWith(rule: Rule, exception: readonly PatternToken[], words: readonly LiteralWord[]): boolean {
  if (words.length < exception.length) return false;
  for (let at = 1; at < exception.length; at += 1) {
    const token = exception[at];
    const word = words[at];
    if (token === undefined || word === undefined || !meetsToken(rule, token, word)) return false;
  }
  return true;
}

function everyAppears(rule: Rule, words: readonly LiteralWord[]): Held {
  const rest = words.slice(1);
  const hasUnknown = rest.includes(undefined);
  for (const token of rule.limits.anywhere) {
    if (rest.some((word) => word !== undefined && meetsToken(rule, token, word))) continue;
    if (!hasUnknown) return 'no';
    return 'maybe';
  }
  return 'yes';
}

function isInside(directories: readonly string[], facts: LimitFacts): Held {
  const { directory } = facts;
  if (directory === anyDirectory) return 'yes';
  if (directory === undefined) return 'maybe';
  const inside = directories.some((root) => {
    if (containsPath(root, directory)) return true;
    // The command's directory has no links in it any more; the rule's may.
    const real = facts.realPath?.(root);
    return real !== undefined && containsPath(real, directory);
  });
  return inside ? 'yes' : 'no';
}

/** Whether a known word is one the token asks for. */
export function meetsToken(rule: Rule, token: PatternToken, word: string): boolean {
  const asked = typeof token === 'string' ? [token] : token;
  const isSame = rule.limits.wildcards ? meetsWildcard : (each: string, read: string) => each === read;
  if (!rule.canonical) return asked.some((each) => isSame(each, word));
  const folded = foldCase(word);
  return asked.some((each) => isSame(foldCase(each), folded));
}
