// Options come from an embedder, maybe from JavaScript: each is checked once, here, and a mistake names its option.
// A misspelled sandbox mode must not become a default.
import type { ResourceLimits } from '../domain/index.ts';
import {
  check,
  hasMethod,
  isEnv,
  isFlag,
  isList,
  isObject,
  isPath,
  isText,
  isTimeout,
  isTimerMs,
  oneOf,
  refuseUnknown,
  type Test,
  timeoutText,
} from './option-check.ts';
import type { JournalLimits } from './change-history.ts';
import type { EnvironmentPolicy, RuleLocations, ShellRuntimeOptions } from './shell-runtime.ts';
import type { WatchSettings } from './watch-settings.ts';

/** Throws a RuntimeError with E_BAD_OPTION that names the first option that cannot be used. */
export function checkOptions(options: ShellRuntimeOptions): void {
  check(isObject(options), 'options', 'an object', options);
  check(isPath(options.workspace), 'workspace', 'an absolute path', options.workspace);
  // A misspelled option would silently be its default, and the default of another option may be more generous.
  refuseUnknown(options, ['workspace', ...Object.keys(checks)]);
  for (const [name, known] of Object.entries(knownBelow)) {
    const value = options[name as keyof typeof knownBelow];
    if (isObject(value)) refuseUnknown(value, Object.keys(known), `${name}.`);
  }
  for (const [name, [test, expected]] of Object.entries(checks)) {
    const value = options[name as CheckedOption];
    if (value !== undefined) check(test(value), name, expected, value);
  }
}

const isApprovalPolicy: Test = (value) =>
  oneOf('untrusted', 'on-failure', 'on-request', 'never', 'allowlist')(value) ||
  (isObject(value) && value['kind'] === 'granular' && isFlag(value['rules']) && isFlag(value['sandbox']));

const isRules: Test = (value) =>
  isObject(value) &&
  [value['home'], value['system']].every((path) => path === undefined || isPath(path)) &&
  [value['trustedProjects'], value['files']].every((paths) => paths === undefined || isList(paths, isPath));

const isWatch: Test = (value) =>
  isObject(value) &&
  (value['exec'] === undefined || oneOf('always', 'rules', 'never')(value['exec'])) &&
  (value['denials'] === undefined || oneOf('always', 'auto', 'never')(value['denials']));

const isEnvironment: Test = (value) =>
  isObject(value) &&
  (value['inherit'] === undefined || oneOf('all', 'core', 'none')(value['inherit'])) &&
  (value['ignoreDefaultExcludes'] === undefined || isFlag(value['ignoreDefaultExcludes'])) &&
  [value['exclude'], value['includeOnly']].every((names) => names === undefined || isList(names, isText)) &&
  (value['set'] === undefined || isEnv(value['set']));

const isLimits: Test = (value) =>
  isObject(value) &&
  Object.values(value).every(
    (limit) => limit === undefined || (Number.isSafeInteger(limit) && Number(limit) >= 1),
  );

const paths = (value: unknown): boolean => isList(value, isText);

type CheckedOption = Exclude<keyof ShellRuntimeOptions, 'workspace'>;

/** A new option that is not here does not compile. */
const checks: Readonly<Record<CheckedOption, readonly [Test, string]>> = {
  sandbox: [oneOf('read-only', 'workspace-write', 'danger-full-access'), 'a sandbox mode'],
  writableRoots: [paths, 'a list of paths'],
  protect: [paths, 'a list of paths'],
  denyRead: [paths, 'a list of paths'],
  network: [oneOf('none', 'full'), "'none' or 'full'"],
  isolated: [isFlag, 'true or false'],
  excludeSlashTmp: [isFlag, 'true or false'],
  excludeTmpdir: [isFlag, 'true or false'],
  require: [oneOf('full', 'best-effort'), "'full' or 'best-effort'"],
  approvalPolicy: [isApprovalPolicy, 'an approval policy'],
  allowedRunsUnsandboxed: [isFlag, 'true or false'],
  rules: [isRules, 'rule locations with absolute paths'],
  watch: [isWatch, "exec: 'always', 'rules' or 'never'; denials: 'always', 'auto' or 'never'"],
  reviewer: [hasMethod('review'), 'an object with a review method'],
  reviewTimeoutMs: [isTimerMs, 'a number of milliseconds above 0 and up to 2147483647'],
  hooks: [(value) => isList(value, hasMethod('onRequest')), 'a list of objects with an onRequest method'],
  riskAssessor: [hasMethod('assess'), 'an object with an assess method'],
  features: [isObject, 'an object of switches'],
  environment: [isEnvironment, 'an environment policy'],
  baseEnv: [isEnv, 'an object of strings'],
  defaultTimeoutMs: [isTimeout, timeoutText],
  limits: [isLimits, 'whole numbers from 1 to 9007199254740991'],
  changes: [oneOf('commit', 'journal'), "'commit' or 'journal'"],
  journal: [isLimits, 'whole numbers from 1 to 9007199254740991'],
  retainBytes: [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a number of bytes'],
  spillDirectory: [isPath, 'an absolute path'],
  launcher: [isPath, 'an absolute path'],
  auditLog: [isPath, 'an absolute path'],
  watchRules: [isFlag, 'true or false'],
  spareLauncher: [isFlag, 'true or false'],
  concurrentRuns: [(value) => Number.isSafeInteger(value) && Number(value) >= 1, 'a whole number above 0'],
  maxPollMs: [
    (value) => isTimerMs(value) && Number(value) >= 5_000,
    'a number of milliseconds from 5000 to 2147483647',
  ],
  minPollMs: [
    (value) => value === 0 || (isTimerMs(value) && Number(value) <= 5_000),
    'a number of milliseconds from 0 to 5000',
  ],
  sessionEnvironment: [isEnv, 'an object of strings'],
};

type Names<T> = Readonly<Record<keyof T, true>>;

/** The same below an option: `environment.excludes` would leave out nothing. */
const knownBelow: {
  readonly rules: Names<RuleLocations>;
  readonly features: Names<NonNullable<ShellRuntimeOptions['features']>>;
  readonly environment: Names<EnvironmentPolicy>;
  readonly limits: Names<ResourceLimits>;
  readonly journal: Names<JournalLimits>;
  readonly watch: Names<WatchSettings>;
} = {
  watch: { exec: true, denials: true },
  journal: { entries: true, bytes: true, ageMs: true },
  rules: { home: true, system: true, trustedProjects: true, files: true },
  features: { sandboxCommandAssessment: true },
  limits: { processes: true, memoryBytes: true, fileBytes: true, cpuSeconds: true, openFiles: true },
  environment: { inherit: true, ignoreDefaultExcludes: true, exclude: true, set: true, includeOnly: true },
};
