// The words of the language. A keyword's or a symbol's kind is its own text, so that the parser reads like the grammar.

export type Symbol =
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | ':'
  | ';'
  | '.'
  | '...'
  | '!'
  | '->'
  | '='
  | '+='
  | '-='
  | '*='
  | '/='
  | '//='
  | '%='
  | '&='
  | '|='
  | '^='
  | '<<='
  | '>>='
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '+'
  | '-'
  | '*'
  | '**'
  | '/'
  | '//'
  | '%'
  | '&'
  | '|'
  | '^'
  | '~'
  | '<<'
  | '>>';

export type Keyword =
  | 'and'
  | 'break'
  | 'continue'
  | 'def'
  | 'elif'
  | 'else'
  | 'for'
  | 'if'
  | 'in'
  | 'lambda'
  | 'load'
  | 'not'
  | 'or'
  | 'pass'
  | 'return';

export type TokenKind =
  | Symbol
  | Keyword
  | 'name'
  /** An int, float, string or bytes literal. */
  | 'literal'
  /** The opening quote of an f-string; the parser asks for its pieces. */
  | 'f-string'
  | 'newline'
  | 'indent'
  | 'dedent'
  | 'end';

export const keywords: readonly Keyword[] = [
  'and',
  'break',
  'continue',
  'def',
  'elif',
  'else',
  'for',
  'if',
  'in',
  'lambda',
  'load',
  'not',
  'or',
  'pass',
  'return',
];

/** Words that mean something in Python and nothing here; using one is always a mistake. */
export const reservedWords: readonly string[] = [
  'as',
  'assert',
  'async',
  'await',
  'class',
  'del',
  'except',
  'finally',
  'from',
  'global',
  'import',
  'is',
  'nonlocal',
  'raise',
  'try',
  'while',
  'with',
  'yield',
];

/** Longest first, by first character. A lone `!` exists for the conversion in an f-string. */
export const operatorsByFirstCharacter: ReadonlyMap<string, readonly Symbol[]> = new Map<
  string,
  readonly Symbol[]
>([
  ['=', ['==', '=']],
  ['!', ['!=', '!']],
  ['<', ['<<=', '<<', '<=', '<']],
  ['>', ['>>=', '>>', '>=', '>']],
  ['+', ['+=', '+']],
  ['-', ['->', '-=', '-']],
  ['*', ['**', '*=', '*']],
  ['/', ['//=', '//', '/=', '/']],
  ['%', ['%=', '%']],
  ['&', ['&=', '&']],
  ['|', ['|=', '|']],
  ['^', ['^=', '^']],
  ['.', ['...', '.']],
]);

/** How a token is named in a message. */
export function describeToken(kind: TokenKind): string {
  switch (kind) {
    case 'name':
      return 'a name';
    case 'literal':
      return 'a literal';
    case 'f-string':
      return 'an f-string';
    case 'newline':
      return 'the end of the line';
    case 'indent':
      return 'an indented block';
    case 'dedent':
      return 'the end of the block';
    case 'end':
      return 'the end of the file';
    default:
      return `\`${kind}\``;
  }
}
