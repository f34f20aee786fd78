// The terminal that `cordon run` was started on, shared by its questions and its command.
import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import type { Reviewer } from '../../domain/index.ts';
import { quoteArgv } from '../../shell/index.ts';
import type { Edge } from '../edge.ts';
import { askingOn, terminalReviewer } from '../terminal-reviewer.ts';
import type { AskingTerminal } from '../terminal/ask-about-changes.ts';
import { type TerminalTurns, terminalTurns } from '../terminal/terminal-turns.ts';
import { typedInput } from '../terminal/typed-input.ts';

export interface RunTerminal {
  readonly turns: TerminalTurns;
  /** Undefined: there is nobody to ask. */
  readonly reviewer: Reviewer | undefined;
  /** One question about changes at a time, with the terminal to itself. */
  ask<T>(question: (terminal: AskingTerminal) => Promise<T>): Promise<T>;
  /** What is typed from now on is the command's, where no question is open. */
  typed(): AsyncIterableIterator<Uint8Array>;
  /** Whether somebody can type here at all: a job in the background would be stopped for reading. */
  readonly canType: boolean;
}

/** `rulesFile`: where a rule that is saved from an answer goes. */
export function runTerminal(edge: Edge, rulesFile: string): RunTerminal {
  const { stdin, stderr, env } = edge;
  const turns = terminalTurns();
  const state = { isShared: false, fresh: undefined as ReadStream | undefined };
  const shared = {
    // Ctrl-D ended the program's input, and with it the stream; the terminal is still there.
    get input(): ReadStream {
      if (!stdin.readableEnded && !stdin.destroyed) return stdin;
      return (state.fresh ??= edge.reopenStdin?.() ?? stdin);
    },
    output: stderr,
    env,
    isShared: () => state.isShared,
    quote: quoteArgv,
    rulesFile,
  };
  const inTurn = async <T>(question: () => Promise<T>): Promise<T> =>
    await turns.ask(question).finally(() => {
      state.fresh?.destroy();
      state.fresh = undefined;
    });
  const inner = terminalReviewer(shared);
  return {
    turns,
    reviewer: inner === undefined ? undefined : oneAtATime(inner, inTurn),
    ask: async (question) => await inTurn(async () => await question(askingOn(shared))),
    typed: () => {
      state.isShared = true;
      return typedInput(stdin, turns);
    },
    canType: stdin.isTTY && isForeground(edge),
  };
}

type InTurn = <T>(question: () => Promise<T>) => Promise<T>;

function oneAtATime(inner: Reviewer, inTurn: InTurn): Reviewer {
  return {
    review: async (request, signal) => await inTurn(async () => await inner.review(request, signal)),
    reviewChange: async (request, signal) =>
      await inTurn(async () => (await inner.reviewChange?.(request, signal)) ?? { kind: 'put-aside' }),
  };
}

function isForeground({ platform }: Edge): boolean {
  if (platform !== 'linux') return true;
  try {
    // Behind the name, which may hold anything: state, parent, group, session, terminal, its foreground group.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
