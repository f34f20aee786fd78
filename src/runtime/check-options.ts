// Options come from an embedder, maybe from JavaScript: each is checked once, here, and a mistake names its option.
// A misspelled sandbox mode must not become a default.
import { RuntimeError } from '../domain/index.ts';
import type { EnvironmentPolicy, ExecInput, RuleLocations, ShellRuntimeOptions } from './shell-runtime.ts';

/** Throws a RuntimeError with E_BAD_OPTION that names the first option that cannot be used. */
export function checkOptions(options: ShellRuntimeOptions): void {
  check(isObject(options), 'options', 'an object', options);
  check(isPath(options.workspace), 'workspace', 'an absolute path', options.workspace);
  for (const name of Object.keys(options)) {
    // A misspelled option would silently be its default, and the default of another option may be more generous.
    if (!knownNames.has(name))
      throw new RuntimeError('E_BAD_OPTION', `Cannot use the option \`${name}\`: there is none`);
  }
  for (const [name, known] of Object.entries(knownBelow)) {
    const value = options[name as keyof typeof knownBelow];
    for (const key of isObject(value) ? Object.keys(value) : []) {
      if (!Object.hasOwn(known, key))
        throw new RuntimeError('E_BAD_OPTION', `Cannot use the option \`${name}.${key}\`: there is none`);
    }
  }
  for (const [name, [test, expected]] of Object.entries(checks)) {
    const value = options[name as CheckedOption];
    if (value !== undefined) check(test(value), name, expected, value);
  }
}

/** The same for one call. */
export function checkInput(input: ExecInput): void {
  check(isObject(input), 'input', 'an object', input);
  const { command, cwd, shell, callId, timeoutMs, stdin, access, env, login, proposedPrefix } = input;
  check(
    isText(command) || isArgv(command),
    'command',
    'a script or a list of words that is not empty',
    command,
  );
  check(cwd === undefined || (isText(cwd) && cwd !== ''), 'cwd', 'a path', cwd);
  check(
    shell === undefined || (isText(shell) && shell !== ''),
    'shell',
    'the name or path of a shell',
    shell,
  );
  check(login === undefined || typeof login === 'boolean', 'login', 'true or false', login);
  check(callId === undefined || (isText(callId) && callId !== ''), 'callId', 'a word', callId);
  check(timeoutMs === undefined || isTimeout(timeoutMs), 'timeoutMs', timeoutText, timeoutMs);
  check(
    stdin === undefined || isText(stdin) || isStdin(stdin),
    'stdin',
    "text or a stdin mode other than 'open'",
    stdin,
  );
  check(access === undefined || isAccess(access), 'access', 'a requested access', access);
  check(env === undefined || isEnv(env), 'env', 'an object of strings', env);
  check(
    proposedPrefix === undefined || isArgv(proposedPrefix),
    'proposedPrefix',
    'a list of words that is not empty',
    proposedPrefix,
  );
}

type Test = (value: unknown) => boolean;
const timeoutText = "a number of milliseconds above 0 and up to 2147483647, or 'none'";
/** What a timer of the host can hold; a larger one would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

const isText = (value: unknown): value is string => typeof value === 'string';
const isPath: Test = (value) => isText(value) && value.startsWith('/') && !value.includes('\0');
const isList = (value: unknown, test: Test): boolean => Array.isArray(value) && value.every(test);
const isArgv: Test = (value) => isList(value, isText) && (value as readonly unknown[]).length > 0;
const isTimerMs: Test = (value) => typeof value === 'number' && value > 0 && value <= maxTimerMs;
const isTimeout: Test = (value) => value === 'none' || isTimerMs(value);
const isFlag: Test = (value) => typeof value === 'boolean';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    isText(value) && words.includes(value);
const hasMethod =
  (name: string): Test =>
  (value) =>
    isObject(value) && typeof value[name] === 'function';
const isEnv: Test = (value) =>
  isObject(value) && Object.values(value).every((entry) => entry === undefined || isText(entry));

const isStdin: Test = (value) =>
  isObject(value) &&
  (value['kind'] === 'null' || (value['kind'] === 'bytes' && value['bytes'] instanceof Uint8Array));

const isAccess: Test = (value) =>
  isObject(value) &&
  (value['kind'] === 'default' || (value['kind'] === 'unsandboxed' && isText(value['justification'])));

const isApprovalPolicy: Test = (value) =>
  oneOf('untrusted', 'on-failure', 'on-request', 'never')(value) ||
  (isObject(value) && value['kind'] === 'granular' && isFlag(value['rules']) && isFlag(value['sandbox']));

const isRules: Test = (value) =>
  isObject(value) &&
  [value['home'], value['system']].every((path) => path === undefined || isPath(path)) &&
  [value['trustedProjects'], value['files']].every((paths) => paths === undefined || isList(paths, isPath));

const isEnvironment: Test = (value) =>
  isObject(value) &&
  (value['inherit'] === undefined || oneOf('all', 'core', 'none')(value['inherit'])) &&
  (value['ignoreDefaultExcludes'] === undefined || isFlag(value['ignoreDefaultExcludes'])) &&
  [value['exclude'], value['includeOnly']].every((names) => names === undefined || isList(names, isText)) &&
  (value['set'] === undefined || isEnv(value['set']));

const paths = (value: unknown): boolean => isList(value, isText);

type CheckedOption = Exclude<keyof ShellRuntimeOptions, 'workspace'>;

/** A new option that is not here does not compile. */
const checks: Readonly<Record<CheckedOption, readonly [Test, string]>> = {
  sandbox: [oneOf('read-only', 'workspace-write', 'danger-full-access'), 'a sandbox mode'],
  writableRoots: [paths, 'a list of paths'],
  protect: [paths, 'a list of paths'],
  denyRead: [paths, 'a list of paths'],
  network: [oneOf('none', 'full'), "'none' or 'full'"],
  excludeSlashTmp: [isFlag, 'true or false'],
  excludeTmpdir: [isFlag, 'true or false'],
  require: [oneOf('full', 'best-effort'), "'full' or 'best-effort'"],
  approvalPolicy: [isApprovalPolicy, 'an approval policy'],
  allowedRunsUnsandboxed: [isFlag, 'true or false'],
  rules: [isRules, 'rule locations with absolute paths'],
  reviewer: [hasMethod('review'), 'an object with a review method'],
  reviewTimeoutMs: [isTimerMs, 'a number of milliseconds above 0 and up to 2147483647'],
  hooks: [(value) => isList(value, hasMethod('onRequest')), 'a list of objects with an onRequest method'],
  riskAssessor: [hasMethod('assess'), 'an object with an assess method'],
  features: [isObject, 'an object of switches'],
  environment: [isEnvironment, 'an environment policy'],
  baseEnv: [isEnv, 'an object of strings'],
  defaultTimeoutMs: [isTimeout, timeoutText],
  retainBytes: [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a number of bytes'],
  spillDirectory: [isPath, 'an absolute path'],
  launcher: [isPath, 'an absolute path'],
  watchRules: [isFlag, 'true or false'],
  spareLauncher: [isFlag, 'true or false'],
  maxPollMs: [
    (value) => isTimerMs(value) && Number(value) >= 5_000,
    'a number of milliseconds from 5000 to 2147483647',
  ],
  sessionEnvironment: [isEnv, 'an object of strings'],
};

const knownNames: ReadonlySet<string> = new Set(['workspace', ...Object.keys(checks)]);

type Names<T> = Readonly<Record<keyof T, true>>;

/** The same below an option: `environment.excludes` would leave out nothing. */
const knownBelow: {
  readonly rules: Names<RuleLocations>;
  readonly features: Names<NonNullable<ShellRuntimeOptions['features']>>;
  readonly environment: Names<EnvironmentPolicy>;
} = {
  rules: { home: true, system: true, trustedProjects: true, files: true },
  features: { sandboxCommandAssessment: true },
  environment: { inherit: true, ignoreDefaultExcludes: true, exclude: true, set: true, includeOnly: true },
};

function check(holds: boolean, option: string, expected: string, value: unknown): void {
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
