// `{-rf,/tmp/x}` to `-rf` and `/tmp/x`: braces hide options from whoever does not expand them. Commas only; a range
// such as `{1..9}` stays unknown.

/** Words one word may become; past this the word is unknown. */
const maxWords = 64;
const unknown = '\0$';

/** Works on marked text: only an unquoted brace or comma, `\0{` `\0,` `\0}`, is one. Linear in the word. */
export function expandBraces(word: string): readonly string[] {
  if (!word.includes('\0{')) return [unmarkCommas(word)];
  const parsed = parseSequence(word, 0, 0);
  if (parsed === undefined || parsed.words.length > maxWords) return [unknown];
  // An alternative without a character is no word, unless it was quoted.
  return parsed.words.map((each) => (each === '' ? unknown : unmarkCommas(each)));
}

interface Parsed {
  readonly words: readonly string[];
  readonly end: number;
}

/** Reads up to the end of the word, or up to the comma or brace that ends an alternative. */
function parseSequence(word: string, from: number, depth: number): Parsed | undefined {
  if (depth > 8) return undefined;
  let words: readonly string[] = [''];
  let at = from;
  while (at < word.length) {
    if (word.startsWith('\0{', at)) {
      const group = parseGroup(word, at + 2, depth + 1);
      if (group === undefined) return undefined;
      words = words.flatMap((left) => group.words.map((right) => left + right));
      if (words.length > maxWords) return undefined;
      at = group.end;
    } else if (depth > 0 && (word.startsWith('\0,', at) || word.startsWith('\0}', at))) {
      break;
    } else {
      const next = word.indexOf('\0', at + 1);
      const end = next === -1 ? word.length : next;
      const text = word.slice(at, end);
      words = words.map((left) => left + text);
      at = end;
    }
  }
  return { words, end: at };
}

function parseGroup(word: string, from: number, depth: number): Parsed | undefined {
  const alternatives: string[] = [];
  let at = from;
  for (let commas = 0; ; commas += 1) {
    const part = parseSequence(word, at, depth);
    if (part === undefined || part.end >= word.length) return undefined;
    alternatives.push(...part.words);
    at = part.end + 2;
    if (word.startsWith('\0,', part.end)) continue;
    // `{}` and `{x}` are what they are; `{1..3}` is a range.
    if (commas > 0) return { words: alternatives, end: at };
    const [inner = ''] = part.words;
    return inner.includes('..') ? undefined : { words: part.words.map((text) => `{${text}}`), end: at };
  }
}

function unmarkCommas(word: string): string {
  return word.replaceAll('\0,', ',').replaceAll('\0}', '}').replaceAll('\0{', '{');
}
