// Finds the program behind a wrapper's own options. Where an option is unknown, or a word is, every reading that is
// possible is kept: a command too many costs a question, a command too few costs the deny rule.
import { literalWord, type MarkedWord, scriptText } from './marked-word.ts';
import type { Wrapper } from './wrapper-row.ts';

export interface Wrapped {
  readonly argvs: readonly (readonly MarkedWord[])[];
  readonly scripts: readonly string[];
  readonly assignments: readonly { readonly name: string; readonly value: MarkedWord }[];
  /** Whether there were more possible readings than are kept. */
  readonly isUnread: boolean;
}

/** Readings kept of one wrapper. */
const maxReadings = 12;
/** `env 1=1 rm x` and `env =c rm x` assign: whatever holds `=`. */
const assignment = /^([^=]*)=([\s\S]*)$/;

/** `words` is the wrapper's argv, its own name first. */
export function readWrapper(wrapper: Wrapper, words: readonly MarkedWord[]): Wrapped {
  const starts: number[] = [];
  const scripts: string[] = [];
  const assignments: { readonly name: string; readonly value: MarkedWord }[] = [];
  let isSure = true;
  let at = 1;
  for (; at < words.length; at += 1) {
    const marked = words[at] ?? '';
    const assigned = wrapper.assignments === 'taken' ? assignment.exec(marked) : null;
    if (assigned?.[1] !== undefined && !marked.startsWith('-')) {
      assignments.push({ name: assigned[1], value: assigned[2] ?? '' });
      continue;
    }
    const word = literalWord(marked);
    if (assignments.length > 0 && wrapper.assignments === 'taken') starts.push(at);
    if (word === undefined) {
      // Unknown: an option, a value, nothing at all, or the program itself.
      isSure = false;
      starts.push(at);
      continue;
    }
    if (word === '--') {
      at += 1;
      break;
    }
    if (wrapper.startOptions.includes(word)) {
      return { ...ofOptions(wrapper, [words.slice(at + 1)], scripts), assignments, isUnread: false };
    }
    const use = readOption(wrapper, word);
    if (use === 'operand') {
      if (isSure) break;
      starts.push(at);
      continue;
    }
    if (use === 'harmless') return { argvs: [], scripts, assignments, isUnread: false };
    // It may take the next word, or not: from here on the program may be any word that is no option.
    if (use === 'unknown') isSure = false;
    if (use === 'value-follows') at += 1;
    if (use === 'script-follows') {
      at += 1;
      scripts.push(scriptText(words[at] ?? ''));
    } else if (typeof use === 'object') {
      scripts.push(use.script);
    }
  }
  if (wrapper.options === 'anywhere') scripts.push(...scriptsIn(wrapper, words.slice(isSure ? at : 1)));
  if (wrapper.rest === 'none') return { argvs: [], scripts, assignments, isUnread: false };
  starts.push(at);
  if (wrapper.anyOperands) starts.push(...behindDashes(wrapper, words, at));
  const possible = [...new Set(starts)];
  const argvs = possible
    .slice(0, maxReadings)
    .map((start) => words.slice(Math.min(start, words.length) + wrapper.operands))
    .filter((argv) => argv.length > 0);
  return { ...ofOptions(wrapper, argvs, scripts), assignments, isUnread: possible.length > maxReadings };
}

function ofOptions(
  wrapper: Wrapper,
  argvs: readonly (readonly MarkedWord[])[],
  scripts: readonly string[],
): Pick<Wrapped, 'argvs' | 'scripts'> {
  switch (wrapper.rest) {
    case 'argv':
    case 'none':
      return { argvs, scripts };
    case 'script':
      return { argvs, scripts: [...scripts, ...argvs.map((argv) => argv.map(scriptText).join(' '))] };
    case 'argv-and-more':
      // What xargs reads is appended.
      return { argvs: argvs.map((argv) => [...argv, '\0$']), scripts };
  }
}

/** `xargs -I{} env {} x`: the word that what is read is put in the place of; undefined where it is appended. */
export function replacedWord(words: readonly MarkedWord[]): string | undefined {
  for (const [at, marked] of words.entries()) {
    const [, attached, long] = /^-[0oprtx]*[Ii](.*)$|^--replace(?:=(.*))?$/s.exec(scriptText(marked)) ?? [];
    if (attached === undefined && long === undefined && marked !== '--replace') continue;
    const given = attached ?? long ?? '';
    const follows = marked.endsWith('I') ? scriptText(words[at + 1] ?? '') : '{}';
    return given === '' ? follows : given;
  }
  return undefined;
}

/** `kubectl exec POD -c x -- rm y`, `nix develop .#x -c rm y`. */
function behindDashes(
  { operands, startOptions }: Wrapper,
  words: readonly MarkedWord[],
  from: number,
): number[] {
  const found: number[] = [];
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--' || startOptions.includes(word)) {
      found.push(at + 1 - operands);
      break;
    }
  }
  return found;
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
    const name = word.slice(0, equals);
    // GNU programs take any beginning of a long option for the whole.
    const isScript = scripts.some((option) => option.startsWith(name) && option.startsWith('--'));
    return isScript ? { script: word.slice(equals + 1) } : 'flag';
  }
  if (word.startsWith('--') && word.length > 3 && scripts.some((option) => option.startsWith(word)))
    return 'script-follows';
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
