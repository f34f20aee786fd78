// How one option is looked at: its shape, its name, and what is said when either cannot be used.
import { nearestName, RuntimeError } from '../domain/index.ts';

export type Test = (value: unknown) => boolean;
export const timeoutText = "a number of milliseconds above 0 and up to 2147483647, or 'none'";
/** What a timer of the host can hold; a larger one would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isPath: Test = (value) => isText(value) && value.startsWith('/') && !value.includes('\0');
export const isList = (value: unknown, test: Test): boolean => Array.isArray(value) && value.every(test);
export const isArgv: Test = (value) => isList(value, isText) && (value as readonly unknown[]).length > 0;
export const isTimerMs: Test = (value) => typeof value === 'number' && value > 0 && value <= maxTimerMs;
export const isTimeout: Test = (value) => value === 'none' || isTimerMs(value);
export const isFlag: Test = (value) => typeof value === 'boolean';
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    isText(value) && words.includes(value);
export const hasMethod =
  (name: string): Test =>
  (value) =>
    isObject(value) && typeof value[name] === 'function';
export const isEnv: Test = (value) =>
  isObject(value) && Object.values(value).every((entry) => entry === undefined || isText(entry));

/** Throws E_BAD_OPTION for the first name that nobody knows; `prefix` is where the names stand. */
export function refuseUnknown(given: object, known: readonly string[], prefix = ''): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    const hint =
      near === undefined ? `there are ${known.toSorted().join(', ')}` : `did you mean \`${prefix}${near}\`?`;
    throw new RuntimeError(
      'E_BAD_OPTION',
      `Cannot use the option \`${prefix}${name}\`: there is none; ${hint}`,
    );
  }
}

export function check(holds: boolean, option: string, expected: string, value: unknown): void {
  if (holds) return;
  throw new RuntimeError(
    'E_BAD_OPTION',
    `Cannot use the option \`${option}\`: expected ${expected}, got ${nameOf(value)}`,
  );
}

/** The kind of a value, never the value: options may hold secrets. A short word is no secret and helps. */
function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && /^[\w-]{0,30}$/u.test(value)) return JSON.stringify(value);
  return typeof value === 'string' ? 'another text' : `a value of type ${typeof value}`;
}
