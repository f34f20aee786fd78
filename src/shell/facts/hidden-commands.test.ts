// Every way to hide `touch M` that a rule about `touch` must see through, and every input that must be called unread.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LiteralCommand, type ParsedCommand } from '../../domain/index.ts';
import { parseCommand, parseScript } from '../index.ts';
import { harmlessRows, hiddenRows, unreadRows } from './testdata/hidden-rows.ts';

const literalsOf = ({ literalCommands }: ParsedCommand): readonly LiteralCommand[] => literalCommands;

function read(script: string | readonly [string, ...string[]]): readonly LiteralCommand[] {
  return literalsOf(
    typeof script === 'string' ? parseScript(script) : parseCommand({ kind: 'argv', argv: script }),
  );
}

function sees(literals: readonly LiteralCommand[]): boolean {
  return literals.some(({ words: [program, ...args] }) => {
    return program?.replace(/^.*\//, '') === 'touch' && (args.includes('M') || args.includes(undefined));
  });
}

const isUnread = (literals: readonly LiteralCommand[]): boolean =>
  literals.some(({ words: [program] }) => program === undefined);

describe('a command that is hidden', () => {
  for (const { says, script } of hiddenRows) {
    it(`is seen: ${says}`, () =>
      expect({ script, seen: sees(read(script)) }).toEqual({ script, seen: true }));
  }
});

describe('a program that starts another one', () => {
  // One spelling a line: by option, environment, subcommand, language or input.
  const lines = readFileSync(new URL('testdata/wrapper-rows.txt', import.meta.url), 'utf8').split('\n');
  const rows = lines.filter((line) => line !== '');

  it('is looked through, or is called unread', () => {
    const missed = rows.filter((script) => {
      const literals = read(script);
      const isSeen = literals.some(({ words: [program] }) => program?.replace(/^.*\//, '') === 'touch');
      return !isSeen && !isUnread(literals);
    });
    expect({ rows: rows.length > 900, missed }).toEqual({ rows: true, missed: [] });
  });

  it('is told as a guess where only its options say so', () => {
    const guessed = [
      'nobodyknows -- touch M',
      "nobodyknows --pre-exec='touch M' f",
      'nobodyknows --shell touch',
    ];
    for (const script of guessed) {
      const guesses = read(script).filter(({ isGuess }) => isGuess === true);
      expect({ script, program: guesses[0]?.words[0] }).toEqual({ script, program: 'touch' });
    }
    expect(read('pytest -- touch').filter(({ isGuess }) => isGuess === true)).toEqual([]);
  });
});

describe('what cannot be read', () => {
  for (const { says, script } of unreadRows) {
    it(`is called unread: ${says}`, () =>
      expect({ script, unread: isUnread(read(script)) }).toEqual({ script, unread: true }));
  }
});

describe('ordinary work', () => {
  for (const { says, script } of harmlessRows) {
    it(`hides nothing: ${says}`, () => {
      const literals = read(script);
      expect({ script, seen: sees(literals), unread: isUnread(literals) }).toEqual({
        script,
        seen: false,
        unread: false,
      });
    });
  }
});
