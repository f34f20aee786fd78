// One vocabulary over all verbs: what an option is called in one of them is understood in every other one that has it.
// Help shows one name. A verb's own names and letters come first: `-m` of `exec` is its model.
import type { ParseArgsConfig } from 'node:util';
import { UsageError } from '../edge.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values = Record<string, unknown>;

/** Names of the same thing, each with its letter. */
const pairs: readonly (readonly [Name, Name])[] = [
  [
    { name: 'sandbox', short: 's' },
    { name: 'mode', short: 'm' },
  ],
  [
    { name: 'cwd', short: 'C' },
    { name: 'cd', short: 'C' },
  ],
  [{ name: 'writable' }, { name: 'add-dir' }],
];

interface Name {
  readonly name: string;
  readonly short?: string;
}

const levels = ['full', 'best-effort'] as const;

/** The options of a verb, and the other names for them. */
export function withSynonyms(options: Options): Options {
  const all: Options = { ...options };
  const letters = new Set(Object.values(options).map(({ short }) => short));
  for (const [own, other] of foundIn(options)) {
    const { type, multiple = false } = options[own.name] ?? { type: 'string' };
    const short = other.short !== undefined && !letters.has(other.short) ? { short: other.short } : {};
    all[other.name] = { type, multiple, ...short };
  }
  if ('best-effort' in options && !('require' in options)) all['require'] = { type: 'string' };
  if ('require' in options && !('best-effort' in options)) all['best-effort'] = { type: 'boolean' };
  return all;
}

/** What was given, by the verb's own names. @throws UsageError for two names of one thing that has one value. */
export function byOwnNames(values: Values, options: Options): Values {
  const settled: Values = { ...values };
  const move = (from: string, to: string, value: unknown): void => {
    if (settled[to] !== undefined && settled[to] !== value)
      throw new UsageError(`--${to} and --${from} are two names of one option`);
    settled[to] = value;
  };
  for (const [own, other] of foundIn(options)) {
    const given = settled[other.name];
    Reflect.deleteProperty(settled, other.name);
    if (given === undefined) continue;
    if (Array.isArray(given)) settled[own.name] = [...listOf(settled[own.name]), ...listOf(given)];
    else move(other.name, own.name, given);
  }
  if ('best-effort' in options && !('require' in options)) {
    const level = settled['require'];
    Reflect.deleteProperty(settled, 'require');
    if (level !== undefined && !levels.some((each) => each === level))
      throw new UsageError(`--require takes ${levels.join(', ')}, found ${JSON.stringify(level)}`);
    if (level !== undefined) move('require', 'best-effort', level === 'best-effort');
  }
  if ('require' in options && !('best-effort' in options)) {
    const isLess = settled['best-effort'] === true;
    Reflect.deleteProperty(settled, 'best-effort');
    if (isLess) move('best-effort', 'require', 'best-effort');
  }
  return settled;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The pairs of which a verb has exactly one name: its own first. */
function foundIn(options: Options): (readonly [Name, Name])[] {
  return pairs.flatMap(([one, other]) => {
    if (one.name in options === other.name in options) return [];
    return one.name in options ? [[one, other] as const] : [[other, one] as const];
  });
}
