// A command as a person would type it, for items and for the terminal. Never parsed back.
import type { ToolCall } from './tool-call.ts';

export function displayCommand(call: ToolCall): string {
  switch (call.kind) {
    case 'shell':
      return typeof call.command === 'string'
        ? quoted(['bash', call.login ? '-lc' : '-c', call.command])
        : quoted(call.command);
    case 'exec-command':
      return quoted([call.shell ?? 'bash', call.login ? '-lc' : '-c', call.script]);
    case 'patch':
      return 'apply_patch';
    case 'picture':
      return quoted(['view_image', call.path]);
    case 'write-stdin':
      return quoted(['write_stdin', String(call.sessionId)]);
  }
}

function quoted(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
