// The prompt: from the command line, or from stdin when that is what was asked for.
import { CliError, type Edge } from '../edge.ts';
import { statusOfSignal } from '../exit-status.ts';
import { readStdin } from '../read-stdin.ts';
import type { ExecArguments } from './exec-arguments.ts';

const maxBytes = 10 * 1024 * 1024;

/** @throws CliError status 1 when there is no prompt, or none that can be read. */
export async function readPrompt(prompt: ExecArguments['prompt'], edge: Edge): Promise<string> {
  if (prompt.kind === 'text') {
    if (prompt.text.trim() === '') throw new CliError(1, 'The prompt is empty');
    return prompt.text;
  }
  const hint = 'Pass it as an argument: cordon exec "PROMPT", or on stdin: echo PROMPT | cordon exec -';
  if (edge.stdin.isTTY) throw new CliError(1, 'No prompt: none was given and stdin is a terminal', hint);
  const text = await textOf(edge);
  if (text.trim() === '') throw new CliError(1, 'No prompt: stdin is empty', hint);
  return text;
}

async function textOf(edge: Edge): Promise<string> {
  const { interrupted } = edge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of readStdin(edge)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) throw new CliError(1, 'The prompt on stdin is larger than 10 MiB');
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(1, 'Cannot read the prompt from stdin');
  }
  if (interrupted.aborted)
    throw new CliError(statusOfSignal(String(interrupted.reason)), 'Interrupted before there was a prompt');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CliError(1, 'The prompt on stdin is not UTF-8 text');
  }
}
