// The grammar that is accepted: commands of provable words, joined by `&&`, `||`, `;`, `|` and newline, with comments.
// One pass from left to right; the first thing that cannot be proved makes the whole script opaque.
import type { Argv } from '../domain/index.ts';
import { checkText } from './check-text.ts';
import type { Dialect } from './dialect.ts';
import { judgeBuiltin } from './judge-builtin.ts';
import { judgeProgram } from './judge-program.ts';
import { nameObstacle } from './name-obstacle.ts';
import { type Obstacle, obstacle } from './obstacle.ts';
import { readWord } from './read-word.ts';

/** What stands between a command and the next; `end` after the last one. */
export type Joiner = '&&' | '||' | '|' | ';' | 'newline' | 'end';

export interface SplitCommand {
  readonly argv: Argv;
  /** Where its first word begins and its last word ends. */
  readonly start: number;
  readonly end: number;
  readonly joiner: Joiner;
}

export type SplitScript = { readonly kind: 'split'; readonly commands: readonly SplitCommand[] } | Obstacle;

/** Linear in the script's length. Never answers with an empty list: a script without a command is an obstacle. */
export function splitScript(script: string, dialect: Dialect): SplitScript {
  const bad = checkText(script);
  if (bad !== undefined) return bad;

  const commands: SplitCommand[] = [];
  let argv: [string, ...string[]] | undefined;
  let commandStart = 0;
  let commandEnd = 0;
  let at = 0;
  /** Set after `&&`, `||` and `|`, which promise another command; newlines and comments may come first. */
  let promised = false;

  for (;;) {
    at = skipBlanks(script, at);
    const character = script[at];

    if (character === '#') {
      at = endOfLine(script, at);
      continue;
    }

    if (
      character === undefined ||
      character === '\n' ||
      character === ';' ||
      character === '&' ||
      character === '|'
    ) {
      const joiner = readJoiner(script, at);
      if (joiner.kind === 'obstacle') return joiner;
      if (argv === undefined) {
        const mayBeBlank = joiner.name === 'newline' || (joiner.name === 'end' && !promised);
        if (!mayBeBlank) return obstacle('syntax-error', Math.min(at, script.length), joiner.end);
      } else {
        const refused = judgeBuiltin(argv, dialect);
        if (refused !== undefined) return obstacle(refused, commandStart, commandEnd);
        commands.push({ argv, start: commandStart, end: commandEnd, joiner: joiner.name });
        argv = undefined;
        promised = joiner.name === '&&' || joiner.name === '||' || joiner.name === '|';
      }
      if (character === undefined) break;
      at = joiner.end;
      continue;
    }

    const position = argv === undefined ? 'program' : 'argument';
    const word = readWord(script, at, position, dialect);
    if (word.kind === 'obstacle') return position === 'program' ? nameFirstWord(script, at, word) : word;
    if (argv === undefined) {
      const refused = judgeProgram(word, dialect);
      if (refused !== undefined) return obstacle(refused, word.start, word.end);
      commandStart = word.start;
      argv = [word.text];
    } else {
      argv.push(word.text);
    }
    commandEnd = word.end;
    at = word.end;
  }
  return commands.length === 0 ? obstacle('empty', 0, script.length) : { kind: 'split', commands };
}

function readJoiner(
  script: string,
  at: number,
): { readonly kind: 'joiner'; readonly name: Joiner; readonly end: number } | Obstacle {
  switch (script[at]) {
    case undefined:
      return { kind: 'joiner', name: 'end', end: at };
    case '\n':
      return { kind: 'joiner', name: 'newline', end: at + 1 };
    case ';':
      return { kind: 'joiner', name: ';', end: at + 1 };
    case '&':
      if (script[at + 1] !== '&') return nameObstacle(script, at);
      return { kind: 'joiner', name: '&&', end: at + 2 };
    default: {
      // bash drops a backslash and newline even between two characters of one operator.
      const next = skipContinuations(script, at + 1);
      if (script[next] === '&') return obstacle('redirection', at, next + 1);
      if (script[next] !== '|') return { kind: 'joiner', name: '|', end: at + 1 };
      return { kind: 'joiner', name: '||', end: next + 1 };
    }
  }
}

/** `A=$(x) y` is stopped at the `$`, but what a person sees there first is an assignment. */
function nameFirstWord(script: string, start: number, stopped: Obstacle): Obstacle {
  const assignment = /[A-Za-z_]\w*\+?=/y;
  assignment.lastIndex = start;
  const found = assignment.exec(script);
  return found !== null && start + found[0].length <= stopped.start
    ? obstacle('assignment', start, start + found[0].length)
    : stopped;
}

function skipBlanks(script: string, from: number): number {
  let at = from;
  for (;;) {
    const character = script[at];
    if (character === ' ' || character === '\t') at += 1;
    else if (character === '\\' && script[at + 1] === '\n') at += 2;
    else return at;
  }
}

function skipContinuations(script: string, from: number): number {
  let at = from;
  while (script[at] === '\\' && script[at + 1] === '\n') at += 2;
  return at;
}

function endOfLine(script: string, from: number): number {
  const newline = script.indexOf('\n', from);
  return newline === -1 ? script.length : newline;
}
