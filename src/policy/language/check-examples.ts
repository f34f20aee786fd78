// Runs the examples of a file when all of it has been read: each against the rules of its own call only, with base
// names resolved by the host table as it stands at the end of the file.
import type { Argv } from '../../domain/index.ts';
import { checkCommand, type CheckOptions } from '../rules/check-command.ts';
import { anyDirectory } from '../rules/limits.ts';
import { Policy } from '../rules/policy.ts';
import { noLimits, wholePattern, type HostExecutables, type Rule } from '../rules/rule.ts';
import type { ExampleGroup, RuleDraft } from './rule-draft.ts';
import type { RunOptions } from './rule-file.ts';
import { showCommand, showPattern } from './show-words.ts';

export interface ExampleCheck {
  readonly hosts: HostExecutables;
  /** What relative paths among the words of an example start from. */
  readonly from: string | undefined;
  /** Told about every example. */
  readonly onResult:
    ((group: ExampleGroup, kind: 'match' | 'not_match', example: Checked) => void) | undefined;
}

export interface Checked {
  readonly command: Argv;
  readonly passed: boolean;
}

/** What is wrong with a group of examples, one sentence for each kind; empty when all of them hold. */
export function checkExamples(group: ExampleGroup, check: ExampleCheck): readonly string[] {
  const matcher = new Matcher(group.rules, check);
  const wrongly = failing(group, 'not_match', { matcher, check });
  const missing = failing(group, 'match', { matcher, check });
  if (wrongly.length === 0 && missing.length === 0) return wrongly;
  const rule = showRules(group);
  return [
    wrongly.length === 0 ? '' : `Examples in \`not_match\` meet the rule \`${rule}\`: ${some(wrongly)}`,
    missing.length === 0 ? '' : `Examples in \`match\` do not meet the rule \`${rule}\`: ${some(missing)}`,
  ].filter((text) => text !== '');
}

/** A message is read by a person: a thousand failing examples have the same cause as ten. */
function some(examples: readonly string[]): string {
  const shown = examples.slice(0, 10).map((text) => shorten(text, 200));
  const more = examples.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

interface Failing {
  readonly matcher: Matcher;
  readonly check: ExampleCheck;
}

function failing(
  group: ExampleGroup,
  kind: 'match' | 'not_match',
  { matcher, check }: Failing,
): readonly string[] {
  const wrong: string[] = [];
  for (const command of kind === 'match' ? group.match : group.notMatch) {
    const passed = kind === 'match' ? matcher.meetsWhenRun(command) : !matcher.meets(command);
    if (!passed) wrong.push(showCommand(command));
    check.onResult?.(group, kind, { command, passed });
  }
  return wrong;
}

class Matcher {
  readonly #rules: readonly Rule[];
  readonly #table: ExampleCheck;
  /** One rule in the plain dialect: ten thousand indexes of one rule each would cost more than the answers. */
  readonly #simple: Rule | undefined;
  #policy: Policy | undefined;

  constructor(rules: readonly Rule[], check: ExampleCheck) {
    this.#rules = rules;
    this.#table = check;
    const only = rules.length === 1 ? rules[0] : undefined;
    this.#simple = only?.canonical === false && only.limits === noLimits ? only : undefined;
  }

  meets(argv: Argv): boolean {
    if (this.#simple !== undefined) {
      if (argv[0] === this.#simple.program) return meetsWords(this.#simple, argv);
      if (!argv[0].includes('/')) return false;
    }
    return this.#check(argv, { asWhenRun: false });
  }

  /** The same, and behind options of the program where a run would look there too. */
  meetsWhenRun(argv: Argv): boolean {
    return this.meets(argv) || (argv[1]?.startsWith('-') === true && this.#check(argv, { asWhenRun: true }));
  }

  #check(argv: Argv, { asWhenRun }: { readonly asWhenRun: boolean }): boolean {
    this.#policy ??= new Policy({ rules: this.#rules, hosts: this.#table.hosts, network: [] });
    const options: CheckOptions = {
      resolveFrom: { cwd: '/', home: undefined },
      directory: anyDirectory,
      examplesFrom: this.#table.from,
      asWhenRun,
    };
    return checkCommand(this.#policy, argv, options).length > 0;
  }
}

function meetsWords({ rest }: Rule, argv: Argv): boolean {
  if (argv.length <= rest.length) return false;
  for (let at = 0; at < rest.length; at += 1) {
    const token = rest[at] ?? '';
    const word = argv[at + 1] ?? '';
    if (typeof token === 'string' ? token !== word : !token.includes(word)) return false;
  }
  return true;
}

/** Whether the host table has a say: only a program named by a path is looked up in it. */
export function needsHosts({ match, notMatch }: ExampleGroup): boolean {
  for (const argv of match) if (argv[0].includes('/')) return true;
  for (const argv of notMatch) if (argv[0].includes('/')) return true;
  return false;
}

function showRules({ rules }: ExampleGroup): string {
  const programs = rules.map(({ program }) => program);
  const [first = ''] = programs;
  const places = rules[0] === undefined ? [] : wholePattern(rules[0]).slice(1);
  const pattern = showPattern([programs.length === 1 ? first : programs, ...places]);
  return shorten(pattern, 200);
}

export function exampleCheck(
  { hosts }: RuleDraft,
  file: string,
  { hostsBefore, onExample, place }: RunOptions,
): ExampleCheck {
  return {
    from: place?.base,
    hosts: hostsBefore.size === 0 ? hosts : new Map([...hostsBefore, ...hosts]),
    onResult:
      onExample === undefined
        ? undefined
        : (group, kind, example) =>
            onExample({ file, line: group.line, kind, ...example, rule: showRules(group) }),
  };
}
