// Asks a person on the terminal. One question at a time, in the order they came; silence, a closed terminal or a
// withdrawn question is never a yes. The terminal is put back as it was on every way out.
import type { ReadStream, WriteStream } from 'node:tty';
import type { ApprovalChoice, ApprovalRequest, Argv, ReviewDecision, Reviewer } from '../domain/index.ts';
import { narrowPrefix } from './terminal/narrow-prefix.ts';
import { type KeyMode, readKeys } from './terminal/read-keys.ts';
import { readLine } from './terminal/read-line.ts';
import { renderAnswer } from './terminal/render-answer.ts';
import { isAbridged, renderQuestion } from './terminal/render-question.ts';
import { painter } from './terminal/styles.ts';
import { tidyTerminal } from './terminal/tidy-terminal.ts';

export interface TerminalReviewerOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Quotes words for a shell. */
  quote(argv: Argv): string;
  /** Milliseconds in which a new question takes no key: it may have been typed at something else. Default 250. */
  readonly settleMs?: number;
}

/** Undefined when there is no terminal to ask on: the caller then runs without a reviewer, which refuses questions. */
export function terminalReviewer(options: TerminalReviewerOptions): Reviewer | undefined {
  if (!options.input.isTTY || !options.output.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    review: async (request, signal) => {
      const turn = last.then(() => askOnTerminal(request, signal, options));
      last = turn.catch(() => undefined);
      return await turn;
    },
  };
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
  { input, output, env, quote, settleMs }: TerminalReviewerOptions,
): Promise<ReviewDecision> {
  if (signal.aborted) return { kind: 'abort' };
  let mode: KeyMode = 'single';
  const reader = readKeys(input, { mode: () => mode, ...(settleMs === undefined ? {} : { settleMs }) });
  // Wakes whoever waits for a key: the question is over.
  signal.addEventListener('abort', reader.close, { once: true });
  const look = { columns: output.columns, paint: painter(env), quote };
  const isDumb = env['TERM'] === 'dumb' || env['TERM'] === undefined;
  const print = (rows: readonly string[]): void =>
    void output.write(rows.map((row) => `${row}\r\n`).join(''));
  try {
    if (!isDumb) output.write(tidyTerminal);
    let everything = false;
    print(renderQuestion(request, { ...look, everything }));
    for (;;) {
      output.write('> ');
      const choice = await nextChoice(request);
      if (choice === 'view') {
        everything = true;
        print(['']);
        print(renderQuestion(request, { ...look, columns: output.columns, everything }));
        continue;
      }
      const decision = await decide(choice);
      if (decision === undefined) continue;
      print(['', renderAnswer(decision, request, { ...look, columns: output.columns })]);
      return decision;
    }
  } finally {
    signal.removeEventListener('abort', reader.close);
    reader.close();
  }

  async function nextChoice({ choices }: ApprovalRequest): Promise<ApprovalChoice | 'view'> {
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
          if (word === 'v' && isAbridged(request, { ...look, everything: false })) return 'view';
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
