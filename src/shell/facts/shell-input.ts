// What a shell reads as its script when none is among its words: here-documents, and what is piped into it.
import { isMarked, literalWord, plainMarked, scriptText } from './marked-word.ts';
import type { Feed, LooseCommand } from './reading.ts';

export interface ShellInput {
  readonly texts: readonly string[];
  /** Whether the shell may read something else, or more. */
  readonly isUnread: boolean;
  /** What is written next goes on in its last line. */
  readonly isOpen?: boolean;
}

const nothing: ShellInput = { texts: [], isUnread: false };
const anything: ShellInput = { texts: [], isUnread: true };

/** Stages of a pipeline that are followed back, and commands of one stage that are looked at. */
const mostStages = 16;
const mostCommands = 64;

export function inputOf(command: LooseCommand, stages: number = mostStages): ShellInput {
  const inner = command.redirects.filter(({ operator }) => operator.startsWith('<'));
  const redirects =
    inner.length > 0 ? inner : (command.around ?? []).filter(({ operator }) => operator.startsWith('<'));
  if (redirects.length > 0) {
    const parts = redirects.map(({ operator, target }) => fromRedirect(operator, target, command.files));
    return together(parts);
  }
  return command.pipedFrom === undefined ? anything : outputOf(command.pipedFrom, stages - 1);
}

function fromRedirect(operator: string, target: string, files: LooseCommand['files']): ShellInput {
  if (operator.startsWith('<<')) return { texts: [scriptText(target)], isUnread: isMarked(target) };
  // A file named by a literal is as `bash FILE`: a program like any other, unless the script wrote it.
  const file = literalWord(target);
  const written = file === undefined ? undefined : files?.read(file);
  if (written !== undefined) return written;
  return operator === '<' && file !== undefined && !/^\/(?:dev\/(?!null$)|proc\/)/.test(file)
    ? nothing
    : anything;
}

/** One behind the other. */
export function together(parts: readonly ShellInput[]): ShellInput {
  return {
    texts: parts.flatMap(({ texts }) => texts),
    isUnread: parts.some(
      ({ isUnread, isOpen }, at) => isUnread || (isOpen === true && at < parts.length - 1),
    ),
    isOpen: parts.at(-1)?.isOpen === true,
  };
}

export function outputOf({ commands, from, to }: Feed, stages: number = mostStages): ShellInput {
  if (stages < 0 || to - from > mostCommands) return anything;
  const parts = commands.slice(from, to).map((command) => printedBy(command, stages));
  if (parts.length === 0) return anything;
  // The pieces are lines of one script, each of which may also begin in the middle of the one before.
  const { texts, isUnread } = together(parts);
  return { texts: texts.length === 0 ? [] : [texts.join('\n')], isUnread };
}

/** What a command writes to its output, as far as that can be told from its words. */
export function printedBy(command: LooseCommand, stages: number = mostStages): ShellInput {
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
  const isOpen = words.slice(0, options === -1 ? words.length : options).some((word) => word.includes('n'));
  return { texts: decodings(said), isUnread: isUnread || said.includes('\\'), isOpen };
}

function formatted([format = '', ...args]: readonly string[], isUnread: boolean): ShellInput {
  const said = [scriptText(format), ...args.map(scriptText)];
  if (/[%\\]/.test(format.replace(known, ''))) return { texts: decodings(said.join('\n')), isUnread: true };
  const pieces = format.split('%s').map((piece) => plainMarked(scriptText(piece).replace(known, decoded)));
  let text = '';
  let next = 0;
  do {
    pieces.forEach((piece, index) => {
      text += piece;
      if (index === pieces.length - 1) return;
      text += scriptText(args[next] ?? '');
      next += 1;
    });
  } while (pieces.length > 1 && next < args.length);
  return { texts: [text], isUnread, isOpen: !text.endsWith('\n') };
}

/** What every `printf` makes the same of. */
const known = /%s|%%|\\[nt\\"]/g;
const escapes: Readonly<Record<string, string>> = { '%%': '%', '\\n': '\n', '\\t': '\t' };

function decoded(piece: string): string {
  return escapes[piece] ?? piece.slice(1);
}

function decodings(said: string): string[] {
  return said.includes('\\') ? [plainMarked(said.replaceAll('\\n', '\n'))] : [said];
}
