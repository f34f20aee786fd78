// What `$(…)` can turn into: the working directory, a new temporary file, the repository, digits. The few programs whose
// answers have a known shape, spelled in the few ways that people spell them; any other may print anything.
import type { WordPiece } from '../../domain/index.ts';

type Pieces = readonly WordPiece[];

const anything: WordPiece = { kind: 'anything' };

/** What the script around it knows. */
export interface Surroundings {
  /** Whether the name is the program's, and no function or alias of the script. */
  readonly isProgram: (name: string) => boolean;
  readonly workingDirectory: () => readonly Pieces[];
  /** What a word that is written inside of it can turn into. */
  readonly valuesOf: (source: string) => readonly Pieces[];
}

/** `script` is what stands between the parentheses. */
export function readSubstitution(script: string, around: Surroundings): readonly Pieces[] {
  if (!/^(?:[^"]|"[^"\s]*")*$/.test(script)) return [[anything]];
  const [program = '', ...words] = script
    .trim()
    .replace(/\s*2>\s*\/dev\/null$/, '')
    .split(/\s+/);
  if (!around.isProgram(program)) return [[anything]];
  switch (program) {
    case 'pwd':
      return words.every((word) => /^-[LP]$/.test(word)) ? around.workingDirectory() : [[anything]];
    case 'mktemp':
      return temporary(words, around);
    case 'git':
      return words.join(' ') === 'rev-parse --show-toplevel'
        ? [[{ kind: 'repository' }], [{ kind: 'nothing' }]]
        : [[anything]];
    case 'date':
      return words.every((word) => /^(?:-u|"?\+(?:%[%a-zA-BE-WYZ]|[\w:%-])*"?)$/.test(word)) &&
        !/%[Dcx]/.test(script)
        ? [['0']]
        : [[anything]];
    case 'id':
      return words.length === 1 && /^-[ug]$/.test(words[0] ?? '') ? [['0']] : [[anything]];
    default:
      return [[anything]];
  }
}

/** A new file or directory, or nothing when none could be made. */
function temporary(words: readonly string[], around: Surroundings): readonly Pieces[] {
  let template = 'tmp.0';
  let below = '"${TMPDIR:-/tmp}"/';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (/^(?:-[dqut]*|--directory|--quiet|--tmpdir)$/.test(word)) {
      if (!/t/.test(word.replace(/^--.*/, ''))) continue;
      const next = words[at + 1];
      if (next !== undefined && !next.startsWith('-')) template = next;
      at += 1;
    } else if (word === '-p') {
      at += 1;
      below = `${words[at] ?? ''}/`;
    } else if (word.startsWith('--tmpdir=')) {
      below = `${word.slice('--tmpdir='.length)}/`;
    } else if (word.startsWith('-')) {
      return [[anything]];
    } else {
      template = word;
      // Below the directory it is in, which is not the one for temporary files.
      if (!words.some((each) => /^(?:-[dqu]*[pt]|--tmpdir.*)$/.test(each))) below = '';
    }
  }
  return [...around.valuesOf(`${below}${template}`), [{ kind: 'nothing' }]];
}
