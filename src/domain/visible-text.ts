// Text from a model, made safe to print: what could move the cursor, hide, reorder or imitate is spelled out. Without
// this a command could draw its own approval prompt over the real one.

/** A stretch of text: as it was, or the spelling of a character that must not be printed. */
export interface VisiblePart {
  readonly kind: 'text' | 'escaped';
  readonly text: string;
}

/** One line in parts; a newline is spelled out too, so split into lines first. */
export function visibleParts(line: string): readonly VisiblePart[] {
  const parts: VisiblePart[] = [];
  let plain = '';
  for (const character of line) {
    const spelled = spell(character);
    if (spelled === undefined) {
      plain += character;
      continue;
    }
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
    parts.push({ kind: 'escaped', text: spelled });
  }
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return parts;
}

/** The same as one string. */
export function visible(line: string): string {
  return visibleParts(line)
    .map(({ text }) => text)
    .join('');
}

const shortSpelling: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\r': '\\r',
  '\n': '\\n',
  '\u001b': '\\e',
};

function spell(character: string): string | undefined {
  const isPrintable = !/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u.test(character);
  // Spaces that are no space: two arguments that look like one, or the other way round.
  const isOddSpace = character !== ' ' && /\p{Zs}/u.test(character);
  if (isPrintable && !isOddSpace) return undefined;
  return shortSpelling[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
