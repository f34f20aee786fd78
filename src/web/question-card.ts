// One question: what it is about, what is known, and a button for each answer on offer. Keys answer it only while the
// focus is in it, and nothing answers it in the moment in which it came or moved: what was pressed then was meant for
// something else.
import { element, foreign, timeOf } from './element.ts';
import { linesBlock } from './lines-block.ts';
import { prefixChoice } from './prefix-choice.ts';
import { diffLook } from './words/diff-look.ts';
import type { PageChoice, PageDecision, PageQuestion } from './protocol/index.ts';

export interface QuestionCard {
  readonly element: HTMLElement;
  /** It moved: for a moment nothing counts. */
  settle(): void;
  /** The answer was not taken, or cannot be sent. */
  say(sentence: string): void;
  setReachable(isReachable: boolean): void;
  focus(): void;
}

/** Milliseconds. */
const settleMs = 500;

export function questionCard(question: PageQuestion, answer: (decision: PageDecision) => void): QuestionCard {
  const { questionId, choices, title, askedAtMs, facts, lines, prefix } = question;
  const state = { isReachable: true, settledAt: 0 };
  const id = `question-${questionId}`;
  const heading = element('h3', { attributes: { id, tabindex: '-1' } }, title);
  const problem = element('p', { class: 'problem', attributes: { role: 'status' } });
  const words = prefix === null ? undefined : prefixChoice(prefix, id);
  const canDeny = choices.some(({ kind }) => kind === 'denied');
  const why = element('input', {
    attributes: { id: `${id}-why`, type: 'text', autocomplete: 'off', maxlength: '2000' },
  });
  const reasonField = element(
    'p',
    { class: 'field' },
    element('label', { attributes: { for: why.id } }, 'With a no, tell the model why'),
    why,
  );
  const buttons = choices.map((choice) => button(choice, () => choose(choice)));

  const card = element(
    'article',
    { class: 'question', attributes: { 'aria-labelledby': id }, on: { keydown: pressed } },
    heading,
    element(
      'div',
      {},
      element('p', { class: 'faint' }, 'asked at ', timeOf(askedAtMs)),
      linesBlock({ label: 'What it is about', lines, make: (line, at) => lineOf(line, question, at) }),
      element(
        'dl',
        { class: 'facts' },
        ...facts.flatMap(({ name, text, isWarning }) => [
          element('dt', {}, names[name] ?? name),
          element('dd', isWarning ? { class: 'warning' } : {}, foreign(text)),
        ]),
      ),
    ),
    element(
      'div',
      {},
      ...(words === undefined ? [] : [words.element]),
      ...(canDeny ? [reasonField] : []),
      element(
        'div',
        { class: 'answers', attributes: { role: 'group', 'aria-label': 'Answers' } },
        ...buttons,
      ),
      problem,
    ),
  );

  function choose({ kind }: PageChoice): void {
    if (!state.isReachable || performance.now() < state.settledAt) return;
    problem.textContent = '';
    switch (kind) {
      case 'approved-allow-prefix':
        if (words !== undefined) answer({ kind, words: words.value() });
        return;
      case 'denied':
        answer(why.value.trim() === '' ? { kind } : { kind, message: why.value.trim() });
        return;
      default:
        answer({ kind });
    }
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    const chosen = choices.find(({ key }) => key !== '' && key === event.key.toLowerCase());
    if (chosen === undefined) return;
    event.preventDefault();
    choose(chosen);
  }

  function show(): void {
    const isOff = !state.isReachable || performance.now() < state.settledAt;
    // They keep the focus: an element that is disabled would lose it.
    for (const each of buttons) each.setAttribute('aria-disabled', String(isOff));
  }

  function settle(): void {
    state.settledAt = performance.now() + settleMs;
    show();
    setTimeout(show, settleMs + 10);
  }

  settle();
  return {
    element: element('li', {}, card),
    settle,
    say: (sentence) => {
      problem.textContent = sentence;
    },
    setReachable: (isReachable) => {
      state.isReachable = isReachable;
      show();
    },
    focus: () => heading.focus(),
  };
}

const names: Readonly<Record<string, string>> = {
  in: 'Where',
  with: 'With',
  limit: 'Limits',
  why: 'Why it is asked',
  said: 'It said',
  note: 'Careful',
  input: 'Input',
  risk: 'Risk',
};

function button({ kind, key, says }: PageChoice, choose: () => void): HTMLButtonElement {
  const mood = kind === 'approved-unsandboxed' ? 'danger' : noes.has(kind) ? 'no' : 'yes';
  return element(
    'button',
    {
      class: `answer ${mood}`,
      attributes: { type: 'button', 'data-kind': kind, ...(key === '' ? {} : { 'aria-keyshortcuts': key }) },
      on: { click: choose },
    },
    foreign(
      `${says.slice(0, 1).toUpperCase()}${says.slice(1).replace(' (or Esc), and tell the model why', '')}`,
    ),
    ...(key === '' ? [] : [element('kbd', { attributes: { 'aria-hidden': 'true' } }, key)]),
  );
}

const noes: ReadonlySet<PageDecision['kind']> = new Set(['denied', 'abort', 'drop', 'put-aside']);

/** Every row begins with a bar, so that none can pass for something the page says. */
function lineOf(line: string, { marked, isDiff }: PageQuestion, at: number): HTMLElement {
  const isMarked = marked.includes(at);
  const look = isMarked ? 'line marked' : isDiff ? `line ${diffLook(line)}` : 'line';
  return element(
    'span',
    { class: look },
    ...(isMarked ? [element('span', { class: 'unseen' }, 'This is what it is about: ')] : []),
    foreign(line, 'tabs'),
    '\n',
  );
}
