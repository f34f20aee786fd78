// Warnings about the words of one rule: words no command ever has, and words that mean something else than they say.
import { noLimits, wholePattern, type ArgumentTest, type PatternToken, type Rule } from '../rules/rule.ts';

/** Each a sentence without a full stop. */
export function lintWords(rule: Rule): readonly string[] {
  const { program, limits } = rule;
  const words = wholePattern(rule).slice(1).flatMap(wordsOf);
  const exceptions = limits === noLimits ? [] : limits.unless.flatMap((each) => each.flatMap(wordsOf));
  const further = limits === noLimits ? [] : limits.anywhere.flatMap(wordsOf);
  return [
    ...lintProgram(program),
    ...[...words, ...exceptions, ...further].flatMap((word) => lintWord(word, limits.wildcards)),
    ...[...limits.args.flat(), ...limits.noArgs, ...limits.onlyArgs].flatMap(lintTest),
    ...lintShell(program, words),
  ];
}

function wordsOf(token: PatternToken): readonly string[] {
  return typeof token === 'string' ? [token] : token;
}

function lintProgram(program: string): readonly string[] {
  if (program === '') return ['The program is an empty word, and no command starts with one'];
  if (/^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(program)) {
    return [
      `${quoted(program)} is an assignment, not a program: name the program, and list what may stand in front of it in \`env\``,
    ];
  }
  if (/^~/.test(program)) {
    return [`${quoted(program)} never meets: a shell replaces \`~\` before the program is known`];
  }
  if (/\s/.test(program)) {
    return [`${quoted(program)} has a blank: each word of a command is a word of its own in the pattern`];
  }
  return program.includes('*') ? [`${quoted(program)} is one name: a program cannot have a wildcard`] : [];
}

function lintWord(word: string, wildcards: boolean): readonly string[] {
  if (word === '') return ['A word is empty: it meets an empty argument and nothing else'];
  if (/\s/.test(word)) {
    return [
      `${quoted(word)} has a blank: it meets one quoted argument, and words apart are written as words apart`,
    ];
  }
  if (word.includes('*') && !wildcards) {
    return [`${quoted(word)} meets a star as it is: for any characters say \`wildcards = True\``];
  }
  if (/^\$[A-Za-z_{(]/.test(word)) {
    return [`${quoted(word)} meets these characters: a shell replaces a variable before the word is known`];
  }
  return [];
}

function lintTest(test: ArgumentTest): readonly string[] {
  const word = test.kind === 'word' ? test.word : test.name;
  if (/\s/.test(word) && !word.includes('*')) {
    return [`${quoted(word)} has a blank: each test is about one word`];
  }
  // `-rf` is no option of most programs, but two of them joined.
  if (test.kind === 'option' && /^-[A-Za-z]{2}$/.test(word)) {
    const letters = [...word.slice(1)].map((letter) => `"-${letter}"`).join(', ');
    return [`${quoted(word)} is read as one option: for joined letters list each (${letters})`];
  }
  return [];
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh', 'ksh']);

function lintShell(program: string, words: readonly string[]): readonly string[] {
  if (!shells.has(program) || !/^-\w*c$/.test(words[0] ?? '')) return [];
  return [
    `The outermost \`${program} ${words[0]}\` is looked through, and its script decided command by command: this rule speaks of shells inside scripts`,
  ];
}

function quoted(word: string): string {
  return JSON.stringify(word);
}
