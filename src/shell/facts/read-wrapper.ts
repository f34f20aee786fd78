// Finds the program behind a wrapper's own options. Where an option is unknown, or a word is, every reading that is
// possible is kept: a command too many costs a question, a command too few costs the deny rule.
import { literalWord, type MarkedWord, scriptText } from './marked-word.ts';
import type { Wrapper } from './wrappers.ts';

export interface Wrapped {
  readonly argvs: readonly (readonly MarkedWord[])[];
  readonly scripts: readonly string[];
  readonly assignments: readonly { readonly name: string; readonly value: MarkedWord }[];
}

/** Readings kept beside the first. */
const maxReadings = 6;
const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/;

/** `words` is the wrapper's argv, its own name first. */
export function readWrapper(wrapper: Wrapper, words: readonly MarkedWord[]): Wrapped {
  const starts: number[] = [];
  const scripts: string[] = [];
  const assignments: { readonly name: string; readonly value: MarkedWord }[] = [];
  let at = 1;
  for (; at < words.length; at += 1) {
    const marked = words[at] ?? '';
    const assigned = wrapper.assignments === 'taken' ? assignment.exec(marked) : null;
    if (assigned?.[1] !== undefined) {
      assignments.push({ name: assigned[1], value: assigned[2] ?? '' });
      continue;
    }
    const word = literalWord(marked);
    if (word === undefined) {
      // Unknown: an option, a value, nothing at all, or the program itself.
      starts.push(at, at + 1, at + 2);
      if (starts.length >= maxReadings * 2) break;
      continue;
    }
    if (word === '--') {
      at += 1;
      break;
    }
    const use = readOption(wrapper, word);
    if (use === 'operand') break;
    if (use === 'harmless') return { argvs: [], scripts, assignments };
    if (use === 'unknown') starts.push(at + 2);
    if (use === 'value-follows') at += 1;
    if (use === 'script-follows') {
      at += 1;
      scripts.push(scriptText(words[at] ?? ''));
    } else if (typeof use === 'object') {
      scripts.push(use.script);
    }
  }
  starts.unshift(at);
  if (wrapper.options === 'anywhere') scripts.push(...scriptsIn(wrapper, words.slice(at)));
  const argvs = [...new Set(starts)]
    .slice(0, maxReadings)
    .map((start) => words.slice(start + wrapper.operands))
    .filter((argv) => argv.length > 0);
  if (wrapper.rest === 'argv') return { argvs, scripts, assignments };
  if (wrapper.rest === 'script') {
    return {
      argvs,
      scripts: [...scripts, ...argvs.map((argv) => argv.map(scriptText).join(' '))],
      assignments,
    };
  }
  // What xargs reads is appended.
  return { argvs: argvs.map((argv) => [...argv, '\0$']), scripts, assignments };
}

/** The scripts among words of which any may be an option. */
function scriptsIn(wrapper: Wrapper, words: readonly MarkedWord[]): string[] {
  return words.flatMap((marked, index) => {
    const word = literalWord(marked) ?? '';
    const use = word.startsWith('-') ? readOption(wrapper, word) : 'operand';
    if (use === 'script-follows') return scriptText(words[index + 1] ?? '');
    return typeof use === 'object' ? use.script : [];
  });
}

type OptionUse =
  | 'operand'
  | 'flag'
  | 'value-follows'
  | 'script-follows'
  | { readonly script: string }
  | 'harmless'
  | 'unknown';

function readOption(wrapper: Wrapper, word: string): OptionUse {
  const { flags, valued, scripts, harmless } = wrapper;
  if (flags.includes(word)) return 'flag';
  if (!word.startsWith('-') || word === '-') return 'operand';
  if (harmless.includes(word)) return 'harmless';
  if (valued.includes(word)) return 'value-follows';
  if (scripts.includes(word)) return 'script-follows';
  const equals = word.indexOf('=');
  if (word.startsWith('--') && equals !== -1) {
    return scripts.includes(word.slice(0, equals)) ? { script: word.slice(equals + 1) } : 'flag';
  }
  if (word.startsWith('--')) return 'unknown';
  return readCluster(wrapper, word);
}

/** `-nu root`, `-n5`, `-ic 'script'`: letters up to the first that takes a value. */
function readCluster({ flags, valued, scripts }: Wrapper, word: string): OptionUse {
  for (let index = 1; index < word.length; index += 1) {
    const option = `-${word.charAt(index)}`;
    const isLast = index === word.length - 1;
    if (scripts.includes(option)) return isLast ? 'script-follows' : { script: word.slice(index + 1) };
    if (valued.includes(option)) return isLast ? 'value-follows' : 'flag';
    if (!flags.includes(option)) return /^-\d+$/.test(word) ? 'flag' : 'unknown';
  }
  return 'flag';
}
