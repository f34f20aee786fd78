// One call comes from an embedder, maybe from JavaScript: every field is checked once, here. A misspelled or mistyped one
// must not silently become its default: `tty: 'yes'` would be a program without a terminal.
import type { ExecInput, SessionInput } from './shell-runtime.ts';
import type { ReadOptions, WriteOptions } from './unified-exec/index.ts';
import {
  check,
  isEnv,
  isFlag,
  isList,
  isObject,
  isText,
  isTimeout,
  oneOf,
  refuseUnknown,
  type Test,
  timeoutText,
} from './option-check.ts';

const isStdin: Test = (value) =>
  isObject(value) &&
  (value['kind'] === 'null' || (value['kind'] === 'bytes' && value['bytes'] instanceof Uint8Array));

const isAccess: Test = (value) =>
  isObject(value) &&
  (value['kind'] === 'default' || (value['kind'] === 'unsandboxed' && isText(value['justification'])));

const isWord: Test = (value) => isText(value) && value !== '';
const isWords: Test = (value) => isList(value, isText) && (value as readonly unknown[]).length > 0;
const isYield: Test = (value) => typeof value === 'number' && value >= 0;
const isDimension: Test = (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1_000;
const isSize: Test = (value) =>
  isObject(value) &&
  Object.keys(value).every((name) => name === 'rows' || name === 'cols') &&
  isDimension(value['rows']) &&
  isDimension(value['cols']);

/** A new field that is not here does not compile. */
type Checks<T> = Readonly<Record<keyof T, readonly [Test, string]>>;

const commandChecks: Checks<Omit<ExecInput, 'stdin'>> = {
  command: [(value) => isText(value) || isWords(value), 'a script or a list of words that is not empty'],
  cwd: [isWord, 'a path'],
  shell: [isWord, 'the name or path of a shell'],
  login: [isFlag, 'true or false'],
  callId: [isWord, 'a word'],
  timeoutMs: [isTimeout, timeoutText],
  access: [isAccess, 'a requested access'],
  env: [isEnv, 'an object of strings'],
  proposedPrefix: [isWords, 'a list of words that is not empty'],
};

const execChecks: Checks<ExecInput> = {
  ...commandChecks,
  stdin: [(value) => isText(value) || isStdin(value), "text or a stdin mode other than 'open'"],
};

const readChecks: Checks<ReadOptions> = {
  yieldMs: [isYield, 'a number of milliseconds'],
  until: [oneOf('time', 'exit'), "'time' or 'exit'"],
  screen: [isFlag, 'true or false'],
};

const sessionChecks: Checks<SessionInput> = {
  ...commandChecks,
  ...readChecks,
  tty: [isFlag, 'true or false'],
  size: [isSize, 'rows and cols from 1 to 1000'],
  stdin: [oneOf('closed', 'open'), "'closed' or 'open'"],
};

const writeChecks: Checks<WriteOptions> = {
  ...readChecks,
  sessionId: [(value) => typeof value === 'number', 'the number of a session'],
  chars: [isText, 'text'],
};

/** Each throws a RuntimeError with E_BAD_OPTION that names the first field that cannot be used. */
export const checkExecInput = (input: ExecInput): void => checkCall(input, execChecks, ['command']);
export const checkSessionInput = (input: SessionInput): void => checkCall(input, sessionChecks, ['command']);
export const checkWriteOptions = (input: WriteOptions): void =>
  checkCall(input, writeChecks, ['sessionId', 'chars']);

function checkCall<T extends object>(input: T, checks: Checks<T>, needed: readonly string[]): void {
  check(isObject(input), 'input', 'an object', input);
  refuseUnknown(input, Object.keys(checks));
  for (const [name, [test, expected]] of Object.entries<readonly [Test, string]>(checks)) {
    const value = input[name as keyof T];
    if (value !== undefined || needed.includes(name)) check(test(value), name, expected, value);
  }
}
