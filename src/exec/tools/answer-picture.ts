// Shows the model a picture that lies where its commands could read it: the sandbox reads it, by a command that is judged
// like any other, so that what is hidden from commands is hidden from this tool, too.
import { resolve } from 'node:path';
import type { ExecEvent, ExecResult } from '../../domain/index.ts';
import { renderCaptured, type ShellRuntime } from '../../runtime/index.ts';
import { imageInput, maxImageBytes } from '../image-input.ts';
import { commandEnd, failedByUs } from '../report/command-end.ts';
import type { ItemLog } from '../report/item-log.ts';
import { describeRefusal } from './describe-refusal.ts';
import { displayCommand } from './display-command.ts';
import type { ModelCall, ToolAnswer } from './model-call.ts';
import type { ToolCall } from './tool-call.ts';

export interface PictureParts {
  readonly runtime: Pick<ShellRuntime, 'exec' | 'onEvent'>;
  readonly items: ItemLog;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A file on a disk takes a moment; a FIFO takes for ever. */
const readingMs = 10_000;
const prefix = 'picture:';

/** Bytes of a picture on their way to the model: nothing a report shows anybody as output of a command. */
export function isPictureBytes(event: ExecEvent): boolean {
  return event.type === 'output.chunk' && event.callId.startsWith(prefix);
}

type WantedPicture = ToolCall & { readonly kind: 'picture' };

/** The picture as the protocol carries it, or a sentence for the model. */
export async function answerPicture(
  call: ModelCall,
  wanted: WantedPicture,
  { runtime, items, workspace, env }: PictureParts,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const path = resolve(workspace, wanted.path);
  const open = items.startCommand({
    command: displayCommand(wanted),
    call_id: call.callId,
    cwd: workspace,
  });
  const bytes = collectBytes(runtime, `${prefix}${open.id}`);
  try {
    const result = await runtime.exec(
      { callId: bytes.callId, command: ['cat', '--', path], cwd: workspace, env, timeoutMs: readingMs },
      AbortSignal.any([signal, bytes.tooMany]),
    );
    const shown = shownPicture(path, result, bytes.taken());
    const end = commandEnd(result);
    items.endCommand(
      open,
      'refusal' in shown
        ? end
        : { ...end, aggregated_output: shown.text, status: 'part' in shown ? 'completed' : 'failed' },
    );
    if ('refusal' in shown) return shown.refusal;
    return 'part' in shown ? [shown.part] : shown.text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    items.endCommand(open, failedByUs(reason));
    throw error;
  } finally {
    bytes.stop();
  }
}

type Shown =
  | { readonly refusal: string }
  | { readonly text: string }
  | { readonly text: string; readonly part: Readonly<Record<string, unknown>> };

function shownPicture(path: string, result: ExecResult, bytes: Buffer | undefined): Shown {
  if (result.kind === 'not-run') return { refusal: describeRefusal(result.refusal).forModel };
  if (bytes === undefined)
    return { text: `unable to process image: it is larger than ${maxImageBytes} bytes` };
  const { outcome } = result;
  if (outcome.kind !== 'exited' || outcome.exitCode !== 0)
    return { text: `unable to locate image at \`${path}\`: ${whyNot(result)}` };
  const image = imageInput(bytes);
  if (!image.ok) return { text: `unable to process image: ${image.error}` };
  const type = /^data:([^;]+)/.exec(String(image.value['image_url']))?.[1] ?? 'image';
  return { text: `${type}, ${bytes.length} bytes`, part: image.value };
}

function whyNot({ outcome }: Exclude<ExecResult, { readonly kind: 'not-run' }>): string {
  switch (outcome.kind) {
    case 'spawn-failed':
      return outcome.failure.message;
    case 'timed-out':
      return 'it did not end within 10 seconds';
    case 'cancelled':
      return 'the turn ended';
    default: {
      const said = renderCaptured(outcome.output.stderr).trim();
      return said === '' ? 'it could not be read' : said.replace(/^cat: .*: /u, '');
    }
  }
}

interface CollectedBytes {
  readonly callId: string;
  /** Ends the command that writes more than a picture may have. */
  readonly tooMany: AbortSignal;
  /** undefined when there were too many. */
  taken(): Buffer | undefined;
  stop(): void;
}

function collectBytes(runtime: Pick<ShellRuntime, 'onEvent'>, callId: string): CollectedBytes {
  const full = new AbortController();
  let pieces: Uint8Array[] = [];
  let size = 0;
  const stop = runtime.onEvent((event) => {
    if (event.callId !== callId) return;
    if (event.type === 'attempt.started') {
      pieces = [];
      size = 0;
    }
    if (event.type !== 'output.chunk' || event.stream !== 'stdout' || full.signal.aborted) return;
    size += event.bytes.byteLength;
    if (size > maxImageBytes) full.abort();
    else pieces.push(Buffer.from(event.bytes));
  });
  return {
    callId,
    tooMany: full.signal,
    taken: () => (full.signal.aborted ? undefined : Buffer.concat(pieces)),
    stop,
  };
}
