// The words that several rule functions share: a decision, and why.
import type { Decision } from '../../domain/index.ts';
import { Mistake, UnknownWord } from './mistake.ts';

export const decisions: Readonly<Record<string, Decision>> = {
  allow: 'allow',
  prompt: 'prompt',
  forbidden: 'forbidden',
};

export function readDecision(word: string, known: Readonly<Record<string, Decision>>): Decision {
  const decision = Object.hasOwn(known, word) ? known[word] : undefined;
  if (decision !== undefined) return decision;
  throw new UnknownWord('decision', word, Object.keys(known));
}

export function checkJustification(text: string | undefined): void {
  if (text?.trim() === '') throw new Mistake('Invalid rule: a justification cannot be empty');
}
