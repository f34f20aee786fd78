import { describe, expect, it } from 'vitest';
import type { CallId, ExecEvent, ExecResult } from '../../domain/index.ts';
import { maxImageBytes } from '../image-input.ts';
import { ItemLog } from '../report/item-log.ts';
import type { ThreadEvent } from '../report/thread-event.ts';
import { captured, fakeRuntime, notRun, output, ran } from '../testdata/fake-runtime.ts';
import { answerPicture, isPictureBytes } from './answer-picture.ts';
import type { ToolAnswer } from './model-call.ts';

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from([0, 255, 10, 128])]);
const exited = (exitCode: number, stderr = ''): ExecResult =>
  ran({ kind: 'exited', exitCode, output: { ...output(''), stderr: captured(stderr) } });

/** A command that writes `bytes` in pieces, and ends with `result`. */
async function view(
  bytes: Uint8Array,
  result: ExecResult,
): Promise<{ answer: ToolAnswer; events: ThreadEvent[]; seen: ExecEvent[]; command: unknown }> {
  const events: ThreadEvent[] = [];
  const seen: ExecEvent[] = [];
  const runtime = fakeRuntime((input) => {
    const callId = input.callId as CallId;
    for (let at = 0; at < bytes.length; at += 4 * 1024 * 1024)
      runtime.emit({
        type: 'output.chunk',
        callId,
        stream: 'stdout',
        bytes: bytes.subarray(at, at + 4 * 1024 * 1024),
      });
    return result;
  });
  runtime.onEvent((event) => seen.push(event));
  const answer = await answerPicture(
    { callId: 'c1', name: 'view_image', arguments: '', answerType: 'function_call_output' },
    { kind: 'picture', path: '-x.png' },
    { runtime, items: new ItemLog((event) => events.push(event)), workspace: '/ws', env: {} },
    new AbortController().signal,
  );
  return { answer, events, seen, command: runtime.inputs[0]?.command };
}

const last = (events: readonly ThreadEvent[]): unknown => {
  const event = events.at(-1);
  if (event?.type !== 'item.completed' || event.item.type !== 'command_execution') return event;
  const { command, aggregated_output, status } = event.item;
  return { command, aggregated_output, status };
};

describe('view_image', () => {
  it('is read by a command of the sandbox, and shown to the model alone', async () => {
    const { answer, events, seen, command } = await view(png, exited(0));
    expect(command).toEqual(['cat', '--', '/ws/-x.png']);
    expect(answer).toEqual([
      { type: 'input_image', image_url: `data:image/png;base64,${png.toString('base64')}` },
    ]);
    expect(last(events)).toEqual({
      command: 'view_image -x.png',
      aggregated_output: 'image/png, 12 bytes',
      status: 'completed',
    });
    expect([seen.length, seen.every(isPictureBytes)]).toEqual([1, true]);
  });

  it.each<{ says: string; bytes: Uint8Array; result: ExecResult; answer: string; status: string }>([
    {
      says: 'a file that is no picture',
      bytes: Buffer.from('root:x:0:0'),
      result: exited(0),
      answer: 'unable to process image: it is no PNG, JPEG, GIF or WebP picture',
      status: 'failed',
    },
    {
      says: 'a file that is not there, or hidden from commands',
      bytes: Buffer.alloc(0),
      result: exited(1, 'cat: /ws/-x.png: No such file or directory\n'),
      answer: 'unable to locate image at `/ws/-x.png`: No such file or directory',
      status: 'failed',
    },
    {
      says: 'more than a picture may have',
      bytes: Buffer.alloc(maxImageBytes + 1),
      result: ran({ kind: 'cancelled', output: output('') }),
      answer: `unable to process image: it is larger than ${maxImageBytes} bytes`,
      status: 'failed',
    },
    {
      says: 'a reader that does not end',
      bytes: Buffer.alloc(0),
      result: ran({ kind: 'timed-out', afterMs: 10_000, output: output('') }),
      answer: 'unable to locate image at `/ws/-x.png`: it did not end within 10 seconds',
      status: 'failed',
    },
    {
      says: 'a command that a rule forbids',
      bytes: Buffer.alloc(0),
      result: notRun({ kind: 'escalation-not-possible', reason: 'no' }),
      answer:
        'Not run: no; repeat the command without asking for more access, or tell the user why it is needed',
      status: 'declined',
    },
  ])('answers $says with a sentence', async ({ bytes, result, answer, status }) => {
    const { answer: got, events } = await view(bytes, result);
    expect(got).toBe(answer);
    expect(last(events)).toMatchObject({ status });
  });
});
