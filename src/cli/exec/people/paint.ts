// Colour, where it is wanted: `--color`, `NO_COLOR`, and whether anybody looks.

export interface Paint {
  strong(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export type ColorChoice = 'always' | 'never' | 'auto';

export interface Screen {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `auto` paints a terminal unless `NO_COLOR` is set (to anything) or `TERM` is `dumb`. */
export function choosePaint(choice: ColorChoice, screen: Screen): Paint {
  const refused = (screen.env['NO_COLOR'] ?? '') !== '' || screen.env['TERM'] === 'dumb';
  return choice === 'always' || (choice === 'auto' && screen.isTerminal && !refused) ? ansi : plain;
}

const plain: Paint = {
  strong: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  bad: (text) => text,
};

const ansi: Paint = {
  strong: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  good: (text) => `\u001b[32m${text}\u001b[39m`,
  bad: (text) => `\u001b[31m${text}\u001b[39m`,
};
