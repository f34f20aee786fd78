// Asks a person on the terminal. One question at a time, in the order they came; silence, a closed terminal or a
// withdrawn question is never a yes. The terminal is put back as it was on every way out.
import type { ReadStream, WriteStream } from 'node:tty';
import {
  type ApprovalChoice,
  type ApprovalRequest,
  type Argv,
  heldQuestion,
  type ReviewDecision,
  type Reviewer,
} from '../domain/index.ts';
import { askAboutChanges, type AskingTerminal } from './terminal/ask-about-changes.ts';
import { narrowPrefix } from './terminal/narrow-prefix.ts';
import { type KeyMode, pauseNote, readKeys } from './terminal/read-keys.ts';
import { readLine } from './terminal/read-line.ts';
import { renderAnswer } from './terminal/render-answer.ts';
import { pageRows } from './terminal/page-rows.ts';
import { renderQuestion, wholeQuestion } from './terminal/render-question.ts';
import { painter } from './terminal/styles.ts';
import { tidyTerminal } from './terminal/tidy-terminal.ts';

export interface TerminalReviewerOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Quotes words for a shell. */
  quote(argv: Argv): string;
  /** Where a rule that is saved from an answer goes; undefined when it lasts for the session. */
  readonly rulesFile?: string;
  /** Milliseconds in which a new question takes no key: it may have been typed at something else. Default 250. */
  readonly settleMs?: number;
  /** Whether somebody may be typing at a program that has the same terminal: a key then counts after a pause only. */
  isShared?(): boolean;
}

/** Undefined when there is no terminal to ask on: the caller then runs without a reviewer, which refuses questions. */
export function terminalReviewer(options: TerminalReviewerOptions): Reviewer | undefined {
  if (!options.input.isTTY || !options.output.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const turn = last.then(ask);
    last = turn.catch(() => undefined);
    return await turn;
  }
  return {
    review: async (request, signal) => await inTurn(() => askOnTerminal(request, signal, options)),
    reviewChange: async (request, signal) =>
      await inTurn(async () => ({
        kind: (await askAboutChanges(heldQuestion(request), askingOn(options), signal)) ?? 'put-aside',
      })),
  };
}

/** A program can choose the moment of a question; nobody reads it and answers in less than this. */
const sharedSettling = { settleMs: 1000, quietMs: 700 } as const;

function settlingOf({ settleMs, isShared }: Pick<TerminalReviewerOptions, 'settleMs' | 'isShared'>): {
  readonly settleMs?: number;
  readonly quietMs?: number;
} {
  if (isShared?.() === true) return sharedSettling;
  return settleMs === undefined ? {} : { settleMs };
}

/** The terminal of a question, as it is now. */
export function askingOn(options: Omit<TerminalReviewerOptions, 'quote' | 'rulesFile'>): AskingTerminal {
  const { input, output, env } = options;
  return { input, output, env, ...settlingOf(options) };
}

const keys: Readonly<Record<string, ApprovalChoice>> = {
  y: 'approved',
  a: 'approved-for-session',
  p: 'approved-allow-prefix',
  g: 'approved-grant',
  n: 'denied',
};

const plainYes: ReadonlySet<ApprovalChoice> = new Set(['approved', 'approved-grant', 'approved-unsandboxed']);

async function askOnTerminal(
  request: ApprovalRequest,
  signal: AbortSignal,
  options: TerminalReviewerOptions,
): Promise<ReviewDecision> {
  if (signal.aborted) return { kind: 'abort' };
  const { input, output, env, quote, rulesFile } = options;
  let mode: KeyMode = 'single';
  const settling = settlingOf(options);
  const reader = readKeys(input, { mode: () => mode, ...settling });
  // Wakes whoever waits for a key: the question is over.
  signal.addEventListener('abort', reader.close, { once: true });
  const paint = painter(env);
  // A terminal may be resized while it is asked.
  const look = () => ({ columns: output.columns, rows: heightOf(output), paint, quote, rulesFile });
  const isDumb = env['TERM'] === 'dumb' || env['TERM'] === undefined;
  const print = (rows: readonly string[]): void =>
    void output.write(rows.map((row) => `${row}\r\n`).join(''));
  try {
    if (!isDumb) output.write(tidyTerminal);
    for (;;) {
      const question = renderQuestion(request, look());
      print(question.rows);
      if (settling.quietMs !== undefined) print([paint({ text: pauseNote, style: 'faint' })]);
      const choice = await chooseOn(question.isAbridged);
      if (choice === 'view') {
        const end = await pageRows(wholeQuestion(request, look()), { reader, paint, size: sizeNow, print });
        if (end === 'back') continue;
      }
      const decision = await decide(choice === 'view' ? 'abort' : choice);
      if (decision === undefined) continue;
      print(['', renderAnswer(decision, request, look())]);
      return decision;
    }
  } finally {
    signal.removeEventListener('abort', reader.close);
    reader.close();
  }

  function sizeNow(): { readonly rows: number; readonly columns: number } {
    return { rows: heightOf(output) ?? 24, columns: output.columns };
  }

  async function chooseOn(isAbridged: boolean): Promise<ApprovalChoice | 'view'> {
    const { choices } = request;
    output.write('> ');
    for (;;) {
      const key = await reader.next();
      switch (key.kind) {
        case 'ctrl-c':
        case 'closed':
          return 'abort';
        case 'escape':
        case 'ctrl-d':
          return 'denied';
        case 'character': {
          const word = key.text.toLowerCase();
          if (word === 'v' && isAbridged) {
            print(['']);
            return 'view';
          }
          const choice = keys[word];
          // `y` answers the question that was put, whatever its yes is called.
          if (choice === 'approved') return choices.find((offered) => plainYes.has(offered)) ?? 'denied';
          if (choice !== undefined && choices.includes(choice)) return choice;
          break;
        }
        case 'enter':
        case 'backspace':
        case 'left':
        case 'right':
          break;
      }
    }
  }

  async function decide(choice: ApprovalChoice): Promise<ReviewDecision | undefined> {
    switch (choice) {
      case 'denied': {
        mode = 'text';
        output.write('no\r\nTell the model why (Enter to say nothing): ');
        const message = await readLine(reader, output);
        if (message.kind === 'ctrl-c') return { kind: 'abort' };
        return { kind: 'denied', message: message.text === '' ? undefined : message.text };
      }
      case 'approved-allow-prefix': {
        if (request.amendment === undefined) return undefined;
        const chosen = await narrowPrefix(request.amendment, request.parsed, { reader, output, quote });
        return chosen === undefined ? undefined : { kind: choice, amendment: chosen };
      }
      case 'approved':
      case 'approved-for-session':
      case 'approved-grant':
      case 'approved-unsandboxed':
      case 'abort':
        return { kind: choice };
    }
  }
}

/** Rows of the terminal; undefined where it does not tell. */
function heightOf(output: { readonly rows?: number }): number | undefined {
  return output.rows !== undefined && output.rows > 0 ? output.rows : undefined;
}
