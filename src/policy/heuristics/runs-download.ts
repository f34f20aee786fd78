// Whether a script runs what it downloads: `curl … | bash`, `sh -c "$(curl …)"`, `bash <(wget …)`. What comes over the
// network is nobody's word, so this is dangerous whatever it would turn out to do.
import type { LiteralCommand, LiteralWord } from '../../domain/index.ts';

const downloaders: ReadonlySet<string> = new Set(
  'curl wget fetch aria2c http https httpie xh lynx links w3m nc ncat netcat socat ftp lwp-request'.split(
    ' ',
  ),
);

const interpreters =
  /^(?:(?:ba|z|da|k|mk|a|fi|c|tc)?sh|python[\d.]*|node|nodejs|deno|bun|perl|ruby|php|lua|osascript)$/;

/** Sees the commands of one script together. */
export function runsDownload(literals: readonly LiteralCommand[]): boolean {
  const downloads = literals.filter(({ words }) => downloaders.has(nameOf(words[0])));
  if (downloads.length === 0) return false;
  const files = new Set(downloads.flatMap(filesOf).map(nameOf));
  return literals.some(({ words }) => runsWhatItReads(words) || runsOneOf(files, words));
}

const savedAs = /^(?:-[A-Za-z]*[oO]|--output(?:-document)?)(?:=?(.+))?$/s;

/** `curl -o s URL`, `curl -O URL/s`, `wget URL/s`, `curl URL > s`. */
function filesOf({ words, redirects, patterns }: LiteralCommand): readonly LiteralWord[] {
  const named = words.flatMap((literal, at) => {
    // The `?` of an address is a pattern to the shell.
    const word = literal ?? patterns?.[at];
    if (word === undefined || at === 0) return [];
    const saved = savedAs.exec(word);
    if (saved !== null) return [saved[1] ?? words[at + 1]];
    return /^\w+:\/\/./.test(word) ? [word.replace(/[?#].*$/s, '')] : [];
  });
  return [...named, ...redirects.flatMap(({ operator, target }) => (operator.includes('>') ? [target] : []))];
}

/** `sh s`, `. ./s`, `./s`. */
function runsOneOf(files: ReadonlySet<string>, [program, ...args]: readonly LiteralWord[]): boolean {
  const name = nameOf(program);
  if (program?.includes('/') === true && files.has(name)) return true;
  if (!interpreters.test(name) && name !== '.' && name !== 'source') return false;
  return args.some((word) => word !== undefined && files.has(nameOf(word)) && nameOf(word) !== '');
}

function nameOf(word: LiteralWord): string {
  return word === undefined ? '' : word.slice(word.lastIndexOf('/') + 1);
}

/** An interpreter without a file of its own, or with a program that is computed. */
function runsWhatItReads([program, ...args]: readonly LiteralWord[]): boolean {
  const name = nameOf(program);
  if (name === 'eval' || name === 'source' || name === '.') return args.some((word) => isComputed(word));
  if (!interpreters.test(name)) return false;
  const operand = args.findIndex((word) => word === undefined || !word.startsWith('-') || word === '-');
  if (operand === -1)
    return !args.some((word) => word === '--version' || word === '--help' || word === '-v' || word === '-V');
  const first = args[operand];
  return args.includes('-s') || first === '-' || isComputed(first);
}

function isComputed(word: LiteralWord): boolean {
  return word === undefined || /\$[({]|`/.test(word) || /^\/dev\/(?:stdin|fd\/)/.test(word);
}
