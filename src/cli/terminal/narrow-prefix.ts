// Lets a person make an offered prefix longer, word by word along the command, before it is saved. Never shorter: a
// broader rule than the one that was checked is not on offer.
import {
  type Argv,
  commandBehind,
  type ParsedCommand,
  type PolicyAmendment,
  ruleInWords,
} from '../../domain/index.ts';
import type { KeyReader } from './read-keys.ts';
import { visible } from './visible-text.ts';

export interface NarrowingTerminal {
  readonly reader: KeyReader;
  readonly output: { write(text: string): unknown };
  quote(argv: Argv): string;
}

/** The prefix to save; undefined: back to the question. Does not ask when there is nothing to choose. */
export async function narrowPrefix(
  offered: PolicyAmendment,
  parsed: ParsedCommand,
  { reader, output, quote }: NarrowingTerminal,
): Promise<PolicyAmendment | undefined> {
  const { allowPrefix } = offered;
  const command = commandBehind(allowPrefix, parsed);
  if (command === undefined || command.length === allowPrefix.length) return offered;
  let length = allowPrefix.length;
  // Where nothing is left to follow, the rule is about this very command.
  const chosen = (): PolicyAmendment => ({
    allowPrefix: [command[0], ...command.slice(1, length)],
    ...(length === command.length ? { exact: true as const } : {}),
  });
  output.write('\r\nRight/left adds or drops a word, Enter saves, Esc goes back\r\n');
  for (;;) {
    output.write(`save: ${visible(ruleInWords(chosen(), quote))}\r\n`);
    const key = await reader.next();
    switch (key.kind) {
      case 'enter':
        return chosen();
      case 'right':
        length = Math.min(length + 1, command.length);
        break;
      case 'left':
        length = Math.max(length - 1, allowPrefix.length);
        break;
      case 'escape':
      case 'ctrl-c':
      case 'ctrl-d':
      case 'closed':
        return undefined;
      case 'backspace':
      case 'character':
        break;
    }
  }
}
