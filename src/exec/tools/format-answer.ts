// What the model reads after a command, in the three shapes models were trained on.
import type { CapturedStream } from '../../domain/index.ts';
import { bytesPerToken, countLines, cutMiddle } from './cut-middle.ts';

export interface CommandOutput {
  readonly output: CapturedStream;
  /** Line breaks in the whole output; undefined: as many as were kept. */
  readonly lineBreaks: number | undefined;
  readonly wallMs: number;
  /** A line before the output: a deadline, a signal, a program that could not start. */
  readonly notice: string | undefined;
}

/** Output of `shell` and `local_shell` is cut at this many tokens; `exec_command` brings its own limit. */
export const shellOutputTokens = 10_000;

/** `shell` and `local_shell`: JSON text. Written by hand because `0.0` must not become `0`. */
export function formatJsonAnswer(exitCode: number, command: CommandOutput): string {
  const output = JSON.stringify(body(command, shellOutputTokens));
  const seconds = (command.wallMs / 1000).toFixed(1);
  return `{"output":${output},"metadata":{"exit_code":${exitCode},"duration_seconds":${seconds}}}`;
}

/** `shell_command`: a heading and the output. */
export function formatFreeformAnswer(exitCode: number, command: CommandOutput): string {
  const { text, cut } = cutMiddle(command.output, shellOutputTokens);
  return [
    `Exit code: ${exitCode}`,
    `Wall time: ${Math.round(command.wallMs / 100) / 10} seconds`,
    ...(cut ? [`Total output lines: ${countLines(command.output, command.lineBreaks)}`] : []),
    'Output:',
    noticed(command.notice, text),
  ].join('\n');
}

export type SessionState =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'running'; readonly sessionId: number };

/** `exec_command` and `write_stdin`. `chunkId` is six hex digits that mean nothing. */
export function formatChunkAnswer(
  chunkId: string,
  state: SessionState,
  command: CommandOutput,
  maxOutputTokens: number,
): string {
  const tokens = Math.ceil(command.output.totalBytes / bytesPerToken);
  return [
    `Chunk ID: ${chunkId}`,
    `Wall time: ${(command.wallMs / 1000).toFixed(4)} seconds`,
    state.kind === 'exited'
      ? `Process exited with code ${state.exitCode}`
      : `Process running with session ID ${state.sessionId}`,
    `Original token count: ${tokens}`,
    'Output:',
    body(command, maxOutputTokens, `Warning: truncated output (original token count: ${tokens})\n`),
  ].join('\n');
}

/** @param warning stands before what was cut. Only the newer tools have one. */
function body(command: CommandOutput, maxTokens: number, warning = ''): string {
  const { text, cut } = cutMiddle(command.output, maxTokens);
  const lines = cut
    ? `${warning}Total output lines: ${countLines(command.output, command.lineBreaks)}\n\n`
    : '';
  return noticed(command.notice, `${lines}${text}`);
}

function noticed(notice: string | undefined, text: string): string {
  return notice === undefined ? text : `${notice}\n${text}`;
}
