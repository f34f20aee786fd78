// Carries one call of the model to the runtime and its answer back: parse, show, run, show, format, record.
import { resolve } from 'node:path';
import { assertNever, describeAftermath, type ExecResult, RuntimeError } from '../../domain/index.ts';
import { type ExecInput, renderCaptured, type ShellRuntime } from '../../runtime/index.ts';
import { commandEnd, declined, failedByUs, turnEnded } from '../report/command-end.ts';
import type { CommandEnd, ItemLog, OpenCommand } from '../report/item-log.ts';
import { answerPatch } from './answer-patch.ts';
import { answerPicture } from './answer-picture.ts';
import { CallLedger } from './call-ledger.ts';
import { countLineBreaks } from './count-line-breaks.ts';
import { describeOutcome } from './describe-outcome.ts';
import { describeRefusal } from './describe-refusal.ts';
import { displayCommand } from './display-command.ts';
import {
  type CommandOutput,
  formatChunkAnswer,
  formatFreeformAnswer,
  formatJsonAnswer,
} from './format-answer.ts';
import type { ModelCall, ToolAnswer } from './model-call.ts';
import { parseToolCall } from './parse-tool-call.ts';
import type { SessionAnswer, SessionTools } from './session-tools.ts';
import type { ToolCall } from './tool-call.ts';

export interface CallAnswererParts {
  readonly runtime: Pick<ShellRuntime, 'exec' | 'onEvent' | 'files'>;
  readonly sessions: SessionTools;
  readonly items: ItemLog;
  /** Where relative directories start. */
  readonly workspace: string;
  /** Laid over the environment of every command. */
  readonly env: Readonly<Record<string, string>>;
  /** Six hex digits. */
  readonly chunkId: () => string;
  /** Whether the model can be answered with a picture. */
  readonly showsPictures: boolean;
  /** Everything is held back: what would write beside the commands is refused. */
  readonly holds?: boolean | undefined;
  /** A repeated call was answered from the record. */
  readonly onReplay: (call: ModelCall) => void;
}

export interface CallAnswerer {
  /**
   * The calls that follow belong to the next response. At the first try, their ids mean nothing that was said before;
   * after a stream that broke, a server may say again what it said.
   */
  beginResponse(tries: 'first' | 'again'): void;
  /** Answers for the model, whatever happens to the command. Rejects only for a broken promise of ours. */
  answer(call: ModelCall, signal: AbortSignal): Promise<ToolAnswer>;
  /** Ends what still runs; each gets its item.completed. */
  close(): Promise<void>;
}

export function createCallAnswerer(parts: CallAnswererParts): CallAnswerer {
  const ledger = new CallLedger();
  const inTurn = oneAtATime();
  const live = new Map<number, OpenCommand>();
  const { runtime, items, workspace } = parts;
  const patchParts = { files: runtime.files, items, workspace, now: () => performance.now() };

  return {
    beginResponse: (tries) => {
      if (tries === 'first') ledger.forget();
    },
    async answer(call, signal) {
      const recorded = ledger.recall(call);
      if (recorded !== undefined) {
        parts.onReplay(call);
        return await recorded;
      }
      // Recorded before it has an answer: its twin may stand beside it in the same response.
      const answered = answerOnce(call, signal);
      ledger.record(
        call,
        answered.then(({ text }) => text),
      );
      const { text, isFinal } = await answered;
      if (!isFinal) ledger.release(call);
      return text;
    },
    async close() {
      for (const { sessionId, result } of await parts.sessions.closeAll()) end(sessionId, turnEnded(result));
    },
  };

  async function answerOnce(call: ModelCall, signal: AbortSignal): Promise<Answered> {
    const parsed = parseToolCall(call);
    if (!parsed.ok) return final(refuse(call, call.name, parsed.error));
    const wanted = parsed.value;
    switch (wanted.kind) {
      case 'shell':
        return final(await runShell(call, wanted, signal));
      case 'exec-command':
        return final(await openSession(call, wanted, signal));
      case 'patch':
        if (parts.holds === true) return final(refuse(call, 'apply_patch', patchBesidePreview));
        return final(await answerPatch(call, wanted, patchParts, signal));
      case 'picture':
        return parts.showsPictures
          ? final(await answerPicture(call, wanted, parts, signal))
          : final(refuse(call, call.name, `unsupported call: ${call.name}`));
      case 'write-stdin':
        return await inTurn(wanted.sessionId, () => writeSession(call, wanted, signal));
      default:
        return assertNever(wanted, 'answerOnce');
    }
  }

  /** A call nobody can carry out still leaves an item: what was refused must be visible. */
  function refuse(call: ModelCall, command: string, reason: string): string {
    const open = parts.items.startCommand({ command, call_id: call.callId, cwd: parts.workspace });
    parts.items.endCommand(open, declined(reason, { by: 'request', rule: null, path: null, reason }));
    return reason;
  }

  function start(call: ModelCall, wanted: ToolCall & { readonly workdir: string | undefined }): OpenCommand {
    return parts.items.startCommand({
      command: displayCommand(wanted),
      call_id: call.callId,
      cwd: resolve(parts.workspace, wanted.workdir ?? ''),
    });
  }

  async function runShell(
    call: ModelCall,
    wanted: ToolCall & { readonly kind: 'shell' },
    signal: AbortSignal,
  ): Promise<string> {
    const open = start(call, wanted);
    const lines = countLineBreaks(parts.runtime, open.id);
    const input: ExecInput = {
      callId: open.id,
      command: wanted.command,
      login: wanted.login,
      cwd: open.cwd,
      env: parts.env,
      access: wanted.access,
      ...(wanted.timeoutMs === undefined ? {} : { timeoutMs: wanted.timeoutMs }),
      ...(wanted.proposedPrefix === undefined ? {} : { proposedPrefix: wanted.proposedPrefix }),
    };
    const result = await exec(open, () => parts.runtime.exec(input, signal));
    const lineBreaks = lines.take();
    if (typeof result === 'string') return result;
    parts.items.endCommand(open, commandEnd(result));
    if (result.kind === 'not-run') return describeRefusal(result.refusal).forModel;
    const { exitCode, command } = ended(result, lineBreaks);
    return wanted.answer === 'json'
      ? formatJsonAnswer(exitCode, command)
      : formatFreeformAnswer(exitCode, command);
  }

  async function openSession(
    call: ModelCall,
    wanted: ToolCall & { readonly kind: 'exec-command' },
    signal: AbortSignal,
  ): Promise<string> {
    const open = start(call, wanted);
    const lines = countLineBreaks(parts.runtime, open.id);
    const { script, shell, login, tty, yieldMs, access, proposedPrefix } = wanted;
    const opening = {
      callId: open.id,
      cwd: open.cwd,
      env: parts.env,
      script,
      shell,
      login,
      tty,
      yieldMs,
      access,
      proposedPrefix,
    };
    const answer = await exec(open, () => parts.sessions.open(opening, signal));
    const lineBreaks = lines.take();
    if (typeof answer === 'string') return answer;
    if (answer.kind === 'running') live.set(answer.sessionId, open);
    if (answer.kind === 'finished') parts.items.endCommand(open, commandEnd(answer.result));
    if (answer.kind === 'rejected' || answer.kind === 'unknown-session') {
      const reason = answer.kind === 'rejected' ? answer.reason : 'the session ended before it was opened';
      parts.items.endCommand(open, declined(reason, { by: 'request', rule: null, path: null, reason }));
    }
    return sessionText('exec_command', answer, wanted.maxOutputTokens, lineBreaks);
  }

  async function writeSession(
    call: ModelCall,
    wanted: ToolCall & { readonly kind: 'write-stdin' },
    signal: AbortSignal,
  ): Promise<Answered> {
    const { sessionId, chars, yieldMs } = wanted;
    const answer = await parts.sessions.write({ sessionId, chars, yieldMs }, signal);
    if (answer.kind === 'unknown-session')
      return final(
        refuse(call, displayCommand(wanted), `write_stdin failed: Unknown process id ${sessionId}`),
      );
    if (answer.kind === 'rejected')
      return final(refuse(call, displayCommand(wanted), `write_stdin failed: ${answer.reason}`));
    const open = live.get(sessionId);
    if (open !== undefined)
      parts.items.updateCommand(open, { call_id: call.callId, chars, output: newOutput(answer) });
    if (answer.kind === 'finished') end(sessionId, commandEnd(answer.result));
    const text = sessionText('write_stdin', answer, wanted.maxOutputTokens, undefined);
    // Only waiting: asked again, under whatever id, it is a new question about a program that has gone on.
    return { text, isFinal: chars !== '' || answer.kind !== 'running' };
  }

  function end(sessionId: number, ended: CommandEnd): void {
    const open = live.get(sessionId);
    live.delete(sessionId);
    if (open !== undefined) parts.items.endCommand(open, ended);
  }

  /** A request the runtime calls malformed is the model's mistake, not ours: it is declined like any other. */
  async function exec<T>(open: OpenCommand, run: () => Promise<T>): Promise<T | string> {
    try {
      return await run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const misuse = error instanceof RuntimeError && error.code === 'E_BAD_OPTION';
      const denied = { by: 'request', rule: null, path: null, reason } as const;
      parts.items.endCommand(open, misuse ? declined(reason, denied) : failedByUs(reason));
      if (misuse) return reason;
      throw error;
    }
  }

  function sessionText(
    tool: string,
    answer: SessionAnswer,
    maxOutputTokens: number,
    lineBreaks: number | undefined,
  ): string {
    if (answer.kind === 'unknown-session') return `${tool} failed: the session is gone`;
    if (answer.kind === 'rejected') return `${tool} failed: ${answer.reason}`;
    if (answer.kind === 'running') {
      const { output, lineBreaks: breaks, wallMs, warning } = answer.chunk;
      const state = { kind: 'running', sessionId: answer.sessionId } as const;
      return formatChunkAnswer(
        parts.chunkId(),
        state,
        { output, lineBreaks: breaks, wallMs, notice: warning },
        maxOutputTokens,
      );
    }
    if (answer.result.kind === 'not-run') return describeRefusal(answer.result.refusal).forModel;
    const { exitCode, command } = ended(answer.result, lineBreaks);
    if (answer.chunk === undefined)
      return formatChunkAnswer(parts.chunkId(), { kind: 'exited', exitCode }, command, maxOutputTokens);
    const { warning, ...chunk } = answer.chunk;
    const told = [warning, command.notice].filter((each) => each !== undefined);
    const notice = told.length === 0 ? undefined : told.join('\n');
    const shown = { ...command, ...chunk, notice };
    return formatChunkAnswer(parts.chunkId(), { kind: 'exited', exitCode }, shown, maxOutputTokens);
  }
}

const patchBesidePreview =
  'apply_patch is not available in a preview: change files with shell commands, as in cat > FILE or sed -i';

/** Calls for one session wait for each other; the order is the one they came in. */
function oneAtATime(): <T>(session: number, run: () => Promise<T>) => Promise<T> {
  const last = new Map<number, Promise<unknown>>();
  return async (session, run) => {
    const mine = (last.get(session) ?? Promise.resolve()).catch(() => undefined).then(run);
    last.set(session, mine);
    try {
      return await mine;
    } finally {
      if (last.get(session) === mine) last.delete(session);
    }
  };
}

/** What came since the last answer. */
function newOutput({ chunk }: Extract<SessionAnswer, { readonly kind: 'running' | 'finished' }>): string {
  return chunk === undefined ? '' : renderCaptured(chunk.output);
}

/** What the model is told, and whether the same call is to be told the same again. */
interface Answered {
  readonly text: ToolAnswer;
  readonly isFinal: boolean;
}

function final(text: ToolAnswer): Answered {
  return { text, isFinal: true };
}

function ended(
  result: Exclude<ExecResult, { readonly kind: 'not-run' }>,
  lineBreaks: number | undefined,
): { readonly exitCode: number; readonly command: CommandOutput } {
  const { exitCode, output, notice: said } = describeOutcome(result.outcome);
  const lines = [...(said === undefined ? [] : [said]), ...describeAftermath(result)];
  const notice = lines.length === 0 ? undefined : lines.join('\n');
  const wallMs = result.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  return { exitCode: exitCode ?? -1, command: { output, notice, lineBreaks, wallMs } };
}
