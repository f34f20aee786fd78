// Colours by meaning, or none at all: NO_COLOR, a dumb terminal, or output that is no terminal.

export type Style =
  | 'title'
  | 'program'
  | 'option'
  | 'text'
  | 'operator'
  | 'expansion'
  | 'escaped'
  | 'faint'
  | 'key'
  | 'good'
  | 'bad';

/** One stretch of one line in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style | undefined;
}

export type Paint = (span: Span) => string;

const codes: Readonly<Record<Style, string>> = {
  title: '1;33',
  program: '1',
  option: '36',
  text: '32',
  operator: '1;35',
  expansion: '33',
  escaped: '7;31',
  faint: '2',
  key: '1',
  good: '32',
  bad: '31',
};

/** Answers with a function that paints, or one that leaves the text alone. */
export function painter(env: Readonly<Record<string, string | undefined>>): Paint {
  const noColor = env['NO_COLOR'];
  const isPlain =
    (noColor !== undefined && noColor !== '') || env['TERM'] === 'dumb' || env['TERM'] === undefined;
  if (isPlain) return ({ text }) => text;
  return ({ text, style }) => (style === undefined ? text : `\u001b[${codes[style]}m${text}\u001b[0m`);
}
