// Which rule to offer when a person says "do not ask again": one that would really have allowed the whole command,
// and not much more.
import {
  type Argv,
  type Evaluation,
  type EvaluationVerdict,
  type PolicyAmendment,
} from '../../domain/index.ts';
import type { EvaluationContext } from '../evaluation/context.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { Policy } from '../rules/policy.ts';
import { allowRule } from './session-rules.ts';
import { whyNotSaved } from '../save/open-ended.ts';
import { hasSubcommands, usualPrefix } from './usual-prefix.ts';

/** What the offered rule has to turn the verdict into: nothing is left to ask. */
const settled: Readonly<Record<EvaluationVerdict, boolean>> = {
  allowed: true,
  safe: true,
  unknown: false,
  dangerous: false,
  opaque: false,
  prompt: false,
  forbidden: false,
};

/**
 * `proposed` is what the model would like to be remembered; it is offered only if it passes the same test. Undefined
 * when a rule asked (an allow rule could not win), for opaque input, and when more than one rule would be needed.
 */
export function proposeAmendment(
  policy: Policy,
  evaluation: Evaluation,
  context: EvaluationContext,
  proposed?: Argv,
): PolicyAmendment | undefined {
  const { parsed, verdict, matches } = evaluation;
  if (parsed.kind !== 'plain' || verdict !== 'unknown') return undefined;
  const open = matches.find((match) => match.kind === 'heuristic' && match.class !== 'safe');
  if (open?.kind !== 'heuristic') return undefined;
  const command = open.command;
  for (const candidate of candidatesFor(command, proposed)) {
    if (whyNotSaved(candidate) !== undefined) continue;
    const extended = policy.with([allowRule(candidate, { kind: 'session', rememberedAt: 0 })]);
    if (settled[evaluate(extended, parsed, context).verdict]) return candidate;
  }
  return undefined;
}

/** From what was proposed to the narrowest. A whole command has no room behind it, unless it has to cover another one. */
function candidatesFor(command: Argv, proposed: Argv | undefined): readonly PolicyAmendment[] {
  const usual = usualPrefix(command);
  const prefixes = [proposed === undefined ? undefined : narrowEnough(proposed, command, usual), usual];
  const whole: PolicyAmendment = { allowPrefix: command, exact: true };
  return [...prefixes.flatMap((prefix) => (prefix === undefined ? [] : wholeFirst(prefix, command))), whole];
}

function wholeFirst(prefix: Argv, command: Argv): readonly PolicyAmendment[] {
  const openEnded: PolicyAmendment = { allowPrefix: prefix };
  return prefix.length === command.length ? [{ ...openEnded, exact: true }, openEnded] : [openEnded];
}

/** `kubectl delete` for `kubectl delete pod x` is a wish for more than was seen, whoever has it. */
function narrowEnough(proposed: Argv, command: Argv, usual: Argv | undefined): Argv | undefined {
  if (proposed.length >= command.length || !hasSubcommands(command)) return proposed;
  return usual !== undefined && proposed.length >= usual.length ? proposed : undefined;
}
