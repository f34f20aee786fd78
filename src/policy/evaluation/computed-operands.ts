// What a computed operand can be here and now: its pieces put together with the directory, the repository and the
// environment. Every answer that is missing makes it unknown.
import { pathFrom } from './reach.ts';
import type { AbsolutePath, PossibleWord, WordPiece } from '../../domain/index.ts';

export type Operand =
  /** `isSpare`: what is left where something came to nothing that was meant to be something. */
  | { readonly kind: 'text'; readonly text: string; readonly isSpare: boolean }
  /** Names of files that meet the pattern. */
  | { readonly kind: 'pattern'; readonly text: string }
  /** Whatever `find` finds with these words. */
  | { readonly kind: 'found'; readonly words: readonly string[] }
  /** Some file, or one of many where `isMany`. */
  | { readonly kind: 'anything'; readonly isMany: boolean };

export interface OperandPlace {
  /** Each of the directories it may run in or below; empty when nobody can tell. */
  readonly directories: readonly AbsolutePath[];
  /** Undefined where the environment is not known; then so is every variable. */
  readonly env: ReadonlyMap<string, string> | undefined;
}

/** More than these are as good as anything. */
const most = 64;

export function operandsOf(possible: readonly PossibleWord[], place: OperandPlace): readonly Operand[] {
  const found = possible.flatMap((word) => textsOf(word, place));
  return found.length > most ? [unknown({ pieces: [] })] : found;
}

function unknown({ isPattern, isBare }: PossibleWord): Operand {
  return { kind: 'anything', isMany: isPattern === true || isBare === true };
}

function textsOf(word: PossibleWord, place: OperandPlace): readonly Operand[] {
  const [only] = word.pieces;
  if (word.pieces.length === 1 && typeof only === 'object' && only.kind === 'found') return [only];
  let texts: readonly Value[] = [{ text: '', isSpare: false }];
  for (const piece of word.pieces) {
    const given = valuesOf(piece, place);
    if (given === undefined) return [unknown(word)];
    const isSplit = word.isBare === true && typeof piece === 'object';
    if (isSplit && given.some(({ text }) => !/^[\w./:@%+,=-]*$/.test(text))) return [unknown(word)];
    texts = texts.flatMap((before) =>
      given.map(({ text, isSpare }) => ({ text: before.text + text, isSpare: before.isSpare || isSpare })),
    );
    if (texts.length > most) return [unknown(word)];
  }
  return texts.map(({ text, isSpare }) =>
    word.isPattern === true && /[*?[{]/.test(text)
      ? { kind: 'pattern', text }
      : { kind: 'text', text, isSpare },
  );
}

interface Value {
  readonly text: string;
  readonly isSpare: boolean;
}

const certain = (text: string): Value => ({ text, isSpare: false });
const spare = (text: string): Value => ({ text, isSpare: true });

/** Undefined when nobody can tell, and none where then there would be no word. */
function valuesOf(piece: WordPiece, { directories, env }: OperandPlace): readonly Value[] | undefined {
  if (typeof piece === 'string') return [certain(piece)];
  switch (piece.kind) {
    case 'here':
      return directories.length === 0 ? undefined : directories.map(certain);
    case 'repository':
      return directories.length === 0 ? undefined : directories.flatMap(upwards);
    case 'variable': {
      if (env === undefined) return undefined;
      const value = env.get(piece.name) ?? '';
      if (value === '') return piece.needed ? [] : [spare('')];
      return [certain(value)];
    }
    case 'nothing':
      return [spare('')];
    case 'found':
    case 'anything':
      return undefined;
  }
}

/** The directory and those around it: any of them may be where the repository begins. */
function upwards(directory: AbsolutePath): readonly Value[] {
  const found = [directory];
  for (let at = pathFrom(directory, '..'); at !== undefined && at !== found.at(-1); at = pathFrom(at, '..'))
    found.push(at);
  return found.map((each, index) => (index === 0 ? certain(each) : spare(each)));
}
