// Which files a start-up file reads or runs, by literal words: `. FILE`, `source FILE`, `Include FILE`, a program by
// its path at the start of a command, a directory put into PATH, a directory whose files are read one by one.

export interface FileRead {
  /** As written, without quotes; may begin with `~` or `$HOME`. Latin1. */
  readonly word: string;
  readonly kind: 'file' | 'directory';
}

const word = String.raw`("[^"\n]*"|'[^'\n]*'|[^\s;&|()<>"'\`]+)`;
const reading = new RegExp(String.raw`(?:^|[\s;&|({!])(?:\.|source|\\\.)\s+${word}`, 'gm');
const including = new RegExp(
  String.raw`^\s*(?:include|source-file|source|so|\$include)\s+(?:-q\s+)?${word}`,
  'gim',
);
const starting = new RegExp(
  String.raw`(?:^|[;&|({\`]|\$\(|\bthen|\bdo|\belse|\bexec|\beval|\bsudo|=['"])\s*"?((?:~|\$HOME|\$\{HOME\}|\/|\.\/)[^\s;&|()<>"'\`]*)`,
  'gm',
);
const path = /\bPATH=(\S+)/g;
const each = /((?:~|\$HOME|\$\{HOME\}|\/)[^\s;&|()<>'`]*?)"?\/\*/g;

export function filesReadBy(text: string): FileRead[] {
  const files = [reading, including, starting].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ word: unquote(match[1] ?? ''), kind: 'file' as const })),
  );
  const directories = [...text.matchAll(path)].flatMap((match) => unquote(match[1] ?? '').split(':'));
  const globbed = [...text.matchAll(each)].map((match) => match[1] ?? '');
  const known = [
    ...files,
    ...[...directories, ...globbed].map((place) => ({ word: unquote(place), kind: 'directory' as const })),
  ];
  return known.filter(({ word: name }) => isLiteral(name));
}

const unquote = (text: string): string => text.replace(/["']/g, '').replace(/\/+$/, '');

/** A word that needs nothing but the home to be understood. */
function isLiteral(name: string): boolean {
  const rest = name.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '');
  return rest !== '' && !/[$*?`]/.test(rest);
}
