// Whether a rule whose prefix was met still speaks about the command: `exact`, `unless`, `anywhere` and `cwd`.
import type { LiteralWord } from '../../domain/index.ts';
import { foldCase } from './fold-case.ts';
import type { PatternToken, Rule } from './rule.ts';

/** `maybe`: a word or a directory that only bash will know decides it. */
export type Held = 'yes' | 'no' | 'maybe';

/** Lets every `cwd` hold: an example says nothing about where it is run. */
export const anyDirectory: unique symbol = Symbol('any directory');
export type Directory = string | undefined | typeof anyDirectory;

export interface LimitFacts {
  /** The command, its program first, without options that were skipped. Unknown words are undefined. */
  readonly words: readonly LiteralWord[];
  /** The real directory it starts in; undefined when the script does not tell. */
  readonly directory: Directory;
  /** Where the links of a rule's own directory lead; undefined when it does not exist. Default: nobody looks. */
  realPath?(path: string): string | undefined;
}

export function limitsHold(rule: Rule, facts: LimitFacts): Held {
  const { limits } = rule;
  const answers = [
    limits.exact ? endsWithPattern(rule, facts.words) : 'yes',
    limits.unless.length > 0 && isExcepted(rule, facts.words) ? 'no' : 'yes',
    limits.anywhere.length > 0 ? everyAppears(rule, facts.words) : 'yes',
    limits.cwd.length > 0 ? isInside(limits.cwd, facts) : 'yes',
  ] as const;
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

/** Unknown words after the pattern may turn out to be no words at all. */
function endsWithPattern(rule: Rule, words: readonly LiteralWord[]): Held {
  const length = 1 + rule.rest.length;
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
    if (contains(root, directory)) return true;
    // The command's directory has no links in it any more; the rule's may.
    const real = facts.realPath?.(root);
    return real !== undefined && contains(real, directory);
  });
  return inside ? 'yes' : 'no';
}

function contains(root: string, path: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}

/** Whether a known word is one the token asks for. */
export function meetsToken(rule: Rule, token: PatternToken, word: string): boolean {
  const asked = typeof token === 'string' ? [token] : token;
  if (!rule.canonical) return asked.includes(word);
  const folded = foldCase(word);
  return asked.some((each) => foldCase(each) === folded);
}
