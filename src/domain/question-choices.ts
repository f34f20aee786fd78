// The answers on offer, each with its key, what it does and how long it lasts. For every surface that asks.
import type { ApprovalChoice, ApprovalPurpose, ApprovalRequest } from './approval.ts';
import type { PolicyAmendment } from './policy.ts';
import type { Argv } from './primitives.ts';

export interface ChoiceWords {
  /** Quotes words for a shell. */
  quote(argv: Argv): string;
  /** Where a saved rule goes; undefined when it goes no further than this session. */
  readonly rulesFile: string | undefined;
}

export function explainChoice(
  choice: ApprovalChoice,
  { amendment, grant, script, argv }: ApprovalRequest,
  look: ChoiceWords,
): readonly [key: string, text: string] {
  switch (choice) {
    case 'approved':
      return ['y', 'yes, this once'];
    case 'approved-unsandboxed':
      return ['y', 'yes, WITHOUT the sandbox, this once'];
    case 'approved-for-session':
      return ['a', 'yes, and not again for exactly this, here, until cordon ends (nothing is saved)'];
    case 'approved-allow-prefix':
      return [
        'p',
        amendment === undefined
          ? 'yes, and save a rule'
          : explainRule(amendment, script ?? look.quote(argv), look),
      ];
    case 'approved-grant':
      return [
        'g',
        grant?.kind === 'network'
          ? 'yes, this once, in the sandbox and with the network'
          : `yes, this once, in the sandbox and with ${grant?.path ?? ''} writable`,
      ];
    case 'denied':
      return ['n', 'no (or Esc), and tell the model why'];
    case 'abort':
      return ['^C', 'no, and stop'];
  }
}

function explainRule(amendment: PolicyAmendment, shown: string, { quote, rulesFile }: ChoiceWords): string {
  const where = rulesFile === undefined ? 'until cordon ends' : `saved in ${rulesFile}`;
  // What stands above need not be read twice.
  const isThis = amendment.exact === true && quote(amendment.allowPrefix) === shown;
  const what = isThis ? 'exactly this command' : ruleInWords(amendment, quote);
  return `yes, and from now on, in every directory: ${what} (${where})`;
}

/** What a saved rule covers. */
export function ruleInWords(
  { allowPrefix, exact }: PolicyAmendment,
  quote: (argv: PolicyAmendment['allowPrefix']) => string,
): string {
  return exact === true ? `exactly ${quote(allowPrefix)}` : `${quote(allowPrefix)} and whatever words follow`;
}

/** The question itself. */
export function questionTitle({ changes, purpose }: ApprovalRequest): string {
  return changes === undefined ? titles[purpose] : 'write these files?';
}

const titles: Readonly<Record<ApprovalPurpose, string>> = {
  'first-run': 'run this command?',
  'retry-with-grant': 'the sandbox stopped this command. Run it again with one more permission?',
  'retry-unsandboxed': 'the sandbox stopped this command. Run it again WITHOUT the sandbox?',
};
