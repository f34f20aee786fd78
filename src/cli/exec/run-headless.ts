// Puts a turn together: the model, the tools, and who is told.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config/index.ts';
import {
  agentsMessage,
  chatRequestBody,
  createCallAnswerer,
  createModelClient,
  readToken,
  defaultModel,
  instructions,
  ItemLog,
  modelEnvironment,
  heldSessions,
  liveSessions,
  openingMessages,
  type Post,
  type Report,
  requestBody,
  type ResolvedProvider,
  type RetryNotice,
  runTurn,
  toolDefinitions,
  type JsonObject,
  type ThreadFile,
  type TurnEnd,
  type TurnRecorder,
} from '../../exec/index.ts';
import type { ChangeSet, ShellRuntime, ShellRuntimeOptions } from '../../runtime/index.ts';

import type { OpenThread } from './open-thread.ts';
import type { InputFiles } from './read-input-files.ts';

export interface HeadlessRun {
  readonly prompt: string;
  readonly thread: OpenThread;
  readonly inputs: InputFiles;
  /** Messages are told piece by piece, too. */
  readonly includesDeltas: boolean;
  readonly maxTurns: number;
  readonly maxToolCalls: number | undefined;
  readonly maxRepeats: number;
  readonly config: Config;
  readonly provider: ResolvedProvider;
  readonly runtime: ShellRuntime;
  /** Where commands write, when the turn is held back. */
  readonly set: ChangeSet | undefined;
  readonly options: ShellRuntimeOptions;
  readonly report: Report;
  /** How requests to the model are sent. */
  readonly post: Post;
}

/** Everything from `thread.started` to the end of the turn. The reason of `signal` is a TurnError. */
export async function runHeadless(run: HeadlessRun, signal: AbortSignal): Promise<TurnEnd> {
  const { report, runtime, set, options, config, provider, thread, inputs } = run;
  const threadId = thread.id;
  const emit = (event: Parameters<Report['event']>[0]): void => report.event(event);
  emit({ type: 'thread.started', thread_id: threadId });
  if (provider.missingKey !== undefined) {
    const error = { kind: 'model', message: provider.missingKey } as const;
    emit({ type: 'turn.started' });
    emit({ type: 'turn.failed', error });
    return { kind: 'failed', error, lastMessage: undefined };
  }
  const model = config.model ?? defaultModel;
  const items = new ItemLog(emit);
  // Servers that have Chat Completions and nothing else serve models that mostly cannot see, and fail over a picture.
  // Nor can a picture that is held back be read from outside.
  const showsPictures = provider.endpoint.wire !== 'chat' && set === undefined;
  const answerer = createCallAnswerer({
    runtime: set === undefined ? runtime : { ...runtime, exec: set.exec },
    sessions:
      set === undefined
        ? liveSessions(runtime)
        : heldSessions(set, config.commandTimeoutMs === undefined ? heldTimeoutMs : undefined),
    holds: set !== undefined,
    items,
    workspace: options.workspace,
    env: modelEnvironment(threadId),
    showsPictures,
    chunkId: () => randomBytes(3).toString('hex'),
    onReplay: (call) =>
      report.notice(`call ${call.callId} came again: answered from the record, not run again`),
  });
  const parts = {
    record: recorder(thread.file),
    checkLast: inputs.schema?.check,
    model: createModelClient(provider.endpoint, {
      post: run.post,
      readToken,
      now: Date.now,
      random: Math.random,
      pause: (ms, until) => pause(ms, undefined, { signal: until }),
      ...(run.includesDeltas ? { onText: (delta) => emit({ type: 'message.delta', delta }) } : {}),
    }),
    answerer,
    items,
    emit,
    maxTurns: run.maxTurns,
    maxToolCalls: run.maxToolCalls,
    maxRepeats: run.maxRepeats,
    onRetry: (notice: RetryNotice) => {
      const { failure, retry, of = null, afterMs } = notice;
      emit({ type: 'model.retry', message: failure.message, retry, of, wait_ms: afterMs });
      report.notice(retryText(notice));
    },
    bodyFor: (history: Parameters<typeof requestBody>[0]['history']) =>
      (provider.endpoint.wire === 'chat' ? chatRequestBody : requestBody)({
        model,
        instructions,
        history,
        tools: [
          ...toolDefinitions({
            answers: options.reviewer === undefined ? 'nobody' : 'approver',
            model,
            showsPictures,
            holds: set !== undefined,
          }),
          ...webSearch(config.webSearch),
        ],
        threadId,
        outputSchema: inputs.schema?.schema,
        reasoning: { effort: config.modelReasoningEffort, summary: config.modelReasoningSummary },
      }),
  };
  const { workspace, sandbox = 'workspace-write', network = 'none', writableRoots = [] } = options;
  const approval = typeof options.approvalPolicy === 'string' ? options.approvalPolicy : 'granular';
  const surroundings = { workspace, sandbox, network, writableRoots, approval };
  const opening = [
    ...newOnly(agentsMessage(inputs.agents, workspace), thread.history),
    ...openingMessages(run.prompt, surroundings, inputs.images),
  ];
  await parts.record.input(opening);
  return await runTurn([...thread.history, ...opening], parts, signal);
}

/** Nobody comes back to a command that is held back: it has more time than one that is. In milliseconds. */
const heldTimeoutMs = 120_000;

/** What the model was told already in this thread it is not told again. */
function newOnly(messages: readonly JsonObject[], history: readonly JsonObject[]): JsonObject[] {
  const said = new Set(history.map((item) => JSON.stringify(item)));
  return messages.filter((message) => !said.has(JSON.stringify(message)));
}

/** The server searches, not this machine: it is offered only when the user asked for it. */
function webSearch(wish: Config['webSearch']): readonly JsonObject[] {
  if (wish === undefined || wish === 'disabled') return [];
  return [{ type: 'web_search', external_web_access: wish === 'live' }];
}

function recorder(file: ThreadFile | undefined): TurnRecorder {
  return {
    input: async (items) => await file?.append({ kind: 'input', items }),
    response: async (items) => await file?.append({ kind: 'response', items }),
    answer: async (item) => await file?.append({ kind: 'answer', item }),
  };
}

function retryText({ failure, retry, of, afterMs }: RetryNotice): string {
  return `${failure.message}; trying again in ${afterMs / 1000} s (${of === undefined ? `attempt ${retry + 1}` : `${retry} of ${of}`})`;
}
