// `process/*`: as the exec server of this protocol has them. The same commands, started without waiting for their end.
import { chunkOf, type ClientCommand } from '../client-command.ts';
import type { Client } from '../client.ts';
import type { Peer } from '../peer.ts';
import { RpcError } from '../rpc-error.ts';
import type { Attachment } from '../run-command.ts';
import { startCommand } from '../start-command.ts';
import { streamOutput } from '../stream-output.ts';
import { readOutput } from './command-methods.ts';
import type { MethodsOf } from './methods-of.ts';
import { readBase64, readDirectory, readWish } from './read-wish.ts';

/** Ids of writes that are remembered for each command. */
const mostWrites = 1_024;

export const processMethods: MethodsOf<
  'process/start' | 'process/read' | 'process/write' | 'process/signal' | 'process/terminate'
> = {
  'process/start': async (params, client, peer) => {
    const { processId, tty, size, pipeStdin, timeoutMs } = params;
    const attachment: Attachment =
      tty === true
        ? { kind: 'tty', size: size ?? undefined }
        : pipeStdin === true
          ? { kind: 'pipes' }
          : { kind: 'closed', changes: 'commit' };
    const wish = { cwd: readDirectory(params.cwd), env: params.env, timeoutMs };
    const command = await startCommand(client, {
      processId,
      attachment,
      policy: params.sandboxPolicy,
      input: readWish(params.argv, { ...wish, disableTimeout: (timeoutMs ?? null) === null }),
    });
    const sandboxType = await command.started;
    if (sandboxType === undefined) {
      await command.over;
      throw notStarted(command);
    }
    // Told behind the answer: a client knows the process first.
    setImmediate(() => void tell(processId, command, peer));
    return { processId, sandboxType };
  },
  'process/read': async (params, client, peer) => await readOutput(params, client, peer),
  'process/write': async ({ processId, writeId, chunk }, client) => {
    const bytes = readBase64(chunk, 'chunk');
    const command = await client.commands.find(processId);
    if (command === undefined) return { status: 'unknownProcess' };
    if (command.written.has(writeId)) return { status: 'accepted' };
    remember(command.written, writeId);
    if (command.attachment.kind === 'closed' || (await command.write(bytes)) === 'closed')
      return { status: 'stdinClosed' };
    return { status: 'accepted' };
  },
  'process/signal': async ({ processId }, client) => {
    if (await (await client.commands.get(processId)).interrupt()) return {};
    throw new RpcError('no-terminal', 'Cannot interrupt it: there is no terminal, or its program has ended', {
      hint: 'process/terminate ends a program without a terminal',
    });
  },
  'process/terminate': async ({ processId }, client: Client) => {
    const command = await client.commands.find(processId);
    const running = command?.isRunning === true;
    command?.stop();
    return { running };
  },
};

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > mostWrites && oldest !== undefined) ids.delete(oldest);
}

function notStarted(command: ClientCommand): RpcError {
  const { refusal, reason, status } = command.result('none');
  if (refusal !== null) return new RpcError('refused', reason ?? 'It was refused', { refusal });
  return new RpcError('spawn-failed', reason ?? `It was not started: ${status}`);
}

async function tell(processId: string, command: ClientCommand, peer: Peer): Promise<void> {
  const streamer = streamOutput(command.record, peer, (piece) =>
    peer.notify('process/output', { processId, ...chunkOf(piece) }),
  );
  const over = await command.over.catch(() => undefined);
  await streamer.finish();
  if (over === undefined) return;
  const { exitCode, sandboxDenied } = command.result('none');
  peer.notify('process/exited', { processId, seq: over.exitedSeq, exitCode, sandboxDenied });
  peer.notify('process/closed', { processId, seq: over.closedSeq });
}
