// The same question to every parser: which argv lists is this script, if it is plain commands only? Each published
// parser is read as strictly as its own tree allows; what the tree does not show cannot be refused by it.
import { createRequire } from 'node:module';
import { parse as parseWithShellQuote } from 'shell-quote';
import { parse as parseWithUnbash, type CommandNode, type PipelineNode, type Word } from 'unbash';
import { dialects } from '../../src/shell/dialect.ts';
import { splitScript } from '../../src/shell/split-script.ts';

export type Argvs = readonly (readonly string[])[];

export interface Extractor {
  readonly name: string;
  /** Undefined when the parser does not see plain commands only, or gives up. */
  extract(script: string): Argvs | undefined;
}

export const extractors: readonly Extractor[] = [
  { name: 'cordon', extract: withCordon },
  { name: 'unbash', extract: withUnbash },
  { name: 'bash-parser', extract: withBashParser },
  { name: 'shell-quote', extract: withShellQuote },
];

function withCordon(script: string): Argvs | undefined {
  const split = splitScript(script, dialects.bash);
  return split.kind === 'split' ? split.commands.map(({ argv }) => argv) : undefined;
}

function withUnbash(script: string): Argvs | undefined {
  const tree = parseWithUnbash(script);
  if (tree.errors !== undefined && tree.errors.length > 0) return undefined;
  const found: string[][] = [];
  for (const statement of tree.commands) {
    if (statement.background === true) return undefined;
    const { command } = statement;
    const parts = command.type === 'AndOr' ? command.commands : [command];
    if (!parts.every((part) => collectUnbash(part, found))) return undefined;
  }
  return found.length === 0 ? undefined : found;
}

function collectUnbash(node: PipelineNode, found: string[][]): boolean {
  if (node.type === 'Pipeline') {
    const plain = node.prefixes.length === 0 && node.operators.every((operator) => operator === '|');
    return plain && node.commands.every((command: CommandNode) => collectUnbash(command, found));
  }
  if (node.type !== 'Command' || node.name === undefined || node.prefix.length > 0) return false;
  const argv: string[] = [];
  for (const part of [node.name, ...node.suffix]) {
    if (part.type !== 'Word' || !isLiteral(part)) return false;
    argv.push(part.value);
  }
  found.push(argv);
  return true;
}

function isLiteral(word: Word): boolean {
  return (word.parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((inner) => inner.type === 'Literal')),
  );
}

interface BashParserNode {
  readonly type: string;
  readonly text?: string;
  readonly async?: boolean;
  readonly bang?: boolean;
  readonly expansion?: readonly unknown[];
  readonly name?: BashParserNode;
  readonly prefix?: readonly BashParserNode[];
  readonly suffix?: readonly BashParserNode[];
  readonly commands?: readonly BashParserNode[];
  readonly left?: BashParserNode;
  readonly right?: BashParserNode;
}

const parseWithBashParser = createRequire(import.meta.url)('bash-parser') as (
  script: string,
  options: { readonly mode: 'bash' },
) => BashParserNode;

function withBashParser(script: string): Argvs | undefined {
  try {
    const found: string[][] = [];
    return collectBashParser(parseWithBashParser(script, { mode: 'bash' }), found) && found.length > 0
      ? found
      : undefined;
  } catch {
    return undefined;
  }
}

function collectBashParser(node: BashParserNode, found: string[][]): boolean {
  if (node.async === true || node.bang === true) return false;
  switch (node.type) {
    case 'Script':
    case 'Pipeline':
      return (node.commands ?? []).every((command) => collectBashParser(command, found));
    case 'LogicalExpression':
      return [node.left, node.right].every((side) => side !== undefined && collectBashParser(side, found));
    case 'Command': {
      if (node.name === undefined || (node.prefix ?? []).length > 0) return false;
      const words = [node.name, ...(node.suffix ?? [])];
      if (!words.every((word) => word.type === 'Word' && (word.expansion ?? []).length === 0)) return false;
      found.push(words.map((word) => word.text ?? ''));
      return true;
    }
    default:
      return false;
  }
}

const separators: ReadonlySet<string> = new Set(['&&', '||', '|', ';']);

function withShellQuote(script: string): Argvs | undefined {
  const found: string[][] = [[]];
  for (const token of shellQuoteTokens(script)) {
    if (typeof token === 'string') found.at(-1)?.push(token);
    else if ('comment' in token) continue;
    else if ('op' in token && separators.has(token.op)) found.push([]);
    else return undefined;
  }
  const commands = found.filter((argv) => argv.length > 0);
  return commands.length === 0 ? undefined : commands;
}

/** A variable becomes an object, so that it can be refused; text it cannot read becomes one, too. */
function shellQuoteTokens(script: string): ReturnType<typeof parseWithShellQuote> {
  try {
    return parseWithShellQuote(script, () => ({ op: '$' }));
  } catch {
    return [{ op: '(' }];
  }
}
