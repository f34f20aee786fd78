// The questions that wait, oldest first. A question never takes the focus: it is announced, and waits.
import { visible } from '../domain/visible-text.ts';
import { announce } from './announce.ts';
import { byId, replaceChildren } from './element.ts';
import type { PageDecision, PageQuestion } from './protocol/index.ts';
import { questionCard, type QuestionCard } from './question-card.ts';

export type PutAnswer = (questionId: string, decision: PageDecision) => Promise<boolean>;

export class QuestionsView {
  readonly #put: PutAnswer;
  readonly #cards = new Map<string, QuestionCard>();

  constructor(put: PutAnswer) {
    this.#put = put;
  }

  /** All there are. */
  reset(questions: readonly PageQuestion[]): void {
    const open = new Set(questions.map(({ questionId }) => questionId));
    for (const id of [...this.#cards.keys()]) if (!open.has(id)) this.#cards.delete(id);
    const fresh = questions.filter(({ questionId }) => !this.#cards.has(questionId));
    for (const question of fresh) this.#make(question);
    if (fresh.length > 0) announce(questions.length === 1 ? 'A question waits.' : 'Questions wait.');
    this.#show();
  }

  add(question: PageQuestion): void {
    if (this.#cards.has(question.questionId)) return;
    this.#make(question);
    announce(`A question. ${question.title} ${visible(question.lines[0] ?? '').slice(0, 200)}`);
    this.#show();
  }

  /** What stands below moves up. */
  remove(questionId: string): void {
    const card = this.#cards.get(questionId);
    if (card === undefined) return;
    const hadFocus = card.element.contains(document.activeElement);
    this.#cards.delete(questionId);
    for (const other of this.#cards.values()) other.settle();
    this.#show();
    if (!hadFocus) return;
    const [next] = this.#cards.values();
    if (next === undefined) byId('questions-title').focus();
    else next.focus();
  }

  setReachable(isReachable: boolean): void {
    for (const card of this.#cards.values()) card.setReachable(isReachable);
  }

  #make(question: PageQuestion): void {
    const { questionId } = question;
    const card = questionCard(question, (decision) => void this.#answer(questionId, decision));
    this.#cards.set(questionId, card);
  }

  async #answer(questionId: string, decision: PageDecision): Promise<void> {
    const card = this.#cards.get(questionId);
    try {
      if (await this.#put(questionId, decision)) announce('Answered.');
      else card?.say('This answer was not taken: the question is over, or it was not on offer.');
    } catch (error) {
      card?.say(`This answer was not taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #show(): void {
    const count = this.#cards.size;
    replaceChildren(
      byId('question-list'),
      [...this.#cards.values()].map((card) => card.element),
    );
    byId('no-questions').hidden = count > 0;
    byId('questions-title').textContent = count === 0 ? 'Questions' : `Questions (${String(count)})`;
    document.title = count === 0 ? 'Cordon' : `(${String(count)}) Cordon`;
  }
}
