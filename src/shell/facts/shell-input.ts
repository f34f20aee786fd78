// What a shell reads as its script when none is among its words: here-documents, and what is piped into it.
import { isMarked, literalWord, plainMarked, scriptText } from './marked-word.ts';
import type { Feed, LooseCommand } from './reading.ts';

export interface ShellInput {
  readonly texts: readonly string[];
  /** Whether the shell may read something else, or more. */
  readonly isUnread: boolean;
}

const nothing: ShellInput = { texts: [], isUnread: false };
const anything: ShellInput = { texts: [], isUnread: true };

/** Stages of a pipeline that are followed back, and commands of one stage that are looked at. */
const mostStages = 16;
const mostCommands = 64;

export function inputOf(command: LooseCommand, stages: number = mostStages): ShellInput {
  const inner = command.redirects.filter(({ operator }) => operator.startsWith('<'));
  const redirects = inner.length > 0 ? inner : (command.around ?? []);
  if (redirects.length > 0)
    return together(redirects.map(({ operator, target }) => fromRedirect(operator, target)));
  return command.pipedFrom === undefined ? anything : outputOf(command.pipedFrom, stages - 1);
}

function fromRedirect(operator: string, target: string): ShellInput {
  if (operator.startsWith('<<')) return { texts: [scriptText(target)], isUnread: isMarked(target) };
  // A file named by a literal is as `bash FILE`: a program like any other.
  const file = literalWord(target);
  return operator === '<' && file !== undefined && !/^\/(?:dev\/(?!null$)|proc\/)/.test(file)
    ? nothing
    : anything;
}

function together(parts: readonly ShellInput[]): ShellInput {
  return { texts: parts.flatMap(({ texts }) => texts), isUnread: parts.some(({ isUnread }) => isUnread) };
}

function outputOf({ commands, from, to }: Feed, stages: number): ShellInput {
  if (stages < 0 || to - from > mostCommands) return anything;
  const parts = commands.slice(from, to).map((command) => printedBy(command, stages));
  if (parts.length === 0) return anything;
  // The pieces are lines of one script, each of which may also begin in the middle of the one before.
  const { texts, isUnread } = together(parts);
  return { texts: texts.length === 0 ? [] : [texts.join('\n')], isUnread };
}

function printedBy(command: LooseCommand, stages: number): ShellInput {
  const [program = '', ...words] = command.words;
  const isUnread = words.some(isMarked);
  switch (literalWord(program)) {
    case ':':
    case 'true':
    case 'false':
    case 'test':
    case '[':
    case 'sleep':
      return nothing;
    case 'cat':
      return words.every((word) => word === '-') ? inputOf(command, stages) : anything;
    case 'echo':
      return echoed(words, isUnread);
    case 'printf':
      return formatted(words, isUnread);
    default:
      return anything;
  }
}

function echoed(words: readonly string[], isUnread: boolean): ShellInput {
  const options = words.findIndex((word) => !/^-[neE]+$/.test(word));
  const said = words
    .slice(options === -1 ? words.length : options)
    .map(scriptText)
    .join(' ');
  // Whether a backslash means anything depends on the shell and its options.
  return { texts: decodings(said), isUnread: isUnread || said.includes('\\') };
}

function formatted([format = '', ...args]: readonly string[], isUnread: boolean): ShellInput {
  const isPlain = !/[%\\]/.test(format.replaceAll('%s', '').replaceAll('\\n', ''));
  const said = [scriptText(format), ...args.map(scriptText)];
  if (!isPlain) return { texts: decodings(said.join('\n')), isUnread: true };
  const places = format.split('%s');
  let text = '';
  const rest = [...args];
  do {
    places.forEach((place, index) => {
      text += plainMarked(scriptText(place).replaceAll('\\n', '\n'));
      if (index < places.length - 1) text += scriptText(rest.shift() ?? '');
    });
  } while (places.length > 1 && rest.length > 0);
  return { texts: [text], isUnread };
}

function decodings(said: string): string[] {
  return said.includes('\\') ? [plainMarked(said.replaceAll('\\n', '\n'))] : [said];
}
