// What a word that bash computes can turn into: variables by the values the script gives them, `$PWD`, `mktemp`, and
// little else. A strict reading of the word as it is written; where it meets anything else, the word may be anything.
import type { PossibleWord, WordPiece } from '../../domain/index.ts';
import { readSubstitution } from './read-substitution.ts';
import type { Variables } from './variables.ts';

/** Words that are kept of one; values in values that are followed. */
const most = 24;
const deepest = 4;
/** Characters of a word that anybody writes. */
const longest = 1024;

type Pieces = readonly WordPiece[];

const anything: WordPiece = { kind: 'anything' };

/** `source` is the word as it is written, quotes and all. Never an empty list. */
export function possibleWords(
  source: string,
  variables: Variables,
  isSameShell: boolean,
): readonly PossibleWord[] {
  if (source.length > longest) return [{ pieces: [anything], isPattern: true, isBare: true }];
  const reader = new SourceReader(source, { variables, isSameShell, depth: 0, names: [] });
  const found = reader.read();
  return found.length === 0 || found.length > most ? [{ pieces: [anything], ...reader.marks }] : found;
}

interface Around {
  readonly variables: Variables;
  readonly isSameShell: boolean;
  readonly depth: number;
  /** Variables whose values are being read. */
  readonly names: readonly string[];
}

const plain = /[^\s\\'"$`*?[\]{}~!()<>|&;\0]+/y;
const quoted = /[^\\"$`\0]+/y;
const simpleName =
  /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?=])((?:[^}\\'"`$]|\$[A-Za-z_]\w*|\$\{\w+\})*))?\})/y;
const numeric = /\$(?:\$|\{\$\}|#|\?|\{#\})/y;

class SourceReader {
  readonly #source: string;
  readonly #around: Around;
  #at = 0;
  #isPattern = false;
  #isBare = false;
  #words: Pieces[] = [[]];

  constructor(source: string, around: Around) {
    this.#source = source;
    this.#around = around;
  }

  get marks(): { readonly isPattern?: true; readonly isBare?: true } {
    return {
      ...(this.#isPattern ? { isPattern: true as const } : {}),
      ...(this.#isBare ? { isBare: true as const } : {}),
    };
  }

  read(): readonly PossibleWord[] {
    while (this.#at < this.#source.length) this.#readPiece();
    return this.#words.map((pieces) => ({ pieces, ...this.marks }));
  }

  #readPiece(): void {
    const character = this.#source.charAt(this.#at);
    const run = this.#take(plain);
    if (run !== undefined) {
      this.#add([[run]]);
      return;
    }
    switch (character) {
      case "'": {
        this.#readApostrophes();
        return;
      }
      case '"': {
        this.#readQuotes();
        return;
      }
      case '$': {
        this.#readDollar('bare');
        return;
      }
      case '*':
      case '?':
        this.#isPattern = true;
        this.#at += 1;
        {
          this.#add([[character]]);
          return;
        }
      case '\\':
        this.#at += 2;
        {
          this.#add([[this.#source.charAt(this.#at - 1).trim()]]);
          return;
        }
      case '`': {
        this.#readBackticks();
        return;
      }
      default:
        // A pattern of another kind, braces, a home directory.
        if (character === '[') this.#isPattern = true;
        this.#at = this.#source.length;
        {
          this.#add([[anything]]);
          return;
        }
    }
  }

  #readApostrophes(): void {
    const end = this.#source.indexOf("'", this.#at + 1);
    const text = this.#source.slice(this.#at + 1, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#source.length : end + 1;
    this.#add([[this.#isPatternText(text) ? anything : text]]);
  }

  /** A star in quotes is none, which a pattern that is given as text could not say. */
  #isPatternText(text: string): boolean {
    return /[*?]/.test(text);
  }

  #readQuotes(): void {
    this.#at += 1;
    while (this.#at < this.#source.length) {
      const run = this.#take(quoted);
      if (run !== undefined) {
        this.#add([[this.#isPatternText(run) ? anything : run]]);
        continue;
      }
      const character = this.#source.charAt(this.#at);
      if (character === '"') {
        this.#at += 1;
        return;
      }
      if (character === '$') {
        this.#readDollar('quoted');
      } else if (character === '`') {
        this.#readBackticks();
      } else if (character === '\\' && /[\\"$`]/.test(this.#source.charAt(this.#at + 1))) {
        this.#at += 2;
        this.#add([[this.#source.charAt(this.#at - 1)]]);
      } else {
        this.#at = this.#source.length;
        this.#add([[anything]]);
      }
    }
  }

  #readDollar(place: 'bare' | 'quoted'): void {
    if (place === 'bare') this.#isBare = true;
    if (this.#take(numeric) !== undefined) {
      this.#add([['0']]);
      return;
    }
    simpleName.lastIndex = this.#at;
    const found = simpleName.exec(this.#source);
    if (found !== null) {
      this.#at += found[0].length;
      const [, name = found[2] ?? '', , operator, fallback = ''] = found;
      const isWhole = this.#at === this.#source.length && found.index === 0;
      const values = this.#variable(name, operator, fallback);
      this.#add(place === 'quoted' ? values : values.flatMap((pieces) => this.#split(pieces, isWhole)));
      return;
    }
    const substitution = /\$\(((?:[^()'"`\\]|"[^()"`\\]*")*)\)/y;
    substitution.lastIndex = this.#at;
    const inner = substitution.exec(this.#source);
    this.#at = inner === null ? this.#source.length : this.#at + inner[0].length;
    this.#add(inner?.[1] === undefined ? [[anything]] : this.#substituted(inner[1]));
  }

  #readBackticks(): void {
    const inner = this.#take(/`[^`\\$"'()]*`/y);
    if (inner === undefined) this.#at = this.#source.length;
    this.#add(inner === undefined ? [[anything]] : this.#substituted(inner.slice(1, -1)));
  }

  #variable(name: string, operator: string | undefined, fallback: string): readonly Pieces[] {
    const { variables, isSameShell } = this.#around;
    if (numbers.has(name) && variables.valuesOf(name)?.length === 0) return [['0']];
    if (unknowable.test(name)) return [[anything]];
    const values = variables.valuesOf(name);
    if (values === undefined) return [[anything]];
    if (this.#around.names.includes(name)) {
      // `X="${X:-y}"` keeps what was there; anything else may grow.
      const keeps = operator !== undefined && /^"?\$\{\w+:?-[^}]*\}"?$/.test(this.#source);
      return keeps && name === this.#around.names.at(-1)
        ? [this.#startOf(name, operator.startsWith(':')), ...this.#within(fallback, name)]
        : [[anything]];
    }
    const given = values.flatMap((value) =>
      'text' in value ? [[value.text]] : this.#within(value.source, name),
    );
    const isGiven = isSameShell && variables.isCertain(name) && name !== 'PWD';
    const isNeeded = operator?.startsWith(':') === true;
    const atStart: readonly Pieces[] = isGiven ? [] : [this.#startOf(name, isNeeded)];
    const otherwise = operator !== undefined && !operator.endsWith('?') ? this.#within(fallback, name) : [];
    const kept = isNeeded ? given.filter((pieces) => pieces.some((piece) => piece !== '')) : given;
    return [...kept, ...atStart, ...otherwise];
  }

  /** Outside of quotes a blank makes two words of one, and a star becomes a pattern. */
  #split(pieces: Pieces, isWhole: boolean): readonly Pieces[] {
    const isPlain = pieces.every((piece) => typeof piece !== 'string' || /^[\w./:@%+,=-]*$/.test(piece));
    const ifs = this.#around.variables.valuesOf('IFS');
    if (ifs?.length !== 0) return [[anything]];
    if (isPlain || this.#isPattern) return [pieces];
    const [only] = pieces;
    if (!isWhole || pieces.length !== 1 || typeof only !== 'string') return [[anything]];
    const words = only.split(/[ \t\n]+/).filter((word) => word !== '');
    return words.every((word) => /^[\w./:@%+,=-]*$/.test(word)) ? words.map((word) => [word]) : [[anything]];
  }

  #startOf(name: string, needed: boolean): Pieces {
    if (name === 'PWD') return [{ kind: 'here' }];
    return this.#around.variables.startsElsewhere ? [anything] : [{ kind: 'variable', name, needed }];
  }

  #within(source: string, name?: string): readonly Pieces[] {
    const { depth, names } = this.#around;
    if (depth >= deepest || source.length > longest) return [[anything]];
    const inner = new SourceReader(source, {
      ...this.#around,
      depth: depth + 1,
      names: name === undefined ? names : [...names, name],
    });
    const found = inner.read();
    // Nothing splits a value that is assigned, but a pattern in it is seen where the variable stands.
    if (inner.#isPattern) {
      this.#isPattern = true;
    }
    return found.length === 0 || found.length > most ? [[anything]] : found.map(({ pieces }) => pieces);
  }

  #substituted(script: string): readonly Pieces[] {
    return readSubstitution(script, {
      isProgram: (name) => this.#around.variables.isProgram(name),
      workingDirectory: () => this.#variable('PWD', undefined, ''),
      valuesOf: (source) => this.#within(source),
    });
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** Every word so far with every one of these behind it. */
  #add(continuations: readonly Pieces[]): void {
    const count = this.#words.length * continuations.length;
    const size = (this.#words[0]?.length ?? 0) + (continuations[0]?.length ?? 0) + 4;
    if (count > most || !this.#around.variables.spend(count * size)) {
      this.#words = [[anything]];
      this.#at = this.#source.length;
      // Whatever stands behind it was not read.
      this.#isPattern = true;
      this.#isBare = true;
      return;
    }
    this.#words = this.#words.flatMap((word) => continuations.map((pieces) => [...word, ...pieces]));
  }
}

const numbers: ReadonlySet<string> = new Set(
  'RANDOM SRANDOM SECONDS UID EUID PPID BASHPID EPOCHSECONDS'.split(' '),
);
const unknowable = /^(?:OLDPWD|REPLY|MAPFILE|BASH\w*|_|DIRSTACK|OPTARG|COPROC|FUNCNAME|LINENO)$/;
