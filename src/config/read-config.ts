// From a parsed TOML table to a Config: every mistake at once, unknown keys as warnings. Loaded only when there is
// something to read, because the schema library costs start-up time.
import type { z } from 'zod';
import { nearestName } from '../domain/index.ts';
import type { Config } from './config.ts';
import { configFromTable } from './config-from-table.ts';
import { configSchema, knownKeys } from './config-schema.ts';

/** Something to say about the key at `path`. */
export interface Complaint {
  readonly path: readonly string[];
  readonly text: string;
}

export interface ReadConfig {
  /** Undefined when there are mistakes. */
  readonly config: Config | undefined;
  readonly mistakes: readonly Complaint[];
  readonly unknownKeys: readonly Complaint[];
}

/** Read once: writing a faster reader for the schema first takes longer than reading. */
const once = { jitless: true };

/** `table` is what a TOML parser made. */
export function readConfig(table: Readonly<Record<string, unknown>>): ReadConfig {
  const copy = structuredClone(table);
  const first = configSchema.safeParse(copy, once);
  if (first.success) return { config: configFromTable(first.data), mistakes: [], unknownKeys: [] };
  const unknownKeys = first.error.issues.flatMap((issue) => takeUnknownKeys(issue, copy));
  // Without the unknown keys a second reading finds only real mistakes.
  // A key of a provider that nobody reads would send the request without what was meant to go with it.
  const serious = unknownKeys.filter(({ path }) => path[0] === 'model_providers');
  const second = configSchema.safeParse(copy, once);
  if (second.success && serious.length === 0)
    return { config: configFromTable(second.data), mistakes: [], unknownKeys };
  const wrong = (second.error?.issues ?? []).map((issue) => ({
    path: issue.path.map(String),
    text: `${expected(issue)}${found(lookUp(copy, issue.path.map(String)), issue.path.map(String))}`,
  }));
  return { config: undefined, mistakes: [...serious, ...wrong], unknownKeys };
}

function takeUnknownKeys(issue: z.core.$ZodIssue, table: unknown): Complaint[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const at = issue.path.map(String);
  const holder = lookUp(table, at);
  return issue.keys.map((key) => {
    if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, key);
    const near = nearestName(key, knownKeys(at));
    return {
      path: [...at, key],
      text: near === undefined ? 'unknown key' : `unknown key, did you mean ${near}?`,
    };
  });
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return 'expected "untrusted", "on-failure", "on-request", "never", "allowlist", or { granular = { rules = BOOLEAN, sandbox = BOOLEAN } }';
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'unusable name';
    case 'too_small':
      return `expected at least ${issue.minimum}${issue.origin === 'string' ? ' character' : ''}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  object: 'a table',
  record: 'a table',
  string: 'text',
};

/** Repeats only plain words and numbers, and nothing whose key looks like a secret. */
function found(value: unknown, path: readonly string[]): string {
  if (value === undefined) return ', found nothing';
  if (path.some(looksSecret)) return '';
  if (typeof value === 'boolean' || typeof value === 'number') return `, found ${value}`;
  if (typeof value === 'string')
    return /^[\w ./-]{0,40}$/.test(value) ? `, found ${JSON.stringify(value)}` : '';
  return Array.isArray(value) ? ', found a list' : ', found a table';
}

function looksSecret(name: string): boolean {
  return /key|secret|token|passw|auth|cookie|credential|headers|url|^set$/i.test(name);
}

function lookUp(table: unknown, path: readonly string[]): unknown {
  let node: unknown = table;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[segment];
  }
  return node;
}
