// How much room text takes on a terminal. What must not be printed is spelled out first.
export { visible, visibleParts } from '../../domain/index.ts';

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
