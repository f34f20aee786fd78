// The state one tolerant reading shares: where it is, what it found, and how far it may still go.
import type { MarkedWord } from './marked-word.ts';

/** A command as it was read, before braces are expanded and wrappers looked through. */
export interface LooseCommand {
  readonly words: readonly MarkedWord[];
  readonly assignments: readonly { readonly name: string; readonly value: MarkedWord }[];
  readonly redirects: readonly LooseRedirect[];
  readonly via: readonly string[];
  /** The command whose output it reads. */
  readonly pipedFrom: LooseCommand | undefined;
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

export interface Reading {
  readonly text: string;
  at: number;
  depth: number;
  /** How often `((` may still turn out not to be arithmetic. */
  rewindsLeft: number;
  /** Set when a limit was met: what follows was not read. */
  stopped: boolean;
  readonly heredocs: PendingHeredoc[];
  readonly found: LooseCommand[];
  /** Functions whose body is being read, innermost last, with the brace depth their body stands at. */
  readonly functions: { readonly name: string; readonly braces: number }[];
  braces: number;
  /** Text that is read afterwards: scripts in backticks, and bodies that bash expands. */
  readonly later: { readonly text: string; readonly as: 'script' | 'expandable' }[];
  /** Reads commands up to `)` or the end. Held here so that words and commands can hold each other. */
  readonly readCommands: (reading: Reading) => void;
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
