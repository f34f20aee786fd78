// Runs the examples of a file when all of it has been read: each against the rules of its own call only, with base
// names resolved by the host table as it stands at the end of the file.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import type { StarlarkError } from '../starlark/index.ts';
import { checkCommand } from '../rules/check-command.ts';
import { Policy } from '../rules/policy.ts';
import { noLimits, type HostExecutables, type Rule } from '../rules/rule.ts';
import type { ExampleGroup } from './rule-builtins.ts';
import type { Work } from './mistake.ts';
import { showCommand, showPattern } from './show-words.ts';

export interface ExampleResult {
  readonly file: string;
  readonly line: number;
  readonly kind: 'match' | 'not_match';
  readonly command: Argv;
  readonly rule: string;
  readonly passed: boolean;
}

export interface ExampleCheck {
  readonly hosts: HostExecutables;
  readonly work: Work;
  readonly file: string;
  /** Called for each example; only `policy test` listens. */
  readonly onResult?: (result: ExampleResult) => void;
}

export function checkExamples(groups: readonly ExampleGroup[], check: ExampleCheck): StarlarkError[] {
  const errors: StarlarkError[] = [];
  for (const group of groups) {
    const meets = matcher(group.rules, check);
    const wrongly = failing(group, { kind: 'not_match', meets, check });
    if (wrongly.length > 0) {
      errors.push(
        group.fail(`Examples in \`not_match\` meet the rule ${shown(group)}: ${wrongly.join('; ')}`),
      );
    }
    const missing = failing(group, { kind: 'match', meets, check });
    if (missing.length > 0) {
      errors.push(
        group.fail(`Examples in \`match\` do not meet the rule ${shown(group)}: ${missing.join('; ')}`),
      );
    }
  }
  return errors;
}

interface Failing {
  readonly kind: 'match' | 'not_match';
  readonly meets: (argv: Argv) => boolean;
  readonly check: ExampleCheck;
}

function failing(group: ExampleGroup, { kind, meets, check }: Failing): readonly string[] {
  const wrong: string[] = [];
  for (const command of kind === 'match' ? group.match : group.notMatch) {
    const passed = meets(command) === (kind === 'match');
    if (!passed) wrong.push(showCommand(command));
    check.onResult?.({ file: check.file, line: group.line, kind, command, rule: shown(group), passed });
  }
  return wrong;
}

function matcher(rules: readonly Rule[], { hosts, work }: ExampleCheck): (argv: Argv) => boolean {
  const [only] = rules;
  const simple = rules.length === 1 && only !== undefined && !only.canonical && only.limits === noLimits;
  const policy = new Policy({ rules, hosts, network: [] });
  return (argv) => {
    work.charge(argv.length);
    // Ten thousand rules with two examples each: an index for every one of them would cost more than the answers.
    if (simple && argv[0] === only.program) return meetsWords(only, argv);
    if (simple && !argv[0].includes('/') && argv[0] !== 'env') return false;
    const options = { resolveFrom: { cwd: '/', home: undefined }, directory: 'any' };
    return checkCommand(policy, argv, options).length > 0;
  };
}

function meetsWords({ rest }: Rule, argv: Argv): boolean {
  if (argv.length <= rest.length) return false;
  return rest.every((token, index) => {
    const word = argv[index + 1] ?? '';
    return typeof token === 'string' ? token === word : token.includes(word);
  });
}

function shown({ rules }: ExampleGroup): string {
  const programs = rules.map(({ program }) => program);
  const [first = ''] = programs;
  const rest = rules[0]?.rest ?? [];
  const tokens = [isNonEmpty(programs) && programs.length > 1 ? programs : first, ...rest];
  return `\`${showPattern(tokens)}\``;
}
