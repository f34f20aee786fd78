// The state one tolerant reading shares: where it is, what it found, and how far it may still go.
import type { Lexing } from './lexing.ts';
import type { MarkedWord } from './marked-word.ts';
import type { Variables } from './variables.ts';

/** A command as it was read, before braces are expanded and wrappers looked through. */
export interface LooseCommand {
  readonly words: readonly MarkedWord[];
  /** The words as they are written; absent where nobody asks. */
  readonly sources?: readonly string[] | undefined;
  /** What is read for the words that stand behind these: what is piped into `xargs`. */
  readonly appended?: Feed | undefined;
  readonly assignments: readonly { readonly name: string; readonly value: MarkedWord }[];
  readonly redirects: readonly LooseRedirect[];
  readonly via: readonly string[];
  /** What writes the text it reads; undefined when nothing in the script does. */
  readonly pipedFrom: Feed | undefined;
  /** Redirections of the groups it stands in: `{ sh; } < f`. Filled in when the group has ended. */
  readonly around?: LooseRedirect[];
  /** What the script wrote into files before it; undefined when that is nothing. */
  readonly files?: WrittenText | undefined;
}

/** The files a script writes. */
export interface WrittenText {
  read(path: string): { readonly texts: readonly string[]; readonly isUnread: boolean } | undefined;
  /** The last parts of their names, as far as they meet the pattern. */
  matching(pattern: RegExp): readonly string[];
}

/** The commands of one stage of a pipeline: a range of a list that only grows. */
export interface Feed {
  readonly commands: readonly LooseCommand[];
  readonly from: number;
  readonly to: number;
}

export interface LooseRedirect {
  readonly operator: string;
  /** For a here-document its body, filled in when the line has ended. */
  target: MarkedWord;
}

export interface PendingHeredoc {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
  readonly expands: boolean;
  readonly redirect: LooseRedirect;
}

/** Text that is read after the text around it. */
export interface LaterText {
  readonly text: string;
  /** A script, or text in which only `$` and backticks mean anything. */
  readonly as: 'script' | 'expandable';
  /** The here-document it is the body of. */
  readonly bodyOf?: LooseRedirect;
}

export interface Reading {
  readonly lexing: Lexing;
  readonly text: string;
  at: number;
  depth: number;
  /** How often `((` may still turn out not to be arithmetic. */
  rewindsLeft: number;
  /** Set when a limit was met: what follows was not read. */
  stopped: boolean;
  /** Set where this reader and the shell may part: a quote that nobody closes, a parenthesis too many. */
  doubtful: boolean;
  /** Set where text is evaluated a second time: arithmetic, subscripts, `${!x}`, `${x@P}`. */
  evaluatesAgain: boolean;
  /** Literal text that would be a command if it were evaluated again. */
  readonly literals: string[];
  heredocs: PendingHeredoc[];
  /** Inside `$(` or `<(`, where a here-document may end with the parenthesis. */
  isSubstitution: boolean;
  /** A here-document of this substitution has been read: bash may join what follows it wrongly. */
  hasBody: boolean;
  readonly found: LooseCommand[];
  /** Functions whose body is being read, innermost last, with the brace depth their body stands at. */
  /** Commands since a here-document was announced whose body has not come, groups included. */
  beforeBody: number;
  readonly functions: { readonly name: string; readonly braces: number }[];
  braces: number;
  /** What feeds the group that is being read. */
  pipedFrom: Feed | undefined;
  readonly later: LaterText[];
  /** What the variables hold; undefined where nobody asks. */
  readonly variables: Variables | undefined;
  /** Whether this is the script itself, and no text inside it. */
  readonly isOutermost: boolean;
  /** Reads commands up to `)` or the end. Held here so that words and commands can hold each other. */
  readonly readCommands: (reading: Reading) => 'closed' | 'ended';
}

const maxDepth = 60;

/** Runs `read` one level deeper; stops the whole reading, and answers undefined, when that is too deep. */
export function deeper<T>(reading: Reading, read: () => T): T | undefined {
  if (reading.depth >= maxDepth) {
    stop(reading);
    return undefined;
  }
  reading.depth += 1;
  const answer = read();
  reading.depth -= 1;
  return answer;
}

export function stop(reading: Reading): void {
  reading.stopped = true;
  reading.at = reading.text.length;
}

/** Moves over `\` and a newline, which a shell takes out before it looks at anything, and gives what stands there. */
export function peek(reading: Reading): string {
  while (reading.text[reading.at] === '\\' && reading.text[reading.at + 1] === '\n') reading.at += 2;
  return reading.text[reading.at] ?? '';
}

/** The character behind the one `peek` gave. */
export function peekNext(reading: Reading): string {
  return reading.text[nextIndex(reading)] ?? '';
}

/** Moves over the character `peek` gave, and over the one behind it. */
export function takeTwo(reading: Reading): void {
  reading.at = nextIndex(reading) + 1;
}

function nextIndex({ text, at }: Reading): number {
  let next = at + 1;
  while (text[next] === '\\' && text[next + 1] === '\n') next += 2;
  return next;
}
