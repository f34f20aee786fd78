// Canonical form of a word for `canonical_matching`: Unicode NFC and full case folding, so that `ß`, `SS` and `ss`
// are one word, and so are the two spellings of `é`. It never strips a path, an extension or an option.

const ascii = /^[\0-\x7f]*$/;

export function foldCase(word: string): string {
  if (ascii.test(word)) return word.toLowerCase();
  let folded = '';
  for (const character of word.normalize('NFC')) folded += foldCharacter(character);
  return folded.normalize('NFC');
}

/**
 * JavaScript has no case folding. Lower, upper, lower visits every member of a folding class (`ẞ` becomes `ß`, `SS`,
 * `ss`), one character at a time because lower-casing a whole word treats a final `Σ` by its neighbours. Dotless `ı`
 * is the one letter that this would move into a class it does not belong to: its capital is a plain `I`.
 */
function foldCharacter(character: string): string {
  if (character === 'ı') return character;
  return Array.from(character.toLowerCase().toUpperCase(), (each) => each.toLowerCase()).join('');
}
