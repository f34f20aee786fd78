// `cordon policy explain`: the decision a run would take here, and everything that speaks for or against it.
import type { AbsolutePath, Evaluation, RuleMatch, RuleSource } from '../../domain/index.ts';
import { createProgramResolver, evaluate, loadPolicy, verdictsBy, type Reach } from '../../policy/index.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { buildEnvironment } from '../../runtime/build-environment.ts';
import { makeProfile, reachOf, realWorkspace, temporaryDirectories } from '../../runtime/make-profile.ts';
import { parseCommand, scrubShellEnvironment } from '../../shell/index.ts';
import type { Edge } from '../edge.ts';
import { overridesIn } from '../options/overrides.ts';
import { readCommandArguments } from './command-arguments.ts';
import { formatErrors } from './format-errors.ts';
import { formatWarnings } from './format-warnings.ts';
import { rulesHere, type RulesHere } from './load-rules.ts';
import { showMatch, showMet, showSource } from './rule-text.ts';
import { renderTable } from './table.ts';

export async function explain(args: readonly string[], edge: Edge): Promise<number> {
  const { json, values, command } = readCommandArguments(args, {
    withValue: ['--rules', '--script', '-c', '--config'],
    command: 'COMMAND',
    insteadOfCommand: '--script',
  });
  const overrides = await overridesIn(['-c', '--config'].flatMap((name) => values.get(name) ?? []));
  const here = await rulesHere(edge, values.get('--rules') ?? [], overrides);
  const { policy, errors, warnings } = await loadPolicy(here.locations, {
    verdictOf: verdictsBy(parseCommand),
  });
  if (errors.length > 0) edge.stderr.write(formatErrors('cordon policy explain', errors));
  const script = values.get('--script')?.at(-1);
  const parsed = parseCommand(
    script === undefined
      ? { kind: 'argv', argv: command }
      : { kind: 'script', script, shell: 'bash', login: false },
  );
  const { workspace, path, reach, writableRoots } = worldOf(here, edge);
  const evaluation = evaluate(policy, parsed, {
    cwd: workspace,
    path,
    resolve: createProgramResolver({
      writableRoots,
      uid: process.getuid?.() ?? 0,
      trustedGroups: edge.platform === 'darwin' ? [0, 80] : [],
      foldsCase: edge.platform === 'darwin',
    }),
    reach,
  });
  // Only about the rules that had a say: the others are for `policy test`.
  const isMet = (source: RuleSource): boolean =>
    evaluation.matches.some((match) => match.kind !== 'heuristic' && isSame(match.source, source));
  if (!json) edge.stderr.write(formatWarnings(warnings().filter(({ source }) => isMet(source))));
  const shown = script === undefined ? showCommand(command) : showText(script);
  const answer = json
    ? `${JSON.stringify({ command: script ?? command, ...evaluation, reach, errors })}\n`
    : describe(evaluation, shown, reach);
  edge.stdout.write(answer);
  return errors.length > 0 ? 1 : 0;
}

function isSame(a: RuleSource, b: RuleSource): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

interface RunWorld {
  readonly workspace: AbsolutePath;
  /** `PATH` as commands get it, after the environment policy. */
  readonly path: string | undefined;
  readonly reach: Reach;
  /** A program from there is nobody's word. */
  readonly writableRoots: readonly AbsolutePath[];
}

/** What a run here would find: the same functions say so there. */
function worldOf({ settings, cwd }: RulesHere, edge: Edge): RunWorld {
  const workspace = realWorkspace(cwd);
  const profile = makeProfile({ ...settings, workspace }, workspace, edge.env);
  const { env } = scrubShellEnvironment(buildEnvironment(edge.env, settings.environment).env);
  return {
    workspace,
    path: env.get('PATH'),
    reach: reachOf(profile, workspace, edge.env),
    writableRoots: [
      workspace,
      ...temporaryDirectories(edge.env),
      ...(profile.kind === 'workspace-write' ? profile.writable : []),
    ],
  };
}

const meaning: Readonly<Record<Evaluation['verdict'], string>> = {
  allowed: 'every command is allowed by a rule',
  prompt: 'a rule asks first',
  forbidden: 'a rule forbids it',
  safe: 'no rule covers all of it; every command that is left only reads',
  unknown: 'no rule covers all of it',
  dangerous: 'no rule covers all of it, and it looks dangerous',
  opaque: 'it cannot be split into plain commands, so no rule can allow it',
};

function describe(evaluation: Evaluation, command: string, reach: Reach): string {
  const { verdict, decidedBy, matches, parsed } = evaluation;
  const split = parsed.kind === 'plain' && parsed.from === 'script';
  const commands = split ? parsed.commands.map(({ argv }) => `    ${showCommand(argv)}\n`).join('') : '';
  const reason = 'justification' in decidedBy ? decidedBy.justification : undefined;
  return [
    `${verdict}: ${meaning[verdict]}\n`,
    `  ${command}\n${commands}`,
    reason === undefined ? '' : `  because: ${showText(reason)}\n`,
    `  reach: ${describeReach(evaluation, reach)}\n`,
    '\n',
    renderTable(matches, columns(decidedBy)),
  ].join('');
}

/** What it could change at most, which decides what a clean-up and a redirection count for. */
function describeReach({ dangerIsContained, leansOnSandbox }: Evaluation, reach: Reach): string {
  if (reach.kind === 'open') return 'everything you can change: no sandbox holds it';
  const [first, ...others] = reach.writableRoots;
  const where =
    first === undefined
      ? 'the sandbox lets it write nowhere'
      : `the sandbox lets it write in ${[first, ...others].map(showText).join(', ')}`;
  if (dangerIsContained === true) return `${where}; what looks dangerous stays in there`;
  return leansOnSandbox === true ? `${where}; what it is redirected to stays in there` : where;
}

function columns(decidedBy: RuleMatch): Parameters<typeof renderTable<RuleMatch>>[1] {
  return [
    { title: '', cell: (match) => (match === decidedBy ? '>' : ' ') },
    { title: 'SAYS', cell: (match) => showMatch(match).what },
    { title: 'ABOUT', cell: ({ command }) => showCommand(command.map((word) => word ?? '…')) },
    { title: 'BY', cell: (match) => by(match) },
  ];
}

function by(match: RuleMatch): string {
  if (match.kind === 'heuristic') return match.because;
  const prefix = match.kind === 'rule' ? showMet(match) : 'a rule it might meet';
  const path =
    match.kind === 'rule' && match.resolvedProgram !== undefined ? `, found as ${match.resolvedProgram}` : '';
  return `${prefix}  (${showSource(match.source)}${path})`;
}
