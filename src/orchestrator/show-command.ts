// Commands as one line of text inside a sentence. For reading, not for pasting: control characters and invisible
// ones are escaped, because a command may carry text that rewrites the sentence around it on a terminal.
import type { RuleSource } from '../domain/index.ts';

const maxLength = 200;

/** The words in backquotes, quoted where a shell would need it, cut at 200 characters. */
export function showCommand(words: readonly (string | undefined)[]): string {
  const line = words.map((word) => (word === undefined ? '…' : showWord(word))).join(' ');
  return `\`${line.length <= maxLength ? line : `${line.slice(0, maxLength)}…`}\``;
}

/** Control, format (bidi), blank, line-separator and lone-surrogate characters as `\u{…}`. */
export function escapeInvisible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Where a rule was written: `FILE:LINE`, or in words when it has no file. */
export function showSource(source: RuleSource): string {
  switch (source.kind) {
    case 'file':
      return `${escapeInvisible(source.file)}:${String(source.line)}`;
    case 'managed':
      return `${escapeInvisible(source.file)} (requirement ${String(source.index + 1)})`;
    case 'session':
      return 'this session';
  }
}

function showWord(word: string): string {
  const shown = escapeInvisible(word.slice(0, maxLength + 1));
  return /^[\w@%+=:,./-]+$/u.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
