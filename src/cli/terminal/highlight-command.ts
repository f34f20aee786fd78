// Colours a command for a reader. A rough eye, not a parser: it decides nothing, and every character of the command
// is shown, in order, whatever colour it gets.
import type { Span, Style } from './styles.ts';
import { visibleParts } from './visible-text.ts';

/** One line of a script (or a quoted argv) in spans; the texts joined are the line with unsafe characters spelled. */
export function highlightLine(line: string): readonly Span[] {
  const spans: Span[] = [];
  let expectsProgram = true;
  for (const { text, kind } of scan(line)) {
    const style = kind === 'word' ? styleOfWord(text, expectsProgram) : styles[kind];
    if (kind === 'operator') expectsProgram = true;
    else if (kind !== 'blank') expectsProgram = false;
    for (const part of visibleParts(text)) {
      spans.push({ text: part.text, style: part.kind === 'escaped' ? 'escaped' : style });
    }
  }
  return spans;
}

type TokenKind = 'blank' | 'comment' | 'quoted' | 'operator' | 'expansion' | 'word';

const styles: Readonly<Record<Exclude<TokenKind, 'word'>, Style | undefined>> = {
  blank: undefined,
  comment: 'faint',
  quoted: 'text',
  operator: 'operator',
  expansion: 'expansion',
};

function styleOfWord(word: string, expectsProgram: boolean): Style | undefined {
  if (word.startsWith('-')) return 'option';
  return expectsProgram ? 'program' : undefined;
}

const tokens: readonly (readonly [TokenKind, RegExp])[] = [
  ['blank', /[ \t]+/y],
  ['quoted', /'[^']*'?|"(?:[^"\\]|\\.)*"?/y],
  ['expansion', /\$(?:\([^)]*\)?|\{[^}]*\}?|\w+|[@*#?$!-])|`[^`]*`?/y],
  ['operator', /&&|\|\||[|&;<>()]+/y],
  ['word', /(?:\\.|[^\s'"`$|&;<>()\\])+|[$\\]/y],
];

function* scan(line: string): Generator<{ readonly text: string; readonly kind: TokenKind }> {
  let at = 0;
  let afterBlank = true;
  while (at < line.length) {
    if (line[at] === '#' && afterBlank) {
      yield { text: line.slice(at), kind: 'comment' };
      return;
    }
    const found = matchAt(line, at) ?? {
      text: String.fromCodePoint(line.codePointAt(at) ?? 0),
      kind: 'word' as const,
    };
    yield found;
    at += found.text.length;
    afterBlank = found.kind === 'blank' || found.kind === 'operator';
  }
}

function matchAt(line: string, at: number): { readonly text: string; readonly kind: TokenKind } | undefined {
  for (const [kind, pattern] of tokens) {
    pattern.lastIndex = at;
    const text = pattern.exec(line)?.[0];
    if (text !== undefined && text !== '') return { text, kind };
  }
  return undefined;
}
