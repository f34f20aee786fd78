// What a command starts while it runs, judged by the same rules as its text: forbidden does not start, what a rule asks about
// waits for an answer. Once a command: a build that starts a program a thousand times asks once.
import {
  absolutePath,
  type AbsolutePath,
  type ApprovalRequirement,
  type Argv,
  type DecisionSource,
  type Evaluation,
  isNonEmpty,
  type LiteralWord,
  type ParsedCommand,
  type ProgramJudge,
  type ProgramStart,
  type RefusedProgram,
  type RuleMatch,
  type StartFailure,
  type StartVerdict,
} from '../domain/index.ts';
import type { Question } from './approvals.ts';
import { describeMatch } from './describe-match.ts';
import type { OrchestratorDeps } from './gate.ts';
import type { Judged } from './judge.ts';
import type { Leave } from './permit.ts';
import { requireApproval } from './require-approval.ts';
import { escapeInvisible, showCommand } from './show-command.ts';

export interface JudgedPrograms extends ProgramJudge {
  /** What was refused so far, each command once. */
  readonly refused: readonly RefusedProgram[];
}

export interface ProgramJudgeParts {
  readonly judged: Judged;
  readonly leave: Leave;
  readonly deps: OrchestratorDeps;
  readonly signal: AbortSignal;
  /** Somebody stopped the whole command. */
  abort(): void;
}

type Why = Pick<RefusedProgram, 'because' | 'match' | 'reason'> & { readonly source: DecisionSource };

/** More would be a list to read. */
const mostRefused = 100;

export function judgePrograms(parts: ProgramJudgeParts): JudgedPrograms {
  const { judged, deps } = parts;
  const answers = new Map<string, StartVerdict | Promise<StartVerdict>>();
  const refused = new Map<string, RefusedProgram>();

  function refuse(start: ProgramStart, { source, ...why }: Why): 'refuse' {
    const argv = argvOf(start, why.match);
    const key = JSON.stringify([argv, start.cwd, why.because]);
    if (refused.size < mostRefused && !refused.has(key)) {
      refused.set(key, { argv, cwd: start.cwd, pid: start.pid, parent: start.parent, ...why });
      const { callId } = judged.request;
      deps.approvals.note({
        callId,
        purpose: 'first-run',
        source,
        decision: 'forbidden',
        why: why.reason,
      });
    }
    return 'refuse';
  }

  function judge(start: ProgramStart): StartVerdict | Promise<StartVerdict> {
    const match = deps.programs?.judge(start, judged.request.env);
    if (start.isUnsettled) return refuse(start, { ...unwatched(start, 'unsettled'), match });
    if (match === undefined) return 'go-on';
    if (match.kind !== 'heuristic' && match.decision === 'forbidden')
      return refuse(start, {
        because: 'forbidden',
        match,
        source: sourceOf(match),
        reason: describeMatch(match),
      });
    if (isAnswered(match, judged.evaluation)) return 'go-on';
    const key = JSON.stringify([argvOf(start, match), start.cwd]);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const verdict = ask(start, match);
    answers.set(key, verdict);
    if (typeof verdict !== 'string') void verdict.then((given) => answers.set(key, given));
    return verdict;
  }

  function ask(start: ProgramStart, match: RuleMatch): StartVerdict | Promise<StartVerdict> {
    const requirement = requirementFor(match, parts);
    if (requirement.kind === 'skip') return 'go-on';
    if (requirement.kind === 'forbidden') {
      const { reason } = requirement;
      return refuse(start, { because: 'not-approved', match, source: sourceOf(match), reason });
    }
    return put(start, match);
  }

  async function put(start: ProgramStart, match: RuleMatch): Promise<StartVerdict> {
    const question = questionFor(start, match, parts);
    const { request } = judged;
    const subject = {
      command: deps.gate.canonicalCommand({ kind: 'argv', argv: question.argv }, question.parsed),
      cwd: question.cwd,
      tty: request.tty,
      stdin: { kind: 'null' },
      access: 'default',
    } as const;
    const answer = await deps.approvals.ask(question, subject, { ruleFor: () => undefined }, parts.signal);
    if (answer.kind === 'nobody-to-ask') {
      const reason = `${describeMatch(match)}, and nobody can be asked because no reviewer is connected`;
      return refuse(start, { because: 'not-approved', match, source: 'config', reason });
    }
    const { decision, source, why } = answer;
    if (decision.kind === 'abort') parts.abort();
    if (decision.kind === 'abort' || decision.kind === 'denied') {
      const said =
        decision.kind === 'denied' && decision.message !== undefined
          ? `: ${escapeInvisible(decision.message)}`
          : '';
      const reason = `${describeMatch(match)}, and ${source === 'user' ? 'the user said no' : why}${said}`;
      return refuse(start, { because: 'not-approved', match, source, reason });
    }
    // Somebody may have forbidden it while the question was open; a rule always beats an answer.
    const now = deps.programs?.judge(start, request.env);
    if (now === undefined || now.kind === 'heuristic' || now.decision !== 'forbidden') return 'go-on';
    return refuse(start, {
      because: 'forbidden',
      match: now,
      source: sourceOf(now),
      reason: describeMatch(now),
    });
  }

  return {
    get refused() {
      return [...refused.values()];
    },
    judge,
    failed: (start, because) => {
      const seen = start ?? unknownStart;
      refuse(seen, { ...unwatched(seen, because), match: undefined });
    },
  };
}

const unknownStart: ProgramStart = {
  pid: 0,
  parent: 0,
  cwd: '/',
  readings: [],
  words: [],
  wordCount: 0,
  isCut: true,
  isUnsettled: false,
};

const whyUnwatched: Readonly<Record<StartFailure | 'unsettled', string>> = {
  unsettled: 'the dynamic loader was to run a program that could be another one by then',
  'was-other': 'it was not what was judged: something changed it on the way',
  'was-traced':
    'another program (strace, gdb) traces what would have started it, so nobody could see what that is; with `watch.exec` at "never" debuggers start programs, and rules hold on the text alone',
};

function unwatched(start: ProgramStart, because: StartFailure | 'unsettled'): Omit<Why, 'match'> {
  const [first, ...more] = start.words;
  const shown = first === undefined ? 'a program' : showCommand([first, ...more.slice(0, 16)]);
  return { because, source: 'config', reason: `${shown} did not run because ${whyUnwatched[because]}` };
}

function argvOf({ words }: ProgramStart, match: RuleMatch | undefined): readonly string[] {
  const command: readonly LiteralWord[] = match?.command ?? words;
  return command.flatMap((word) => word ?? []);
}

function sourceOf(match: RuleMatch): DecisionSource {
  if (match.kind === 'heuristic') return 'config';
  return match.source.kind === 'session' ? 'session' : 'rule';
}

/** Whoever let the command run was shown this very one, and the rule that asks about it. */
function isAnswered(match: RuleMatch, { matches }: Evaluation): boolean {
  if (match.kind === 'heuristic') return false;
  return matches.some(
    (shown) =>
      shown.kind !== 'heuristic' &&
      shown.decision === 'prompt' &&
      JSON.stringify(shown.source) === JSON.stringify(match.source) &&
      isSameCommand(shown.command, match.command),
  );
}

/** The program by its base name: the text says `git`, and what runs is `/usr/bin/git`. */
function isSameCommand(shown: readonly LiteralWord[], ran: readonly LiteralWord[]): boolean {
  return (
    shown.length === ran.length &&
    shown.every((word, at) => {
      const other = ran[at];
      // A word that bash computed was approved, whatever it would be.
      if (at > 0 && (word === undefined || word === '…')) return true;
      if (word === undefined || other === undefined) return false;
      return at === 0 ? baseOf(word) === baseOf(other) : word === other;
    })
  );
}

function baseOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

function requirementFor(match: RuleMatch, { judged, deps, leave }: ProgramJudgeParts): ApprovalRequirement {
  const evaluation: Evaluation = {
    verdict: 'prompt',
    decidedBy: match,
    matches: [match],
    parsed: judged.parsed,
  };
  return requireApproval(evaluation, {
    approvalPolicy: deps.approvalPolicy,
    profile: leave.profile,
    access: { kind: 'default' },
    allowedRunsUnsandboxed: false,
  });
}

function questionFor(start: ProgramStart, match: RuleMatch, { judged, leave }: ProgramJudgeParts): Question {
  const words = argvOf(start, match);
  const argv: Argv = isNonEmpty(words) ? words : ['?'];
  const parsed: ParsedCommand = {
    kind: 'plain',
    commands: [{ argv, directory: { kind: 'start' } }],
    from: 'argv',
    literalCommands: [],
  };
  const { callId, tty } = judged.request;
  return {
    callId,
    purpose: 'first-run',
    argv,
    script: undefined,
    cwd: absolutePath(start.cwd) ?? root,
    tty,
    parsed,
    concerns: [argv],
    profile: leave.profile,
    reason: `${describeMatch(match)}; ${showCommand(judged.argv)} starts it`,
    cause: { kind: 'match', match },
    amendment: undefined,
    grant: undefined,
    choices: ['approved', 'approved-for-session', 'denied', 'abort'],
  };
}

const root = '/' as AbsolutePath;
