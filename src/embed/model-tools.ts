// The tools of `cordon exec` for an agent that has a loop of its own: what to tell the model it can call, and the text
// it gets back, in the shapes models were trained on.
import { randomBytes } from 'node:crypto';
import { modelEnvironment } from '../exec/model-environment.ts';
import { ItemLog } from '../exec/report/item-log.ts';
import { createCallAnswerer } from '../exec/tools/answer-calls.ts';
import { liveSessions } from '../exec/tools/live-sessions.ts';
import { toolDefinitions } from '../exec/tools/tool-definitions.ts';
import type { ShellRuntime } from '../runtime/index.ts';

export interface ModelToolCall {
  /** Unique within the conversation: a repeated id is answered from the record. */
  readonly callId: string;
  /** `exec_command`, `write_stdin`; `shell`, `shell_command` and `local_shell` of older models are understood, too. */
  readonly name: string;
  /** As the model sent them: JSON text. An object for `local_shell`. */
  readonly arguments: unknown;
}

export interface ModelTools {
  /** Function tools of the Responses API. */
  readonly definitions: readonly unknown[];
  /** Text for the model, whatever happens to the command: refusals and mistakes in the call are sentences. */
  call(call: ModelToolCall, signal?: AbortSignal): Promise<string>;
  /** Ends the sessions that still run. The runtime stays open. */
  close(): Promise<void>;
}

/**
 * `workspace`: where relative directories of the model start. `conversation` becomes `CORDON_THREAD_ID` of commands.
 * `answers`: whether somebody answers questions of this runtime, which is what the model is told of leaving the sandbox;
 * default `nobody`.
 */
export function modelTools(
  runtime: ShellRuntime,
  {
    workspace,
    conversation = '',
    answers = 'nobody',
  }: {
    readonly workspace: string;
    readonly conversation?: string | undefined;
    readonly answers?: 'nobody' | 'approver' | undefined;
  },
): ModelTools {
  const answerer = createCallAnswerer({
    runtime,
    sessions: liveSessions(runtime),
    items: new ItemLog(() => undefined),
    workspace,
    env: modelEnvironment(conversation),
    showsPictures: false,
    chunkId: () => randomBytes(3).toString('hex'),
    onReplay: () => undefined,
  });
  return {
    definitions: toolDefinitions({ answers, showsPictures: false }),
    call: async (call, signal = new AbortController().signal) => {
      const answer = await answerer.answer({ ...call, answerType: 'function_call_output' }, signal);
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    },
    close: async () => await answerer.close(),
  };
}
