// Questions of the runtime as elicitations of an MCP client. A client of nothing but the specification accepts or
// declines; one that shows the form may also choose. Leaving the sandbox takes the choice by its name: a client that
// accepts whatever it is shown must not let anything out.
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ElicitRequestFormParams } from '@modelcontextprotocol/sdk/types.js';
import type {
  ApprovalChoice,
  ApprovalRequest,
  ChangeAnswer,
  ChangeReview,
  ReviewDecision,
  Reviewer,
} from '../../domain/index.ts';
import { describeGrant, escapeInvisible } from '../../runtime/index.ts';

export interface ElicitingReviewer extends Reviewer {
  /** The connection whose client is asked. */
  connect(server: McpServer): void;
  /**
   * Questions about this call belong to that request of the client, until the function it answers with is called: with
   * HTTP they go where its answer will.
   */
  relate(callId: string, requestId: string | number): () => void;
}

export function elicitingReviewer(): ElicitingReviewer {
  const state: { server: McpServer['server'] | undefined } = { server: undefined };
  const requests = new Map<string, string | number>();
  const limits = (callId: string, signal: AbortSignal): Parameters<McpServer['server']['elicitInput']>[1] => {
    const relatedRequestId = requests.get(callId);
    // How long a person may take is the runtime's business.
    const patient = { signal, timeout: 2 ** 31 - 1 };
    return relatedRequestId === undefined ? patient : { ...patient, relatedRequestId };
  };
  return {
    relate: (callId, requestId) => {
      requests.set(callId, requestId);
      return () => void requests.delete(callId);
    },
    connect: ({ server }) => {
      state.server = server;
    },
    review: async (request, signal) => {
      const { server } = state;
      // Thrown, not answered: a reviewer that fails has said no, and its sentence is the reason.
      if (server?.getClientCapabilities()?.elicitation === undefined)
        throw new Error(
          'this MCP client cannot be asked, because it does not offer elicitation; an allow rule would let the command run without a question',
        );
      const answer = await server.elicitInput(
        { message: messageOf(request), requestedSchema: formOf(request) },
        limits(request.callId, signal),
      );
      if (answer.action === 'decline') return { kind: 'denied', message: undefined };
      if (answer.action === 'cancel') return { kind: 'abort' };
      return decisionOf(answer.content?.['decision'], request);
    },
    reviewChange: async (request, signal) => {
      const { server } = state;
      // It stays put aside, and whoever looks for it finds it.
      if (server?.getClientCapabilities()?.elicitation === undefined) return { kind: 'put-aside' };
      const answer = await server.elicitInput(
        { message: changeMessageOf(request), requestedSchema: changeFormOf(request) },
        limits(request.callId, signal),
      );
      // A client that accepts whatever it is shown keeps nothing: the choice is taken by its name.
      const named = answer.action === 'accept' ? answer.content?.['decision'] : undefined;
      return { kind: request.choices.find((offered) => offered === named) ?? 'put-aside' };
    },
  };
}

const saidAnswers: Readonly<Record<ChangeAnswer, string>> = {
  keep: 'Keep it, this once',
  'keep-for-session': 'Keep it, and whatever is held back here for the same reason in this session',
  'keep-and-save-rule': 'Keep it, and save the rule that is shown',
  drop: 'Throw it away',
  'put-aside': 'Put it aside',
};

function changeFormOf({ choices }: ChangeReview): ElicitRequestFormParams['requestedSchema'] {
  return {
    type: 'object',
    properties: {
      decision: {
        type: 'string',
        title: 'Decision',
        oneOf: choices.map((choice) => ({ const: choice, title: saidAnswers[choice] })),
      },
    },
    required: ['decision'],
  };
}

function changeMessageOf({ path, parts, command, diff, omittedLines, rule }: ChangeReview): string {
  return [
    'This was held back, because something outside would run or obey it. Keep it?',
    `Path: ${visible(path)}`,
    ...parts.map(
      ({ part, reason, runs }) => `Why: ${visible([...(part === undefined ? [] : [part]), reason, runs])}`,
    ),
    `Written by: ${visible(command)}`,
    ...diff.map((line) => `| ${visible(line)}`),
    ...(omittedLines === 0 ? [] : [`${String(omittedLines)} more lines are NOT SHOWN`]),
    ...(rule === undefined ? [] : [`Rule: ${visible(rule)}`]),
  ].join('\n');
}

const saidChoices: Readonly<Record<ApprovalChoice, string>> = {
  approved: 'Yes, this once',
  'approved-for-session': 'Yes, and do not ask again for exactly this command in this session',
  'approved-allow-prefix': 'Yes, and save the rule that is shown',
  'approved-grant': 'Yes, this once, with the one thing it lacks',
  'approved-unsandboxed': 'Yes, WITHOUT the sandbox, this once',
  denied: 'No',
  abort: 'No, and stop',
};

function formOf({ choices }: ApprovalRequest): ElicitRequestFormParams['requestedSchema'] {
  return {
    type: 'object',
    properties: {
      decision: {
        type: 'string',
        title: 'Decision',
        oneOf: choices.map((choice) => ({ const: choice, title: saidChoices[choice] })),
      },
    },
  };
}

/** A bare yes is `approved`, which the runtime takes for a grant, too, and never for leaving the sandbox. */
function decisionOf(choice: unknown, { amendment, choices }: ApprovalRequest): ReviewDecision {
  const kind = choices.find((offered) => offered === choice) ?? 'approved';
  switch (kind) {
    case 'denied':
      return { kind, message: undefined };
    case 'approved-allow-prefix':
      return amendment === undefined ? { kind: 'approved' } : { kind, amendment };
    case 'approved':
    case 'approved-for-session':
    case 'approved-grant':
    case 'approved-unsandboxed':
    case 'abort':
      return { kind };
  }
}

const titles: Readonly<Record<ApprovalRequest['purpose'], string>> = {
  'first-run': 'Run this command?',
  'retry-with-grant': 'The sandbox stopped this command. Run it again with one more permission?',
  'retry-unsandboxed': 'The sandbox stopped this command. Run it again WITHOUT the sandbox?',
};

/** The command is somebody else's text: it is quoted as JSON, so that nothing in it can pass for ours. */
function messageOf(request: ApprovalRequest): string {
  const { purpose, script, argv, cwd, reason, amendment, grant, risk, choices, tty, input } = request;
  const leaves = choices.includes('approved-unsandboxed') && purpose === 'first-run';
  return [
    leaves ? 'Run this command WITHOUT the sandbox?' : titles[purpose],
    `Command: ${visible(script ?? argv)}`,
    `Directory: ${visible(cwd)}`,
    ...(input === undefined ? [] : [`It reads: ${shownInput(input)}`]),
    ...(request.inputStaysOpen === true
      ? [`It can be typed to later${tty ? ', on a terminal' : ''}: what it is told then is not asked about`]
      : []),
    `Why: ${visible(reason)}`,
    ...(grant === undefined ? [] : [`Permission: ${describeGrant(grant)}`]),
    ...(amendment === undefined
      ? []
      : [
          `Rule: always allow ${visible(amendment.allowPrefix)}${amendment.exact === true ? '' : ', whatever words follow'}`,
        ]),
    ...(risk === undefined ? [] : [`Risk: ${risk.level}: ${visible(risk.description)}`]),
  ].join('\n');
}

/** A question that shows half of what `bash` will read is answered about the other half, too: that is said. */
function shownInput(input: Uint8Array): string {
  const text = new TextDecoder().decode(input.subarray(0, mostShown));
  if (input.length <= mostShown) return visible(text);
  return `${visible(text)}, and ${input.length - mostShown} bytes more that are NOT SHOWN`;
}

/** Bytes of standard input in a question. */
const mostShown = 4096;

function visible(value: string | readonly string[]): string {
  return escapeInvisible(JSON.stringify(value));
}
