// A question of the runtime as the page shows it. The words are those of the terminal. Pure.
import {
  type ApprovalChoice,
  type ApprovalRequest,
  type Argv,
  type ChangeReview,
  type ChoiceWords,
  commandBehind,
  explainChoice,
  heldQuestion,
  markedLines,
  questionFacts,
  questionTitle,
  shownCommand,
  unconfined,
} from '../../domain/index.ts';
import type { PageQuestion } from '../../web/protocol/index.ts';

interface Asked {
  readonly questionId: string;
  readonly askedAtMs: number;
}

export function commandQuestion(request: ApprovalRequest, asked: Asked, words: ChoiceWords): PageQuestion {
  const quote = (argv: Argv): string => words.quote(argv);
  const { text } = shownCommand(request, quote);
  const lines = text.split('\n');
  const isScript = lines.length > 1 && request.changes === undefined;
  return {
    ...asked,
    callId: request.callId,
    title: sentence(questionTitle(request)),
    lines,
    isDiff: request.changes !== undefined,
    marked: isScript ? [...markedLines(lines, request.concerns ?? [])] : [],
    facts: questionFacts(request, quote).map(([name, fact]) => ({
      name,
      text: fact,
      isWarning: fact.startsWith(unconfined) || name === 'note' || name === 'risk',
    })),
    prefix: prefixOf(request),
    choices: request.choices.map((kind) => {
      const [key, says] = explainChoice(kind, request, words);
      return { kind, key: keyOf(kind, key), says };
    }),
  };
}

export function changeQuestion(review: ChangeReview, asked: Asked): PageQuestion {
  const { title, lines, keys } = heldQuestion(review);
  return {
    ...asked,
    callId: review.callId,
    title: sentence(title),
    lines,
    isDiff: true,
    marked: [],
    facts: [],
    prefix: null,
    choices: keys.map(({ key, says, answer }) => ({ kind: answer, key, says })),
  };
}

/** A page has other uses for Ctrl-C; what is without a key is a button like the others. */
function keyOf(kind: ApprovalChoice, key: string): string {
  return kind === 'abort' ? '' : key;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What a rule that is saved may take; null where none is on offer. */
export function prefixOf({ amendment, parsed, choices }: ApprovalRequest): PageQuestion['prefix'] {
  if (amendment === undefined || !choices.includes('approved-allow-prefix')) return null;
  const { allowPrefix, exact } = amendment;
  const command = commandBehind(allowPrefix, parsed) ?? allowPrefix;
  return { words: [...command], atLeast: allowPrefix.length, isExact: exact === true };
}
