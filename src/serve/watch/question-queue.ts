// The questions that wait for the page. They wait also while no page is open, until the runtime gives up on them, which is
// a denial. An answer counts once, and only if it was on offer.
import { randomUUID } from 'node:crypto';
import {
  type ApprovalRequest,
  type Argv,
  type ChangeAnswer,
  type ChangeDecision,
  type ChoiceWords,
  type PolicyAmendment,
  type ReviewDecision,
  type Reviewer,
} from '../../domain/index.ts';
import type { PageDecision, PageQuestion } from '../../web/protocol/index.ts';
import { changeQuestion, commandQuestion, prefixOf } from './page-question.ts';

export type QuestionNews =
  | { readonly kind: 'asked'; readonly question: PageQuestion }
  | { readonly kind: 'over'; readonly questionId: string };

interface Waiting {
  readonly question: PageQuestion;
  /** False: it was not on offer. */
  take(decision: PageDecision): boolean;
  fail(error: Error): void;
}

export class QuestionQueue {
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<(news: QuestionNews) => void>();
  readonly #words: ChoiceWords;
  readonly #now: () => number;
  /** For the runtimes, in place of their clients'. */
  readonly reviewer: Required<Reviewer>;

  constructor(words: ChoiceWords, now: () => number) {
    this.#words = words;
    this.#now = now;
    this.reviewer = {
      review: async (request, signal) =>
        await this.#ask<ReviewDecision>(signal, (asked) => ({
          question: commandQuestion(request, asked, this.#words),
          read: (decision) => reviewDecision(decision, request),
        })),
      reviewChange: async (review, signal) =>
        await this.#ask<ChangeDecision>(signal, (asked) => ({
          question: changeQuestion(review, asked),
          read: ({ kind }) => {
            const known = review.choices.find((choice: ChangeAnswer) => choice === kind);
            return known === undefined ? undefined : { kind: known };
          },
        })),
    };
  }

  /** Oldest first. */
  list(): readonly PageQuestion[] {
    return [...this.#waiting.values()].map(({ question }) => question);
  }

  /** False when nothing has this name any more, and when the answer was not on offer: the question stays then. */
  answer(questionId: string, decision: PageDecision): boolean {
    return this.#waiting.get(questionId)?.take(decision) ?? false;
  }

  onNews(listener: (news: QuestionNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const { fail } of [...this.#waiting.values()]) fail(new Error('the page of questions is gone'));
  }

  async #ask<D>(
    signal: AbortSignal,
    make: (asked: Pick<PageQuestion, 'questionId' | 'askedAtMs'>) => {
      readonly question: PageQuestion;
      read(decision: PageDecision): D | undefined;
    },
  ): Promise<D> {
    const questionId = randomUUID();
    const { question, read } = make({ questionId, askedAtMs: this.#now() });
    const over = new AbortController();
    try {
      return await new Promise<D>((resolve, fail) => {
        const withdraw = (): void => fail(new Error('the question was withdrawn'));
        if (signal.aborted) {
          withdraw();
          return;
        }
        signal.addEventListener('abort', withdraw, { once: true, signal: over.signal });
        const take = (decision: PageDecision): boolean => {
          const answer = read(decision);
          if (answer === undefined) return false;
          // At once: a second answer must find nothing.
          this.#waiting.delete(questionId);
          resolve(answer);
          return true;
        };
        this.#waiting.set(questionId, { question, take, fail });
        this.#tell({ kind: 'asked', question });
      });
    } finally {
      over.abort();
      this.#waiting.delete(questionId);
      this.#tell({ kind: 'over', questionId });
    }
  }

  #tell(news: QuestionNews): void {
    for (const listener of [...this.#listeners]) listener(news);
  }
}

/** Undefined for what was not on offer. The runtime looks once more. */
function reviewDecision(decision: PageDecision, request: ApprovalRequest): ReviewDecision | undefined {
  const offered = request.choices.find((choice) => choice === decision.kind);
  switch (decision.kind) {
    case 'approved':
    case 'approved-for-session':
    case 'approved-grant':
    case 'approved-unsandboxed':
    case 'abort':
      return offered === undefined ? undefined : { kind: decision.kind };
    case 'denied':
      return { kind: 'denied', message: decision.message };
    case 'approved-allow-prefix': {
      const amendment = offered === undefined ? undefined : narrowed(decision.words, request);
      return amendment === undefined ? undefined : { kind: 'approved-allow-prefix', amendment };
    }
    case 'keep':
    case 'keep-for-session':
    case 'keep-and-save-rule':
    case 'drop':
    case 'put-aside':
      return undefined;
  }
}

function narrowed(words: readonly string[], request: ApprovalRequest): PolicyAmendment | undefined {
  const { amendment } = request;
  const prefix = prefixOf(request);
  if (amendment === undefined || prefix === null) return undefined;
  const isOffered =
    words.length >= prefix.atLeast &&
    words.length <= prefix.words.length &&
    words.every((word, at) => word === prefix.words[at]);
  if (!isOffered) return undefined;
  if (words.length === amendment.allowPrefix.length) return amendment;
  const whole = words.length === prefix.words.length ? ({ exact: true } as const) : {};
  return { allowPrefix: words as unknown as Argv, ...whole };
}
