// One clause that says why a command needs an answer, for people and for models alike.
import type { RuleMatch } from '../domain/index.ts';
import { escapeInvisible, showCommand, showSource } from './show-command.ts';

/** What the match found out, naming the rule by its place: a reader can go and change it. */
export function describeMatch(match: RuleMatch): string {
  switch (match.kind) {
    case 'rule': {
      const which =
        match.isDefault === true ? 'the default rule' : `the rule for ${showCommand(match.matchedPrefix)}`;
      const place = `${which} at ${showSource(match.source)}`;
      return `${showCommand(match.command)} is ${participle[match.decision]} by ${place}${because(match.justification)}`;
    }
    case 'possible-rule': {
      const place = `the rule at ${showSource(match.source)}`;
      return `${showCommand(match.command)} may meet ${place}${because(match.justification)}`;
    }
    case 'heuristic':
      return `${showCommand(match.command)} ${impression[match.class]}${because(match.because)}`;
  }
}

const participle = { allow: 'allowed', prompt: 'held for approval', forbidden: 'forbidden' } as const;

const impression = {
  safe: 'looks harmless',
  unknown: 'is not covered by any rule',
  dangerous: 'looks dangerous',
} as const;

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : ` (${escapeInvisible(reason)})`;
}
