// `cordon policy explain`: the decision a run would take here, and everything that speaks for or against it.
import type { Evaluation, RuleMatch, RuleSource } from '../../domain/index.ts';
import { createProgramResolver, evaluate, loadPolicy, verdictsBy } from '../../policy/index.ts';
import { showCommand, showText } from '../../policy/language/show-words.ts';
import { parseCommand } from '../../shell/index.ts';
import type { Edge } from '../edge.ts';
import { readCommandArguments } from './command-arguments.ts';
import { formatErrors } from './format-errors.ts';
import { formatWarnings } from './format-warnings.ts';
import { rulesHere, type RulesHere } from './load-rules.ts';
import { showMatch, showSource } from './rule-text.ts';
import { renderTable } from './table.ts';

export async function explain(args: readonly string[], edge: Edge): Promise<number> {
  const { json, values, command } = readCommandArguments(args, {
    withValue: ['--rules', '--script'],
    command: 'COMMAND',
    insteadOfCommand: '--script',
  });
  const here = await rulesHere(edge, values.get('--rules') ?? []);
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
  const evaluation = evaluate(policy, parsed, {
    cwd: here.cwd,
    path: edge.env['PATH'],
    resolve: createProgramResolver({
      writableRoots: writableRoots(here, edge),
      uid: process.getuid?.() ?? 0,
      trustedGroups: edge.platform === 'darwin' ? [0, 80] : [],
      foldsCase: edge.platform === 'darwin',
    }),
  });
  // Only about the rules that had a say: the others are for `policy test`.
  const isMet = (source: RuleSource): boolean =>
    evaluation.matches.some((match) => match.kind !== 'heuristic' && isSame(match.source, source));
  if (!json) edge.stderr.write(formatWarnings(warnings().filter(({ source }) => isMet(source))));
  const shown = script === undefined ? showCommand(command) : showText(script);
  const answer = json
    ? `${JSON.stringify({ command: script ?? command, ...evaluation, errors })}\n`
    : describe(evaluation, shown);
  edge.stdout.write(answer);
  return errors.length > 0 ? 1 : 0;
}

function isSame(a: RuleSource, b: RuleSource): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a run here would let commands write: a program from there is nobody's word. */
function writableRoots({ settings, cwd }: RulesHere, edge: Edge): readonly string[] {
  if (settings.sandbox !== 'workspace-write') return [];
  const temporary = [
    ...(settings.excludeSlashTmp ? [] : ['/tmp']),
    ...(settings.excludeTmpdir ? [] : [edge.env['TMPDIR'] ?? '/tmp']),
  ];
  return [cwd, ...settings.writableRoots, ...temporary];
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

function describe(evaluation: Evaluation, command: string): string {
  const { verdict, decidedBy, matches, parsed } = evaluation;
  const split = parsed.kind === 'plain' && parsed.from === 'script';
  const commands = split ? parsed.commands.map(({ argv }) => `    ${showCommand(argv)}\n`).join('') : '';
  const reason = 'justification' in decidedBy ? decidedBy.justification : undefined;
  return [
    `${verdict}: ${meaning[verdict]}\n`,
    `  ${command}\n${commands}`,
    reason === undefined ? '' : `  because: ${showText(reason)}\n`,
    '\n',
    renderTable(matches, columns(decidedBy)),
  ].join('');
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
  const prefix = match.kind === 'rule' ? showCommand(match.matchedPrefix) : 'a rule it might meet';
  const path =
    match.kind === 'rule' && match.resolvedProgram !== undefined ? `, found as ${match.resolvedProgram}` : '';
  return `${prefix}  (${showSource(match.source)}${path})`;
}
