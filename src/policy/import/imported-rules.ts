// What an import makes of another program's settings: lines of a rule file, and what could not be said in one.
import { isNonEmpty, type Argv, type Decision } from '../../domain/index.ts';
import { whyTooBroad } from '../save/banned-prefixes.ts';

export interface ImportedRules {
  /** The text of a rule file. */
  readonly text: string;
  readonly rules: number;
  /** Entries that became no rule, each with the reason. */
  readonly leftOut: readonly string[];
}

/** One entry of the other program: words, some of them with `*`. */
export interface ImportedEntry {
  readonly decision: Decision;
  /** As the other program writes it. */
  readonly written: string;
  readonly words: readonly string[];
  /** Whether more words may follow. */
  readonly isPrefix: boolean;
}

export type Imported = ImportedEntry | { readonly written: string; readonly because: string };

export function writeRules(from: string, entries: readonly Imported[]): ImportedRules {
  const lines: string[] = [];
  const leftOut: string[] = [];
  for (const entry of entries) {
    const line = 'because' in entry ? entry : ruleFor(entry);
    if (typeof line === 'string') {
      if (!lines.includes(line)) lines.push(line);
    } else leftOut.push(`${entry.written}: ${line.because}`);
  }
  const head = `# Imported from ${from}. Read it before you use it: \`cordon policy test\` warns about what is probably not meant.\n`;
  const notes = leftOut.map((note) => `# Left out: ${note.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')}\n`);
  return {
    text: [head, ...notes, ...lines.map((line) => `${line}\n`)].join(''),
    rules: lines.length,
    leftOut,
  };
}

function ruleFor({ decision, words, isPrefix }: ImportedEntry): string | { readonly because: string } {
  if (!isNonEmpty(words)) return { because: 'it names no program' };
  const [program] = words;
  if (program.includes('*')) return { because: 'a rule needs a program it is about' };
  if (decision !== 'allow') return denialFor(words, decision);
  const hasWildcard = words.some((word) => word.includes('*'));
  const exact = !isPrefix;
  const broad = !exact ? whyTooBroad(plainWords(words)) : undefined;
  if (broad !== undefined) return { because: `it would allow nearly anything (${broad})` };
  return [
    `prefix_rule(pattern=[${written(words)}], decision="${decision}"`,
    exact ? ', exact=True' : '',
    hasWildcard ? ', wildcards=True' : '',
    ')',
  ].join('');
}

/** A denial may be wider than it was: a star there stands for any words, so what follows may stand anywhere. */
function denialFor(words: Argv, decision: Decision): string {
  const end = words.findIndex((word) => word.includes('*'));
  const pattern = end === -1 ? words : words.slice(0, end);
  const further = (end === -1 ? [] : words.slice(end)).filter((word) => word !== '*');
  return [
    `prefix_rule(pattern=[${written(pattern)}], decision="${decision}"`,
    further.length === 0 ? '' : `, anywhere=[${written(further)}]`,
    further.some((word) => word.includes('*')) ? ', wildcards=True' : '',
    ')',
  ].join('');
}

function written(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(', ');
}

function plainWords(words: Argv): Argv {
  const [program, ...rest] = words;
  const end = rest.findIndex((word) => word === '*');
  return [program, ...(end === -1 ? rest : rest.slice(0, end))];
}

/** Splits at blanks; undefined when a quote or an operator makes it more than words. */
export function plainCommand(text: string): readonly string[] | undefined {
  const trimmed = text.trim();
  return /["'\\$`;&|<>()\n]/.test(trimmed) ? undefined : trimmed.split(/\s+/).filter((word) => word !== '');
}
