// `command/*`: as the app server of this protocol has them, with output that can be read again by number.
import { base64Of, type ClientCommand } from '../client-command.ts';
import { startCommand } from '../start-command.ts';
import type { Client } from '../client.ts';
import type { Peer } from '../peer.ts';
import type { Piece } from '../output-record.ts';
import type { CommandExecParams, CommandReadParams, CommandReadResult } from '../protocol/commands.ts';
import { RpcError } from '../rpc-error.ts';
import type { Attachment } from '../run-command.ts';
import { streamOutput } from '../stream-output.ts';
import type { MethodsOf } from './methods-of.ts';
import { readBase64, readDirectory, readWish } from './read-wish.ts';

export const commandMethods: MethodsOf<
  | 'command/exec'
  | 'command/exec/write'
  | 'command/exec/resize'
  | 'command/exec/terminate'
  | 'command/read'
  | 'command/list'
> = {
  'command/exec': async (params, client, peer) => {
    const attachment = attachmentOf(params);
    const isStreamed = params.streamStdoutStderr === true || params.tty === true;
    const processId = params.processId ?? undefined;
    if (processId === undefined && (isStreamed || attachment.kind !== 'closed'))
      throw new RpcError('bad-params', 'Cannot stream without a `processId` to name the command by');
    if (params.disableOutputCap === true && (params.outputBytesCap ?? null) !== null)
      throw new RpcError('bad-params', 'Cannot use `disableOutputCap` together with `outputBytesCap`');
    const command = await startCommand(client, {
      processId,
      attachment,
      policy: params.sandboxPolicy,
      input: readWish(params.command, { ...params, cwd: readDirectory(params.cwd) }),
    });
    const cap = params.outputBytesCap ?? Infinity;
    const streamer = isStreamed
      ? streamOutput(command.record, peer, deltas(peer, processId ?? '', cap))
      : undefined;
    const { changeSet } = await command.over.finally(async () => await streamer?.finish());
    if (changeSet !== undefined) client.changeSets.set(changeSet.id, changeSet);
    return command.result(isStreamed ? 'none' : cap);
  },
  'command/exec/write': async ({ processId, deltaBase64, closeStdin }, client) => {
    const command = await client.commands.get(processId);
    await typeInto(command, readBase64(deltaBase64 ?? '', 'deltaBase64'));
    if (closeStdin === true) await command.endInput();
    return {};
  },
  'command/exec/resize': async ({ processId, size }, client) => {
    if (await (await client.commands.get(processId)).resize(size)) return {};
    throw new RpcError('no-terminal', 'Cannot set the size: there is no terminal, or its program has ended');
  },
  'command/exec/terminate': async ({ processId }, client) => {
    const command = await client.commands.get(processId);
    command.stop();
    return {};
  },
  'command/read': async (params, client, peer) => await readOutput(params, client, peer),
  'command/list': async (_, client) => {
    const commands = client.commands.list().map(([processId, { shown, isRunning, record }]) => ({
      processId,
      command: shown,
      running: isRunning,
      nextSeq: record.nextSeq,
    }));
    return await Promise.resolve({ commands });
  },
};

function attachmentOf({ tty, size, streamStdin, changes }: CommandExecParams): Attachment {
  if (size !== null && size !== undefined && tty !== true)
    throw new RpcError('bad-params', 'Cannot use `size` without `tty`');
  const isOpen = tty === true || streamStdin === true;
  if (isOpen && changes === 'hold')
    throw new RpcError('bad-params', 'Cannot hold the changes of a command whose input stays open');
  if (tty === true) return { kind: 'tty', size: size ?? undefined };
  return isOpen ? { kind: 'pipes' } : { kind: 'closed', changes: changes ?? 'commit' };
}

/** Of each stream at most `cap` bytes; the last piece of one that has more says so. */
function deltas(peer: Peer, processId: string, cap: number): (piece: Piece) => void {
  const left = { stdout: cap, stderr: cap };
  return ({ seq, stream: from, bytes }) => {
    // A terminal has one stream.
    const stream = from === 'stderr' ? 'stderr' : 'stdout';
    const room = left[stream];
    if (room < 0) return;
    // Once: the piece that goes over it.
    const capReached = bytes.length > room;
    left[stream] = capReached ? -1 : room - bytes.length;
    const told = capReached ? bytes.subarray(0, room) : bytes;
    peer.notify('command/exec/outputDelta', {
      processId,
      stream,
      deltaBase64: base64Of(told),
      capReached,
      seq,
    });
  };
}

/** @throws RpcError when nobody reads it. */
export async function typeInto(command: ClientCommand, bytes: Uint8Array): Promise<void> {
  if (command.attachment.kind === 'closed')
    throw new RpcError('stdin-closed', 'Cannot write to it: its input was not kept open');
  if (bytes.length > 0 && (await command.write(bytes)) === 'closed')
    throw new RpcError('stdin-closed', 'Cannot write to it: nobody reads its input any more');
}

const mostBytes = 1024 * 1024;

export async function readOutput(
  { processId, afterSeq, maxBytes, waitMs }: CommandReadParams,
  client: Client,
  peer: Peer,
): Promise<CommandReadResult> {
  const command = await client.commands.get(processId);
  const after = afterSeq ?? 0;
  const hasNews = (): boolean => !command.isRunning || command.record.nextSeq > after + 1;
  if (!hasNews() && (waitMs ?? 0) > 0) await news(command, peer, waitMs ?? 0, hasNews);
  return command.read(after, maxBytes ?? mostBytes);
}

async function news(command: ClientCommand, peer: Peer, ms: number, hasNews: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      peer.gone.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = command.record.onNews(() => {
      if (hasNews()) done();
    });
    peer.gone.addEventListener('abort', done, { once: true });
  });
}
