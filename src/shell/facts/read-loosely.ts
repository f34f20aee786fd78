// Every command that can be read in a script that may hold anything: loops, conditions, functions, substitutions,
// here-documents. Tolerant and generous: a command too many costs a question, a command too few costs the deny rule.
import { evaluatesArgumentsAgain } from './evaluates-again.ts';
import { type Lexing, lexingsOf, type Reader } from './lexing.ts';
import { mark } from './marked-word.ts';
import { readExpandable } from './read-group.ts';
import { readLooseCommands } from './read-loose-commands.ts';
import type { LaterText, LooseCommand, Reading } from './reading.ts';
import { noteExpansions } from './note-variables.ts';
import type { Variables } from './variables.ts';

export interface LooseReading {
  readonly commands: readonly LooseCommand[];
  /** Whether a limit was met, so that anything may stand in what was not read. */
  readonly stopped: boolean;
  /** Whether the shell may have read it otherwise: what it runs may not be among the commands. */
  readonly doubtful: boolean;
}

/** Linear: no character is read more than a fixed number of times. `variables` takes note of what they are given. */
export function readLoosely(
  script: string,
  reader: Reader,
  noted?: { readonly variables: Variables; readonly isOutermost: boolean },
): LooseReading {
  const text = script.replaceAll(mark, '');
  if (noted !== undefined) noteExpansions(noted.variables, text);
  const [likeliest, ...others] = lexingsOf(text, reader).map((lexing) => readWith(text, { lexing, noted }));
  if (likeliest === undefined) throw new RangeError('Cannot read a script in no way at all');
  if (others.length === 0) return likeliest;
  const seen = new Set(likeliest.commands.map(spelling));
  const commands = [...likeliest.commands];
  for (const other of others) {
    for (const command of other.commands) {
      const spelled = spelling(command);
      if (isFed(command) || !seen.has(spelled)) commands.push(command);
      seen.add(spelled);
    }
  }
  return {
    commands,
    stopped: likeliest.stopped || others.some(({ stopped }) => stopped),
    // Whatever the others doubt, it is what the likeliest reading is doubted for.
    doubtful: likeliest.doubtful,
  };
}

interface Way {
  readonly lexing: Lexing;
  readonly noted: { readonly variables: Variables; readonly isOutermost: boolean } | undefined;
}

function readWith(script: string, { lexing, noted }: Way): LooseReading {
  const commands: LooseCommand[] = [];
  const queue: LaterText[] = [{ text: script, as: 'script' }];
  const literals: string[] = [];
  // Text in backticks is read after the text around it; nested backticks need backslashes, which double each time.
  let budget = script.length * 4 + 4096;
  let [stopped, doubtful, evaluatesAgain] = [false, false, false];
  let judged = 0;
  for (;;) {
    const next = queue.pop();
    if (next !== undefined) {
      budget -= next.text.length + 16;
      if (budget < 0) return { commands, stopped: true, doubtful };
      const variables = noted?.variables;
      const isOutermost = noted?.isOutermost === true && next.text === script;
      const reading = start(next.text, { lexing, commands, queue, literals, variables, isOutermost });
      readText(reading, next);
      stopped ||= reading.stopped;
      doubtful ||= reading.doubtful;
      evaluatesAgain ||= reading.evaluatesAgain;
      continue;
    }
    for (; judged < commands.length && !evaluatesAgain; judged += 1) {
      const command = commands[judged];
      evaluatesAgain = command !== undefined && evaluatesArgumentsAgain(command);
    }
    // A literal anywhere may be in the variable that is evaluated.
    if (!evaluatesAgain || literals.length === 0) return { commands, stopped, doubtful };
    for (const text of literals.splice(0)) queue.push({ text, as: 'expandable' });
  }
}

function readText(reading: Reading, { as, bodyOf }: LaterText): void {
  if (as === 'expandable') {
    const word = readExpandable(reading, 'text');
    if (bodyOf !== undefined) bodyOf.target = word;
    return;
  }
  while (reading.at < reading.text.length) {
    // A parenthesis that closes nothing.
    if (readLooseCommands(reading) === 'closed') reading.doubtful = true;
  }
}

function start(
  text: string,
  found: Pick<Reading, 'lexing' | 'literals' | 'variables' | 'isOutermost'> & {
    readonly commands: LooseCommand[];
    readonly queue: LaterText[];
  },
): Reading {
  return {
    lexing: found.lexing,
    text,
    at: 0,
    depth: 0,
    rewindsLeft: 16,
    stopped: false,
    doubtful: false,
    evaluatesAgain: false,
    literals: found.literals,
    heredocs: [],
    isSubstitution: false,
    hasBody: false,
    found: found.commands,
    functions: [],
    beforeBody: 0,
    braces: 0,
    pipedFrom: undefined,
    later: found.queue,
    variables: found.variables,
    isOutermost: found.isOutermost,
    readCommands: readLooseCommands,
  };
}

/** What feeds it may have been read otherwise. */
function isFed({ pipedFrom, around }: LooseCommand): boolean {
  return pipedFrom !== undefined || (around !== undefined && around.length > 0);
}

function spelling({ words, assignments, redirects, via }: LooseCommand): string {
  return JSON.stringify([words, assignments, redirects, via]);
}
