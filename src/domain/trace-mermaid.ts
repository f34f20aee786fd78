// A trace as a flow chart in Mermaid's language. Whatever means something there is spelled as a number.
import type { CommandTrace, TracedProgram } from './command-trace.ts';
import { endOfTraced, wordsOfTraced } from './describe-traced.ts';

/** Mermaid draws no more edges than this by default. */
const mostPrograms = 500;

/** At most 500 programs; each with its end, and how much it changed and was refused. */
export function traceMermaid({ programs }: CommandTrace): string {
  const shown = programs.slice(0, mostPrograms);
  const more = programs.length - shown.length;
  return [
    'flowchart TD',
    ...shown.flatMap((program) => [
      `  p${String(program.id)}["${label(program)}"]`,
      ...(program.parent === undefined ? [] : [`  p${String(program.parent)} --> p${String(program.id)}`]),
    ]),
    ...(more > 0 ? [`  more["and ${String(more)} more programs"]`] : []),
    '',
  ].join('\n');
}

function label(program: TracedProgram): string {
  const { files, denials, refused } = program;
  const held = denials.length + refused.length;
  return [
    plain(wordsOfTraced(program)),
    plain(endOfTraced(program)),
    ...(files.length > 0 ? [`${String(files.length)} changed`] : []),
    ...(held > 0 ? [`${String(held)} denied`] : []),
  ].join('<br/>');
}

function plain(text: string): string {
  return text.replace(/[^\w @%+=:,./-]/gu, (character) => `#${String(character.codePointAt(0) ?? 0)};`);
}
