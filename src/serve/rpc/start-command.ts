// Starts a command for a client, in the sandbox it asked for. The name is taken before anything is waited for, so that what
// a client sends right behind it finds it.
import { ClientCommand } from './client-command.ts';
import type { Client } from './client.ts';
import type { SandboxPolicy } from './protocol/commands.ts';
import type { Attachment, CommandInput } from './run-command.ts';

export interface CommandStart {
  /** Undefined: nobody comes back for it. */
  readonly processId: string | undefined;
  readonly attachment: Attachment;
  readonly policy: SandboxPolicy | null | undefined;
  readonly input: CommandInput;
}

export async function startCommand(
  client: Client,
  { processId, attachment, policy, input }: CommandStart,
): Promise<ClientCommand> {
  const { retainBytes, exitCodeOf } = client.parts;
  const command = await client.commands.start({ processId, callId: input.callId }, async () => {
    const runtime = await client.runtimes.for(policy);
    return new ClientCommand({ runtime, input, attachment, retainBytes, exitCodeOf });
  });
  // Its client went away meanwhile.
  if (processId === undefined && client.peer === undefined) command.stop();
  return command;
}
