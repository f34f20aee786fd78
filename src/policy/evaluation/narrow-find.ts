// Whether `find` reaches only some of what lies below where it starts: `-name '*.pyc' -delete`. An action counts only
// behind a test, in the same alternative, that leaves most files out.
import type { LiteralWord } from '../../domain/index.ts';

const narrowing: ReadonlySet<string> = new Set(
  '-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -amin -ctime -cmin -size -newer -empty'.split(
    ' ',
  ),
);
/** By names: a pattern that names nothing leaves nothing out. */
const byName = /^-i?(?:name|path|regex)$|^-wholename$/;
const valued: ReadonlySet<string> = new Set(
  `-type -xtype -maxdepth -mindepth -perm -user -group -uid -gid -links -inum -samefile -fstype -lname -ilname -printf
  -fprint -fprint0 -fprintf -fls -anewer -cnewer -used -newermt -newerat -newerct -regextype -iwholename`.split(
    /\s+/,
  ),
);
const actions: ReadonlySet<string> = new Set('-delete -exec -execdir -ok -okdir'.split(' '));
const prints: ReadonlySet<string> = new Set('-print -print0 -printf -ls'.split(' '));

export interface FindShape {
  readonly starts: readonly LiteralWord[];
  /** The program behind each `-exec`; undefined in it for one that is computed. */
  readonly programs: readonly LiteralWord[];
  readonly isNarrow: boolean;
}

/** `for` says what is to be narrow: what it deletes and executes, or what it prints. */
export function shapeOf(args: readonly LiteralWord[], purpose: 'act' | 'print'): FindShape {
  const from = args.findIndex((word, at) => !isGlobal(args, at) && word !== undefined && /^[-(!]/.test(word));
  const end = from === -1 ? args.length : from;
  const starts = args.slice(0, end).filter((_, at) => !isGlobal(args, at));
  const reader = new Expression(args.slice(end), purpose === 'act' ? actions : prints);
  const whole = reader.readAlternatives(false);
  const isPrinted = purpose === 'act' || reader.acted > 0;
  return {
    starts: starts.length === 0 ? ['.'] : starts,
    programs: reader.programs,
    isNarrow: reader.isComplete && !reader.actsOnAll && (isPrinted || whole),
  };
}

/** `-L`, `-O3`: in front of where it starts. */
function isGlobal(args: readonly LiteralWord[], at: number): boolean {
  return args.slice(0, at + 1).every((word) => word !== undefined && /^-(?:[HLP]|O\d)$/.test(word));
}

class Expression {
  readonly programs: LiteralWord[] = [];
  actsOnAll = false;
  acted = 0;
  readonly #words: readonly LiteralWord[];
  readonly #counted: ReadonlySet<string>;
  #at = 0;
  #isOdd = false;

  constructor(words: readonly LiteralWord[], counted: ReadonlySet<string>) {
    this.#words = words;
    this.#counted = counted;
  }

  get isComplete(): boolean {
    return !this.#isOdd && this.#at >= this.#words.length;
  }

  /** Whether every alternative leaves most files out; `isNarrow` says it of what stands in front. */
  readAlternatives(isNarrow: boolean): boolean {
    let every = true;
    for (;;) {
      every = this.#readTogether(isNarrow) && every;
      const word = this.#words[this.#at];
      if (word !== '-o' && word !== '-or' && word !== ',') return every;
      this.#at += 1;
    }
  }

  #readTogether(outer: boolean): boolean {
    let isNarrow = outer;
    let isNegated = false;
    for (; this.#at < this.#words.length; this.#at += 1) {
      const word = this.#words[this.#at];
      if (word === '-o' || word === '-or' || word === ',' || word === ')') break;
      if (word === '!' || word === '-not') {
        isNegated = !isNegated;
        continue;
      }
      if (word === '(') {
        this.#at += 1;
        const inner = this.readAlternatives(isNarrow);
        if (this.#words[this.#at] !== ')') this.#isOdd = true;
        isNarrow ||= inner && !isNegated;
      } else if (word === undefined) {
        this.#isOdd = true;
      } else {
        isNarrow = this.#readPrimary(word, isNegated) || isNarrow;
        if (this.#counted.has(word)) {
          this.acted += 1;
          this.actsOnAll ||= !isNarrow;
        }
      }
      isNegated = false;
    }
    return isNarrow;
  }

  /** Whether it leaves most files out. */
  #readPrimary(word: string, isNegated: boolean): boolean {
    if (actions.has(word) && word !== '-delete') {
      this.programs.push(this.#words[this.#at + 1]);
      const end = this.#words.findIndex((each, at) => at > this.#at && (each === ';' || each === '+'));
      this.#at = end === -1 ? this.#words.length : end;
      return false;
    }
    if (narrowing.has(word)) {
      if (word === '-empty') return !isNegated;
      this.#at += 1;
      const value = this.#words[this.#at];
      if (value === undefined) this.#isOdd = true;
      return !isNegated && (!byName.test(word) || /[A-Za-z0-9]/.test(value ?? ''));
    }
    if (valued.has(word)) this.#at += 1;
    return false;
  }
}
