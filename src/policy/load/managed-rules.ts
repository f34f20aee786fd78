// Requirements set by whoever runs the machine. They are TOML, not rules: they can ask and forbid, never allow, and
// no user file, no session and no feature switch takes them away.
import type { PolicyError } from '../../domain/index.ts';
import { noLimits, type PatternToken, type Rule } from '../rules/rule.ts';
import { readRuleText } from './read-rule-file.ts';

export interface ManagedRules {
  readonly rules: readonly Rule[];
  readonly errors: readonly PolicyError[];
}

/** A missing file is no requirement; a file that cannot be understood is an error and gives the rules that could. */
export async function loadManagedRules(file: string): Promise<ManagedRules> {
  const read = readRuleText(file, { links: 'follow' });
  if (read.kind === 'missing') return { rules: [], errors: [] };
  if (read.kind === 'unusable') return { rules: [], errors: [read.error] };
  const { parse } = await import('smol-toml');
  let document: unknown;
  try {
    document = parse(read.text);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
    return { rules: [], errors: [mistake(file, `Cannot read the requirements: ${message}`)] };
  }
  return readRequirements(document, file);
}

function readRequirements(document: unknown, file: string): ManagedRules {
  const section = isTable(document) ? document['rules'] : undefined;
  if (section === undefined) return { rules: [], errors: [] };
  const entries = isTable(section) ? section['prefix_rules'] : undefined;
  if (!Array.isArray(entries) || entries.length === 0) {
    return { rules: [], errors: [mistake(file, 'Invalid requirements: rules.prefix_rules cannot be empty')] };
  }
  const rules: Rule[] = [];
  const errors: PolicyError[] = [];
  for (const [index, entry] of entries.entries()) {
    const made = readRequirement(entry, file, index);
    if (typeof made === 'string') {
      errors.push(mistake(file, `Invalid requirements: prefix_rules[${index}] ${made}`));
    } else rules.push(...made);
  }
  return { rules, errors };
}

const decisions: Readonly<Record<string, 'prompt' | 'forbidden'>> = {
  prompt: 'prompt',
  // A person must answer, even where another model reviews; every reviewer here is a person or a refusal.
  'prompt-user': 'prompt',
  forbidden: 'forbidden',
};

function readRequirement(entry: unknown, file: string, index: number): readonly Rule[] | string {
  if (!isTable(entry)) return 'is not a table';
  const { pattern, decision: word, justification } = entry;
  if (!Array.isArray(pattern) || pattern.length === 0) return 'has an empty pattern';
  if (word === undefined) return 'has no decision';
  if (word === 'allow')
    return 'cannot allow: requirements only restrict (use "prompt", "prompt-user" or "forbidden")';
  const decision = typeof word === 'string' && Object.hasOwn(decisions, word) ? decisions[word] : undefined;
  if (decision === undefined) return 'has an unknown decision (use "prompt", "prompt-user" or "forbidden")';
  if (justification !== undefined && (typeof justification !== 'string' || justification.trim() === '')) {
    return 'has an empty justification';
  }
  const tokens: PatternToken[] = [];
  for (const [place, element] of pattern.entries()) {
    const token = readToken(element);
    if (token.problem !== undefined) return `has a bad pattern word at index ${place}: ${token.problem}`;
    tokens.push(token.words);
  }
  const [first, ...rest] = tokens;
  const programs = typeof first === 'string' ? [first] : (first ?? []);
  return programs.map((program) => ({
    program,
    rest,
    decision,
    justification,
    canonical: false,
    limits: noLimits,
    source: { kind: 'managed', file, index },
  }));
}

type ReadToken =
  | { readonly words: PatternToken; readonly problem?: undefined }
  | { readonly words?: undefined; readonly problem: string };

function readToken(element: unknown): ReadToken {
  if (!isTable(element)) return { problem: 'it is not a table' };
  const { token, any_of: anyOf } = element;
  if ((token === undefined) === (anyOf === undefined)) return { problem: 'set either token or any_of' };
  if (token !== undefined) {
    return typeof token === 'string' && token !== ''
      ? { words: token }
      : { problem: 'token cannot be empty' };
  }
  if (!Array.isArray(anyOf) || anyOf.length === 0) return { problem: 'any_of cannot be empty' };
  const words = anyOf.filter((word): word is string => typeof word === 'string' && word !== '');
  return words.length === anyOf.length ? { words } : { problem: 'any_of cannot have empty words' };
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistake(file: string, message: string): PolicyError {
  return { file, line: undefined, column: undefined, message, excerpt: undefined };
}
