// `cordon policy add`: saves one rule of any kind, says what it does from now on, and refuses one that could not count.
import { absolutePath, type Decision } from '../../domain/index.ts';
import {
  appendRule,
  createProgramResolver,
  evaluate,
  loadPolicy,
  Policy,
  renderRule,
  saveTarget,
  verdictsBy,
  whyNotOpenEnded,
  type Rule,
  type RuleWish,
} from '../../policy/index.ts';
import { runRuleFile } from '../../policy/language/run-rule-file.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { lintReach } from '../../policy/lint/lint-reach.ts';
import { lintWords } from '../../policy/lint/lint-words.ts';
import { parseCommand } from '../../shell/index.ts';
import { CliError, type Edge, UsageError } from '../edge.ts';
import { readCommandArguments, type CommandArguments } from './command-arguments.ts';
import { failure, layerHere, type LayerHere } from './read-change.ts';
import { showLimits, showRule, showSource } from './rule-text.ts';

const withValue = [
  ...['--layer', '--decision', '--because', '--cwd', '--expires', '--id'],
  ...['--arg', '--no-arg', '--only-arg'],
];

export async function add(args: readonly string[], edge: Edge): Promise<number> {
  const read = readCommandArguments(args, { withValue, flags: ['--exact'], command: 'PREFIX' });
  const place = await layerHere(lastOf(read, '--layer') ?? 'user', edge);
  const wish = readWish(read, place);
  const { layer, here, base } = place;
  refuseTooBroad(wish);
  const target = saveTarget(layer, here.home);
  if (target === undefined) throw new CliError(1, 'Cannot save a rule: there is no home directory');
  await refuseOverruled(wish, place, edge);
  const rulePlace = { base, home: edge.env['HOME'] };
  const call = renderRule(wish);
  const saved = await appendRule(target, { call, place: rulePlace });
  if (!saved.ok) throw failure(saved.error);
  const { file, line, added } = saved.value;
  if (read.json) {
    edge.stdout.write(`${JSON.stringify(saved.value)}\n`);
    return 0;
  }
  const verb = { allow: 'allows', prompt: 'asks about', forbidden: 'forbids' }[wish.decision];
  edge.stdout.write(
    `${added ? 'Added' : 'Already there'}: ${showText(file)}:${line} ${verb} ${showCommand(wish.pattern)}\n`,
  );
  const { rules } = await runRuleFile(file, `${call}\n`, { hostsBefore: new Map(), place: rulePlace });
  for (const rule of rules) edge.stdout.write(describe(rule));
  return 0;
}

function lastOf({ values }: CommandArguments, name: string): string | undefined {
  return values.get(name)?.at(-1);
}

function readWish(read: CommandArguments, { layer, here, base }: LayerHere): RuleWish {
  const decision = lastOf(read, '--decision') ?? 'allow';
  if (!isDecision(decision)) {
    throw new UsageError(`--decision is allow, prompt or forbidden, not ${JSON.stringify(decision)}`);
  }
  const expires = lastOf(read, '--expires');
  const directories = (read.values.get('--cwd') ?? []).map((directory) => {
    const path = absolutePath(directory.startsWith('/') ? directory : `${here.cwd}/${directory}`) ?? here.cwd;
    // A project's file goes where the project goes.
    const inProject = layer !== 'user' && `${path}/`.startsWith(`${base}/`);
    return inProject ? `./${path.slice(base.length + 1)}` : path;
  });
  return {
    pattern: read.command,
    decision,
    justification: lastOf(read, '--because'),
    exact: read.flags.has('--exact'),
    cwd: directories,
    args: read.values.get('--arg') ?? [],
    noArgs: read.values.get('--no-arg') ?? [],
    onlyArgs: read.values.get('--only-arg') ?? [],
    expires: expires === undefined ? undefined : readExpires(expires, Date.now()),
    id: lastOf(read, '--id'),
  };
}

function isDecision(word: string): word is Decision {
  return word === 'allow' || word === 'prompt' || word === 'forbidden';
}

const unit: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `12h`, `7d`, `2w` from now; anything else is a day or a moment for the rule file to judge. */
function readExpires(text: string, now: number): string {
  const [, count, letter = ''] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (count === undefined) return text;
  const at = new Date(now + Number(count) * (unit[letter] ?? 0));
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** What leaves no room behind the words is as narrow as one command. */
function refuseTooBroad({ decision, pattern, exact = false, onlyArgs = [] }: RuleWish): void {
  if (decision !== 'allow' || exact || onlyArgs.length > 0) return;
  const because = whyNotOpenEnded(pattern);
  if (because === undefined) return;
  const hint = '`--exact` saves these words and no more; `--only-arg` lists what may follow';
  throw new CliError(1, `Cannot remember the prefix: ${because}`, hint);
}

const strictness: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };

/** A rule that another one overrules would only look as if it counted. */
async function refuseOverruled(wish: RuleWish, { here }: LayerHere, edge: Edge): Promise<void> {
  const { policy } = await loadPolicy(here.locations, { verdictOf: verdictsBy(parseCommand) });
  const { decidedBy } = evaluate(policy, parseCommand({ kind: 'argv', argv: wish.pattern }), {
    cwd: here.cwd,
    path: edge.env['PATH'],
    resolve: createProgramResolver({ writableRoots: [], uid: process.getuid?.() ?? 0 }),
  });
  if (decidedBy.kind !== 'rule' || strictness[decidedBy.decision] <= strictness[wish.decision]) return;
  const says = decidedBy.decision === 'forbidden' ? 'forbids' : 'asks about';
  throw new CliError(
    1,
    `Cannot save the rule: ${showSource(decidedBy.source)} ${says} ${showCommand(decidedBy.matchedPrefix)}, so it would never count`,
    'Change that rule first; the strictest rule wins wherever it is written',
  );
}

const consequence: Readonly<Record<Decision, string>> = {
  allow: 'From now on allowed without a question',
  prompt: 'From now on asked about',
  forbidden: 'From now on forbidden',
};

function describe(rule: Rule): string {
  const { decision, limits } = rule;
  const which = limits.exact ? 'this very command' : 'every command that starts with';
  const narrowed = showLimits(rule);
  const policy = new Policy({ rules: [rule], hosts: new Map(), network: [] });
  const warnings = policy.rules.flatMap((each) => [...lintWords(each), ...lintReach(each)]);
  return [
    `  ${consequence[decision]}: ${which} ${showRule(rule)}${narrowed === '-' ? '' : ` (${narrowed})`}\n`,
    ...warnings.map((message) => `  Warning: ${showText(message)}\n`),
  ].join('');
}
