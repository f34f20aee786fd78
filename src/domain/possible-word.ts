// What a word that bash computes can turn into, as far as a script tells.

export type WordPiece =
  | string
  /** The directory that the shell stands in by then: `$PWD`. */
  | { readonly kind: 'here' }
  /** The top directory of the repository around that one. */
  | { readonly kind: 'repository' }
  /** What the environment holds under this name when the shell starts. `needed`: no word at all where that is nothing. */
  | { readonly kind: 'variable'; readonly name: string; readonly needed: boolean }
  /** Nothing, where the program failed that should have printed it. */
  | { readonly kind: 'nothing' }
  /** What `find` prints, by its words. */
  | { readonly kind: 'found'; readonly words: readonly string[] }
  | { readonly kind: 'anything' };

export interface PossibleWord {
  readonly pieces: readonly WordPiece[];
  /** Set where `*` and `?` of its texts stand for names of files. */
  readonly isPattern?: true;
  /** Set where blanks and patterns of what is computed would be seen: outside of quotes. */
  readonly isBare?: true;
}
