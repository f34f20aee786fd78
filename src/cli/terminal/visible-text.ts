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

/** Columns a terminal uses for the text: 2 for wide characters, 0 for marks on the character before. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  const isWide =
    /^\p{Emoji_Presentation}$/u.test(character) ||
    /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u.test(
      character,
    );
  return isWide ? 2 : 1;
}

/**
 * The most columns any terminal uses for the text. Terminals disagree about widths and learn new ones with every version
 * of Unicode; a row that is laid out with this never runs over its end, where the rest of it would begin a row of its
 * own and could imitate one of ours.
 */
export function roomFor(text: string): number {
  let room = 0;
  for (const character of text) room += isNarrow(character) ? 1 : 2;
  return room;
}

/** In every terminal: ASCII, and the letters, marks and punctuation of scripts that were never shown wide. */
function isNarrow(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x7f) return true;
  return code < 0x2000
    ? /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Mn}]$/u.test(
        character,
      ) || code < 0x100
    : /^[\u2010-\u2027\u2030-\u205e]$/u.test(character);
}
