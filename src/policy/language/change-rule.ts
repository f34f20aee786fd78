// `change_rule`: what becomes of files that a command leaves behind, by their paths.
import {
  bytePath,
  type ChangeKind,
  type ChangeRule,
  compileChangeGlob,
  isNonEmpty,
  type NonEmpty,
} from '../../domain/index.ts';
import { Mistake } from './mistake.ts';
import { readArgument } from './read-arguments.ts';
import { checkJustification, decisions, readDecision } from './read-decision.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RuleCall } from './rule-value.ts';

export const changeRule: RuleBuiltin = {
  required: ['paths'],
  optional: ['decision', 'kinds', 'match', 'not_match', 'justification'],
  named: [],
  add: addChangeRule,
};

const kindWords: Readonly<Record<string, ChangeKind>> = {
  create: 'create',
  modify: 'modify',
  delete: 'delete',
  mode: 'mode',
};

function addChangeRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
  const paths = words(readArgument(args, 'paths', 'list') ?? [], 'paths');
  const kinds = words(readArgument(args, 'kinds', 'list') ?? [], 'kinds').map(readKind);
  const match = words(readArgument(args, 'match', 'list') ?? [], 'match');
  const notMatch = words(readArgument(args, 'not_match', 'list') ?? [], 'not_match');
  const justification = readArgument(args, 'justification', 'str');
  const decision = readDecision(readArgument(args, 'decision', 'str') ?? 'prompt', decisions);
  checkJustification(justification);
  if (!isNonEmpty(paths)) throw new Mistake('Invalid rule: paths of change_rule cannot be empty');
  const rule: ChangeRule = {
    paths: checked(paths),
    kinds,
    decision,
    justification,
    source: `${file}:${line}`,
  };
  checkPaths(rule, match, notMatch, draft.place.home);
  draft.changes.push(rule);
}

function words(values: readonly unknown[], parameter: string): string[] {
  return values.map((value) => {
    if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
    throw new Mistake(
      `Invalid rule: ${parameter} of change_rule must be a list of strings that are not empty`,
    );
  });
}

function readKind(word: string): ChangeKind {
  const kind = Object.hasOwn(kindWords, word) ? kindWords[word] : undefined;
  if (kind !== undefined) return kind;
  throw new Mistake(
    `Invalid rule: kinds of change_rule must be of create, modify, delete, mode, got ${JSON.stringify(word)}`,
  );
}

function checked(paths: NonEmpty<string>): NonEmpty<string> {
  for (const path of paths) {
    if (path.split('/').some((part) => part === '..' || part === '.') || path.endsWith('/'))
      throw new Mistake(
        `Invalid rule: a path of change_rule has no \`.\`, \`..\` or slash at its end, got ${JSON.stringify(path)}`,
      );
    if (path.startsWith('~') && !path.startsWith('~/'))
      throw new Mistake(`Invalid rule: only \`~/\` stands for a home, got ${JSON.stringify(path)}`);
  }
  return paths;
}

/** Examples are paths as rules name them: absolute, `~/…`, or below a root. */
function checkPaths(
  { paths }: ChangeRule,
  match: readonly string[],
  notMatch: readonly string[],
  home: string | undefined,
): void {
  const person = bytePath(home ?? '/home/person');
  const root = bytePath('/root-of-the-workspace');
  const globs = paths.map((path) => compileChangeGlob(path, person));
  const fits = (example: string): boolean => {
    const path = example.startsWith('/')
      ? bytePath(example)
      : example.startsWith('~/')
        ? bytePath(`${home ?? '/home/person'}/${example.slice(2)}`)
        : bytePath(`/root-of-the-workspace/${example}`);
    return globs.some((glob) => glob(path, root));
  };
  for (const example of match)
    if (!fits(example)) throw new Mistake(`Example in match is not matched: ${JSON.stringify(example)}`);
  for (const example of notMatch)
    if (fits(example)) throw new Mistake(`Example in not_match is matched: ${JSON.stringify(example)}`);
}
