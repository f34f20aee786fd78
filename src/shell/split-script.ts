// The grammar that is accepted: commands of provable words, with provable redirections and assignments, joined by
// `&&`, `||`, `;`, `|` and newline, with comments. One pass from left to right; the first thing that cannot be proved
// makes the whole script opaque.
import type { Argv, Assignment, PlainRedirect } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import { checkText } from './check-text.ts';
import type { Dialect } from './dialect.ts';
import { mayCarryAssignments, readAssignment } from './judge-assignment.ts';
import { judgeBuiltin } from './judge-builtin.ts';
import { judgeProgram } from './judge-program.ts';
import { nameObstacle } from './name-obstacle.ts';
import { type Obstacle, obstacle } from './obstacle.ts';
import { isDescriptor, readRedirect } from './read-redirect.ts';
import { readWord, skipBlanks } from './read-word.ts';

/** What stands between a command and the next; `end` after the last one. */
export type Joiner = '&&' | '||' | '|' | ';' | 'newline' | 'end';

export interface SplitCommand {
  readonly argv: Argv;
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly PlainRedirect[];
  /** Whether bash's own `time` stands in front of it. */
  readonly timed: boolean;
  /** Where it begins and ends, redirections included. */
  readonly start: number;
  readonly end: number;
  readonly joiner: Joiner;
}

export type SplitScript = { readonly kind: 'split'; readonly commands: readonly SplitCommand[] } | Obstacle;

const promises: ReadonlySet<Joiner> = new Set<Joiner>(['&&', '||', '|']);

/** A command as far as it was read. */
interface Draft {
  readonly argv: string[];
  readonly assignments: Assignment[];
  readonly redirects: PlainRedirect[];
  timed: boolean;
  readonly start: number;
  /** Where the first assignment ends. */
  firstEnd: number;
  end: number;
}

/** Linear in the script's length. Never answers with an empty list: a script without a command is an obstacle. */
export function splitScript(script: string, dialect: Dialect): SplitScript {
  const bad = checkText(script);
  if (bad !== undefined) return bad;

  const commands: SplitCommand[] = [];
  let draft: Draft | undefined;
  let at = 0;
  /** Set after `&&`, `||` and `|`, which promise another command; newlines and comments may come first. */
  let promised: Joiner | undefined;

  for (;;) {
    at = skipBlanks(script, at);
    const character = script[at];

    if (character === '#') {
      at = endOfLine(script, at);
      continue;
    }

    const isBoth = character === '&' && script[at + 1] === '>';
    if (
      character === undefined ||
      character === '\n' ||
      character === ';' ||
      (character === '&' && !isBoth) ||
      character === '|'
    ) {
      const joiner = readJoiner(script, at, dialect);
      if (joiner.kind === 'obstacle') return joiner;
      if (draft === undefined) {
        const mayBeBlank = joiner.name === 'newline' || (joiner.name === 'end' && promised === undefined);
        if (!mayBeBlank) return obstacle('syntax-error', Math.min(at, script.length), joiner.end);
      } else {
        if (joiner.both === true) draft.redirects.push({ descriptor: 2, action: 'copy', target: '1' });
        const finished = finish(draft, joiner.name, dialect, script);
        if ('kind' in finished) return finished;
        commands.push(finished);
        draft = undefined;
        promised = promises.has(joiner.name) ? joiner.name : undefined;
      }
      if (character === undefined) break;
      at = joiner.end;
      continue;
    }

    draft ??= { argv: [], assignments: [], redirects: [], timed: false, start: at, firstEnd: at, end: at };
    const source: Source = { script, dialect, before: promised };
    const read =
      isBoth || character === '<' || character === '>'
        ? addRedirect(draft, { start: at, operator: at }, source)
        : addWord(draft, at, source);
    if (typeof read !== 'number') return read;
    draft.end = at = read;
  }
  return commands.length === 0 ? obstacle('empty', 0, script.length) : { kind: 'split', commands };
}

/** Where reading goes on. */
type Read = number | Obstacle;

/** What is read: the text in its dialect, and the operator in front of the command. */
interface Source {
  readonly script: string;
  readonly dialect: Dialect;
  readonly before: Joiner | undefined;
}

function addWord(draft: Draft, at: number, source: Source): Read {
  const { script, dialect } = source;
  const position = draft.argv.length === 0 ? 'program' : 'argument';
  const word = readWord(script, at, position, dialect);
  if (word.kind === 'obstacle') return position === 'program' ? nameFirstWord(script, at, word) : word;
  const written = script.slice(word.start, word.end);
  const next = script[word.end];
  if (/^\d+$/.test(word.text) && (next === '<' || next === '>')) {
    if (!isDescriptor(written)) return nameObstacle(script, word.end);
    return addRedirect(draft, { start: at, operator: word.end }, source);
  }
  if (position === 'program') {
    const assigned = readAssignment(word, written, dialect);
    if (assigned !== undefined) {
      if (draft.assignments.length === 0) draft.firstEnd = word.end;
      draft.assignments.push(assigned);
      return word.end;
    }
    const timed = written === 'time' ? timedFrom(draft, word.end, source) : undefined;
    if (timed !== undefined) {
      draft.timed = true;
      return timed;
    }
    const refused = judgeProgram(word, dialect);
    if (refused !== undefined) return obstacle(refused, word.start, word.end);
  }
  draft.argv.push(word.text);
  return word.end;
}

function addRedirect(
  draft: Draft,
  at: { readonly start: number; readonly operator: number },
  { script, dialect }: Source,
): Read {
  const read = readRedirect(script, at.start, at.operator, dialect);
  if (read.kind === 'obstacle') return read;
  draft.redirects.push(read.redirect);
  return read.end;
}

/**
 * Where reading goes on behind bash's keyword, which is first in a pipeline and has a command right behind it, or `-p`
 * and a command: no second keyword.
 */
function timedFrom(draft: Draft, end: number, { script, dialect, before }: Source): number | undefined {
  if (dialect.name !== 'bash' || before === '|') return undefined;
  if (draft.timed || draft.assignments.length > 0 || draft.redirects.length > 0) return undefined;
  const option = /^[ \t]+-p(?=[ \t])/.exec(script.slice(end, end + 64))?.[0].length ?? 0;
  const isFollowed = /^[ \t]+(?!time\b)[A-Za-z0-9_./'"]/.test(script.slice(end + option, end + option + 64));
  return isFollowed ? end + option : undefined;
}

function finish(draft: Draft, joiner: Joiner, dialect: Dialect, script: string): SplitCommand | Obstacle {
  const { argv, assignments, redirects, timed, start, end } = draft;
  if (!isNonEmpty(argv)) {
    if (assignments.length > 0) return obstacle('assignment', start, draft.firstEnd);
    return redirects.length > 0 ? nameObstacle(script, start) : obstacle('reserved-word', start, end);
  }
  const refused = judgeBuiltin(argv, dialect);
  if (refused !== undefined) return obstacle(refused, start, end);
  if (assignments.length > 0 && !mayCarryAssignments(argv[0])) {
    return obstacle('assignment', start, draft.firstEnd);
  }
  return { argv, assignments, redirects, timed, start, end, joiner };
}

interface ReadJoiner {
  readonly kind: 'joiner';
  readonly name: Joiner;
  /** `|&`: the errors of the command go into the pipe as well. */
  readonly both?: true;
  readonly end: number;
}

function readJoiner(script: string, at: number, { name: dialect }: Dialect): ReadJoiner | Obstacle {
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
      if (script[next] === '&') {
        if (dialect === 'sh' || next > at + 1) return obstacle('redirection', at, next + 1);
        return { kind: 'joiner', name: '|', both: true, end: next + 1 };
      }
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

function skipContinuations(script: string, from: number): number {
  let at = from;
  while (script[at] === '\\' && script[at + 1] === '\n') at += 2;
  return at;
}

function endOfLine(script: string, from: number): number {
  const newline = script.indexOf('\n', from);
  return newline === -1 ? script.length : newline;
}
