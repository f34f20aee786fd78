// `paths` and `paths_outside`: whether the paths among the arguments of a command lie in directories of the rule. By
// name alone, like everything a rule says: where a link in the workspace leads is for the sandbox to hold.
import { absolutePath, type LiteralWord } from '../../domain/index.ts';
import { containsPath } from './contains-path.ts';
import type { Held } from './held.ts';
import type { Rule } from './rule.ts';

export interface PathFacts {
  /** The words behind the pattern, skipped options in front of them. */
  readonly behind: readonly LiteralWord[];
  /** Where relative paths start: a real directory, or undefined when the script does not tell. */
  readonly from: string | undefined;
  /** Where the links of a rule's own directory lead. */
  realPath?(path: string): string | undefined;
}

export function pathsHold(rule: Rule, facts: PathFacts): Held {
  const { paths, pathsOutside } = rule.limits;
  const isStrict = rule.decision === 'allow';
  const answers: Held[] = [];
  if (paths.length > 0) answers.push(allInside(paths, facts, isStrict));
  if (pathsOutside.length > 0) answers.push(someOutside(pathsOutside, facts, isStrict));
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

type Lies = 'inside' | 'outside' | 'unsure';

function allInside(directories: readonly string[], facts: PathFacts, isStrict: boolean): Held {
  const places = lie(directories, facts, { everyTail: isStrict });
  if (places.includes('outside')) return 'no';
  return places.includes('unsure') ? 'maybe' : 'yes';
}

function someOutside(directories: readonly string[], facts: PathFacts, isStrict: boolean): Held {
  const places = lie(directories, facts, { everyTail: false });
  if (places.includes('outside')) return 'yes';
  return places.includes('unsure') && !isStrict ? 'maybe' : 'no';
}

interface Reading {
  /** What follows the letter of a short option may be a path even when it does not look like one. */
  readonly everyTail: boolean;
}

function lie(directories: readonly string[], facts: PathFacts, reading: Reading): readonly Lies[] {
  const places: Lies[] = [];
  let ended = false;
  for (const word of facts.behind) {
    if (word === undefined) places.push('unsure');
    else if (word === '--' && !ended) ended = true;
    else {
      const candidates = ended ? [word] : pathsIn(word, reading);
      for (const each of candidates) places.push(lies(each, directories, facts));
    }
  }
  return places;
}

/** Everything in a word that the program might take for a path. */
function pathsIn(word: string, { everyTail }: Reading): readonly string[] {
  if (word === '-' || word === '') return [];
  const equals = word.indexOf('=');
  const value = equals === -1 ? [] : [word.slice(equals + 1)];
  if (word.startsWith('--')) return value.flatMap(named);
  if (word.startsWith('-')) {
    const tail = word.slice(2);
    const looksLikeOne = /^(?:~|\.\.?(?:\/|$))|\//.test(tail);
    return [...(tail !== '' && (everyTail || looksLikeOne) ? named(tail) : []), ...value.flatMap(named)];
  }
  return [word, ...value].flatMap(named);
}

/** `@file` and `file:///path` name a file to many programs. */
function named(text: string): readonly string[] {
  if (text === '') return [];
  if (text.startsWith('@') && text.length > 1) return [text.slice(1)];
  const url = /^file:\/\/[^/]*(\/.*)$/is.exec(text)?.[1];
  return url === undefined ? [text] : [url];
}

function lies(candidate: string, directories: readonly string[], facts: PathFacts): Lies {
  // A shell would have replaced it by a home, which is nobody's workspace.
  if (candidate.startsWith('~')) return 'outside';
  const { from } = facts;
  const isAbsolute = candidate.startsWith('/');
  if (!isAbsolute && from === undefined) return 'unsure';
  const path = absolutePath(isAbsolute ? candidate : `${from}/${candidate}`);
  if (path === undefined) return 'outside';
  const inside = directories.some((root) => {
    if (containsPath(root, path)) return true;
    const real = facts.realPath?.(root);
    return real !== undefined && containsPath(real, path);
  });
  if (!inside) return 'outside';
  // Behind a link `..` leads elsewhere; in front of everything else it goes up from a real directory.
  return goesUpBehindName(candidate) ? 'unsure' : 'inside';
}

function goesUpBehindName(path: string): boolean {
  let isBehindName = false;
  for (const part of path.split('/')) {
    if (part === '..' && isBehindName) return true;
    if (part !== '' && part !== '.' && part !== '..') isBehindName = true;
  }
  return false;
}
