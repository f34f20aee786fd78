// What is said of a traced program, whatever the form: its words, its end, what it changed and did not get. Every text comes
// from commands: what could drive a terminal is spelled out.
import type { TracedChange, TracedEnd, TracedProgram } from './command-trace.ts';
import { visible } from './visible-text.ts';

const mostCharacters = 160;

/** Its words as one line, quoted where a shell would need it, cut at 160 characters. */
export function wordsOfTraced({
  argv,
  wordCount,
  program,
}: Pick<TracedProgram, 'argv' | 'wordCount' | 'program'>): string {
  return lineOf(argv.length === 0 ? [program] : argv, argv.length < wordCount);
}

export function lineOf(words: readonly string[], isCut = false): string {
  const line: string[] = [];
  let length = 0;
  for (const word of words) {
    if (length > mostCharacters) break;
    line.push(quoted(word.slice(0, mostCharacters + 1)));
    length += word.length + 1;
  }
  const whole = line.join(' ');
  return isCut || line.length < words.length || whole.length > mostCharacters
    ? `${whole.slice(0, mostCharacters)}…`
    : whole;
}

function quoted(word: string): string {
  const shown = visible(word);
  return /^[\w@%+=:,./-]+$/u.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}

/** `exit 1 after 12 ms`. */
export function endOfTraced({ end, durationMs }: Pick<TracedProgram, 'end' | 'durationMs'>): string {
  return durationMs === undefined ? endWords(end) : `${endWords(end)} after ${inMilliseconds(durationMs)}`;
}

function endWords(end: TracedEnd): string {
  switch (end.kind) {
    case 'exited':
      return `exit ${String(end.exitCode)}`;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'replaced':
      return 'became another program';
    case 'with-command':
      return 'ended with the command';
    case 'unseen':
      return 'ended, nobody saw how';
  }
}

function inMilliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`;
}

const changeWords: Readonly<Record<TracedChange, string>> = {
  wrote: 'wrote',
  created: 'created',
  'made-directory': 'made directory',
  linked: 'linked',
  removed: 'removed',
  renamed: 'renamed',
  metadata: 'changed metadata of',
};

/** One line each: what it changed, what the sandbox held back, what rules did not let it start. */
export function deedsOfTraced({ files, denials, refused }: TracedProgram): readonly string[] {
  return [
    ...files.map(({ change, path, from }) =>
      from === undefined
        ? `${changeWords[change]} ${visible(path)}`
        : `${changeWords[change]} ${visible(from)} to ${visible(path)}`,
    ),
    ...denials.map(
      ({ seen, target }) =>
        `denied: ${visible(seen?.call ?? 'a call')} ${visible(target ?? '')} (${seen?.by ?? 'the sandbox'})`,
    ),
    ...refused.map(({ argv, because }) => `not started: ${lineOf(argv)} (${because})`),
  ];
}
