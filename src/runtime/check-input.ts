// One call comes from an embedder, maybe from JavaScript: every field is checked once, here. A misspelled or mistyped one
// must not silently become its default: `tty: 'yes'` would be a program without a terminal.
import type { UndoInput } from './change-history.ts';
import type { EventsOptions } from './event-stream.ts';
import type { ChangeChoice } from '../domain/index.ts';
import type { ExecInput, SessionInput, StartInput } from './shell-runtime.ts';
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

const isSource: Test = (value) =>
  isObject(value) && typeof Reflect.get(value, Symbol.asyncIterator) === 'function';

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

const isChangePath: Test = (value) =>
  (isText(value) && value !== '' && !value.includes('\0')) ||
  (value instanceof Uint8Array && value.length > 0 && !value.includes(0));

const isChangePaths: Test = (value) => isList(value, isChangePath);

const commandChecks: Checks<Omit<ExecInput, 'stdin' | 'changes' | 'trace'>> = {
  command: [(value) => isText(value) || isWords(value), 'a script or a list of words that is not empty'],
  cwd: [isWord, 'a path'],
  shell: [isWord, 'the name or path of a shell'],
  login: [isFlag, 'true or false'],
  callId: [isWord, 'a word'],
  timeoutMs: [isTimeout, timeoutText],
  access: [isAccess, 'a requested access'],
  env: [isEnv, 'an object of strings'],
  isolated: [isFlag, 'true or false'],
  proposedPrefix: [isWords, 'a list of words that is not empty'],
};

const execChecks: Checks<ExecInput> = {
  ...commandChecks,
  trace: [isFlag, 'true or false'],
  changes: [oneOf('commit', 'hold', 'journal'), "'commit', 'hold' or 'journal'"],
  stdin: [
    (value) => isText(value) || isStdin(value) || isSource(value),
    "text, a source of bytes, or a stdin mode other than 'open'",
  ],
};

const readChecks: Checks<ReadOptions> = {
  yieldMs: [isYield, 'a number of milliseconds'],
  until: [oneOf('time', 'exit'), "'time' or 'exit'"],
  screen: [isFlag, 'true or false'],
};

const startChecks: Checks<StartInput> = {
  ...commandChecks,
  terminal: [isSize, 'rows and cols from 1 to 1000'],
  trace: [isFlag, 'true or false'],
  stdin: [
    (value) => isText(value) || isStdin(value) || (isObject(value) && value['kind'] === 'open'),
    'text or a stdin mode',
  ],
};

const eventsChecks: Checks<EventsOptions> = {
  whenFull: [oneOf('drop', 'wait'), "'drop' or 'wait'"],
  maxBytes: [(value) => Number.isSafeInteger(value) && Number(value) >= 1024, 'a number of bytes from 1024'],
};

const sessionChecks: Checks<SessionInput> = {
  ...commandChecks,
  ...readChecks,
  tty: [isFlag, 'true or false'],
  size: [isSize, 'rows and cols from 1 to 1000'],
  stdin: [oneOf('closed', 'open'), "'closed' or 'open'"],
};

const choiceChecks: Checks<ChangeChoice> = {
  only: [isChangePaths, 'a list of paths'],
  except: [isChangePaths, 'a list of paths'],
};

const undoChecks: Checks<UndoInput> = {
  ...choiceChecks,
  unjudged: [isFlag, 'true or false'],
};

const writeChecks: Checks<WriteOptions> = {
  ...readChecks,
  sessionId: [(value) => typeof value === 'number', 'the number of a session'],
  chars: [isText, 'text'],
};

/** Each throws a RuntimeError with E_BAD_OPTION that names the first field that cannot be used. */
export const checkExecInput = (input: ExecInput): void => checkCall(input, execChecks, ['command']);
export const checkSessionInput = (input: SessionInput): void => checkCall(input, sessionChecks, ['command']);
export const checkWriteOptions = (input: WriteOptions): void => checkCall(input, writeChecks, ['sessionId']);
export const checkChangeChoice = (choice: ChangeChoice): void => checkCall(choice, choiceChecks, []);
export const checkUndoInput = (input: UndoInput): void => checkCall(input, undoChecks, []);
export const checkStartInput = (input: StartInput): void => checkCall(input, startChecks, ['command']);
export const checkEventsOptions = (options: EventsOptions): void => checkCall(options, eventsChecks, []);

export const checkSize = (size: unknown): void =>
  check(isSize(size), 'size', 'rows and cols from 1 to 1000', size);

/** The same below a field: a misspelled `justification` would be a wish without one. */
const knownBelow: Readonly<Record<string, readonly string[]>> = {
  access: ['kind', 'justification'],
  size: ['rows', 'cols'],
  terminal: ['rows', 'cols'],
  stdin: ['kind', 'bytes'],
};

function checkCall<T extends object>(input: T, checks: Checks<T>, needed: readonly string[]): void {
  check(isObject(input), 'input', 'an object', input);
  refuseUnknown(input, Object.keys(checks));
  for (const [name, known] of Object.entries(knownBelow)) {
    const value: unknown = input[name as keyof T];
    if (Object.hasOwn(checks, name) && isObject(value) && !isSource(value))
      refuseUnknown(value, known, `${name}.`);
  }
  for (const [name, [test, expected]] of Object.entries<readonly [Test, string]>(checks)) {
    const value = input[name as keyof T];
    if (value !== undefined || needed.includes(name)) check(test(value), name, expected, value);
  }
}
