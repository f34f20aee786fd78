// Reads a program's arguments against the list of options it may have. Strict where two implementations of a tool
// disagree: a value that looks like an option is refused, because the other one would take it for one.
import type { SafeProgram } from './safe-programs.ts';

export type Accepted = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly because: string };

const accepted: Accepted = { kind: 'accepted' };

export function acceptsArguments(args: readonly string[], program: SafeProgram): Accepted {
  let operands = 0;
  let optionsEnded = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (optionsEnded || word === '-' || !word.startsWith('-')) {
      operands += 1;
      if (operands > program.maxOperands) return refused(`${word} is one operand too many`);
      if (program.operand !== undefined && !program.operand.test(word))
        return refused(`${word} is not a listed operand`);
      continue;
    }
    if (word === '--') {
      optionsEnded = true;
      continue;
    }
    const use = word.startsWith('--') ? readLong(word, program) : readCluster(word, program);
    if (use === 'unlisted') return refused(`${word} is not listed`);
    if (use === 'value-follows') {
      at += 1;
      const value = args[at];
      if (value === undefined) return refused(`${word} has no value`);
      if (/^-[^\d]/.test(value)) return refused(`the value of ${word} looks like an option`);
    }
  }
  return accepted;
}

function refused(because: string): Accepted {
  return { kind: 'refused', because };
}

type OptionUse = 'flag' | 'value-follows' | 'unlisted';

function readLong(word: string, { longFlags, longValued }: SafeProgram): OptionUse {
  const equals = word.indexOf('=');
  if (equals !== -1) return longValued.has(word.slice(2, equals)) ? 'flag' : 'unlisted';
  const name = word.slice(2);
  // Whole names only: `--out` would be taken for `--output` by some tools.
  if (longFlags.has(name)) return 'flag';
  return longValued.has(name) ? 'value-follows' : 'unlisted';
}

function readCluster(word: string, { flags, valued, numeric, clusters }: SafeProgram): OptionUse {
  if (numeric && /^-\d+$/.test(word)) return 'flag';
  if (!clusters && !/^-[A-Za-z]\d*$/.test(word)) return 'unlisted';
  for (let index = 1; index < word.length; index += 1) {
    const letter = word.charAt(index);
    if (valued.includes(letter)) return index === word.length - 1 ? 'value-follows' : 'flag';
    if (!flags.includes(letter)) return 'unlisted';
  }
  return 'flag';
}
