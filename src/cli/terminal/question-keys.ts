// The answers on offer, each with what it does and how long it lasts.
import type { ApprovalChoice, ApprovalRequest, PolicyAmendment } from '../../domain/index.ts';
import type { CommandLook } from './command-rows.ts';
import { visible } from './visible-text.ts';
import { wrapWords } from './wrap-spans.ts';

export interface KeyLook extends CommandLook {
  /** Where a saved rule goes; undefined when it goes no further than this session. */
  readonly rulesFile: string | undefined;
}

export function keyRows(
  request: ApprovalRequest,
  look: KeyLook,
  more: 'view' | undefined,
): readonly string[] {
  const { columns, paint } = look;
  const offered = request.choices.map((choice) => explain(choice, request, look));
  const all = more === undefined ? offered : [...offered, ['v', 'view all of it, page by page'] as const];
  return all.flatMap(([key, text]) =>
    wrapWords(visible(text), columns - 5).map(
      (line, index) => paint({ text: `  ${(index === 0 ? key : '').padEnd(3)}`, style: 'key' }) + line,
    ),
  );
}

function explain(
  choice: ApprovalChoice,
  { amendment, grant, script, argv }: ApprovalRequest,
  look: KeyLook,
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

function explainRule(amendment: PolicyAmendment, shown: string, { quote, rulesFile }: KeyLook): string {
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
