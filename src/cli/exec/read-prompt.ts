// The prompt: from the command line, with what is piped in beside it, or from stdin alone.
import { CliError, type Edge } from '../edge.ts';
import { statusOfSignal } from '../exit-status.ts';
import type { ExecArguments } from './exec-arguments.ts';
import { bringsInput, type PipedInput, readPipedInput, sidePatience } from './read-piped-input.ts';

/** What stdin is; tests say it themselves. */
export type StdinProbe = () => boolean;

/** @throws CliError status 1 when there is no prompt, or none that can be read. */
export async function readPrompt(
  prompt: ExecArguments['prompt'],
  edge: Edge,
  hasInput: StdinProbe = () => bringsInput(0),
): Promise<string> {
  if (prompt.kind === 'text') {
    if (prompt.text.trim() === '') throw new CliError(1, 'The prompt is empty');
    return hasInput() ? await withPipedInput(prompt.text, edge) : prompt.text;
  }
  const hint = 'Pass it as an argument: cordon exec "PROMPT", or on stdin: echo PROMPT | cordon exec -';
  if (edge.stdin.isTTY) throw new CliError(1, 'No prompt: none was given and stdin is a terminal', hint);
  const input = await read(edge, () => readPipedInput(edge), 'prompt');
  const text = textOf(input, 'prompt');
  if (text.trim() === '') throw new CliError(1, 'No prompt: stdin is empty', hint);
  return text;
}

async function withPipedInput(prompt: string, edge: Edge): Promise<string> {
  const input = await read(edge, () => readPipedInput(edge, sidePatience), 'input');
  if (input.kind === 'silent') {
    edge.stderr.write(
      `cordon exec: stdin is open and sent nothing for ${input.afterMs / 1000} s: going on without it\n`,
    );
    return prompt;
  }
  const text = textOf(input, 'input');
  return text.trim() === '' ? prompt : `${prompt}\n\n<stdin>\n${text.replace(/\n$/, '')}\n</stdin>`;
}

async function read(edge: Edge, run: () => Promise<PipedInput>, what: string): Promise<PipedInput> {
  const { interrupted } = edge;
  const input = await run().catch(() => undefined);
  if (interrupted.aborted)
    throw new CliError(statusOfSignal(String(interrupted.reason)), 'Interrupted before there was a prompt');
  if (input === undefined) throw new CliError(1, `Cannot read the ${what} from stdin`);
  return input;
}

function textOf(input: PipedInput, what: string): string {
  if (input.kind === 'too-large') throw new CliError(1, `The ${what} on stdin is larger than 10 MiB`);
  if (input.kind === 'silent') throw new CliError(1, `The ${what} on stdin never ended`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input.bytes);
  } catch {
    throw new CliError(1, `The ${what} on stdin is not UTF-8 text`);
  }
}
