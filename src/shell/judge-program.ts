// Whether a decoded first word may stand as the name of a program.
import type { OpaqueReason } from '../domain/index.ts';
import type { Dialect } from './dialect.ts';
import type { Word } from './read-word.ts';

// Without a slash a name is looked up: nobody has a program called `git status`.
const lookedUpName = /^[A-Za-z0-9_.+-][A-Za-z0-9_.+:@%,-]*$/;
// A `%` in front names a job to bring back, whatever follows.
const path = /^[^%].*\/|^\//s;

export function judgeProgram(word: Word, dialect: Dialect): OpaqueReason | undefined {
  if (!word.quoted) {
    const grammar = dialect.reserved.get(word.text);
    if (grammar !== undefined) return grammar;
  }
  if (word.text === ':' || word.text === '[') return undefined;
  // `A=1 cmd`, and `"A"=1` too: no shell agrees with another about every way to quote an assignment.
  if (word.text.includes('=')) return 'assignment';
  return lookedUpName.test(word.text) || path.test(word.text) ? undefined : 'program-name';
}
