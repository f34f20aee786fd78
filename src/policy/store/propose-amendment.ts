// Which rule to offer when a person says "do not ask again": one that would really have allowed the whole command,
// and not much more.
import {
  isNonEmpty,
  type Argv,
  type Evaluation,
  type EvaluationVerdict,
  type PolicyAmendment,
} from '../../domain/index.ts';
import type { EvaluationContext } from '../evaluation/context.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { baseName } from '../rules/host-path.ts';
import type { Policy } from '../rules/policy.ts';
import { allowRule } from './session-rules.ts';
import { whyTooBroad } from '../save/banned-prefixes.ts';

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
  const candidates = [proposed, usualPrefix(open.command), open.command];
  for (const prefix of candidates) {
    if (prefix === undefined || whyTooBroad(prefix) !== undefined) continue;
    const extended = policy.with([allowRule(prefix, { kind: 'session', rememberedAt: 0 })]);
    if (settled[evaluate(extended, parsed, context).verdict]) return { allowPrefix: prefix };
  }
  return undefined;
}

/** Words that say what one of these tools does; what follows is what it does it to. */
const wordsThatMatter: Readonly<Record<string, number>> = {
  git: 2,
  cargo: 2,
  go: 2,
  npm: 2,
  pnpm: 2,
  yarn: 2,
  pip: 2,
  uv: 2,
  poetry: 2,
  brew: 2,
  apt: 2,
  'apt-get': 2,
  make: 2,
  dotnet: 2,
  kubectl: 2,
  terraform: 2,
  systemctl: 2,
  docker: 2,
  podman: 2,
  gh: 3,
  gcloud: 4,
  aws: 3,
};

/** For other programs every word counts, and the whole command is offered. */
function usualPrefix(argv: Argv): Argv | undefined {
  const name = baseName(argv[0]);
  const count = Object.hasOwn(wordsThatMatter, name) ? (wordsThatMatter[name] ?? 0) : 0;
  if (count === 0) return undefined;
  const isRun = argv[1] === 'run' || argv[1] === 'run-script';
  const prefix = argv.slice(0, isRun ? 3 : count);
  const hasOption = prefix.some((word) => word.startsWith('-'));
  return !hasOption && isNonEmpty(prefix) ? prefix : undefined;
}
