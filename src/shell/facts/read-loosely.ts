// Every command that can be read in a script that may hold anything: loops, conditions, functions, substitutions,
// here-documents. Tolerant and generous: a command too many costs a question, a command too few costs the deny rule.
import { mark } from './marked-word.ts';
import { readExpandable } from './read-loose-word.ts';
import { readLooseCommands } from './read-loose-commands.ts';
import type { LooseCommand, Reading } from './reading.ts';

export interface LooseReading {
  readonly commands: readonly LooseCommand[];
  /** Whether a limit was met, so that anything may stand in what was not read. */
  readonly stopped: boolean;
}

/** Linear: no character is read more than a fixed number of times. */
export function readLoosely(script: string): LooseReading {
  const commands: LooseCommand[] = [];
  const queue: Reading['later'] = [{ text: script.replaceAll(mark, ''), as: 'script' }];
  // Text in backticks is read after the text around it; nested backticks need backslashes, which double each time.
  let budget = script.length * 4 + 4096;
  let stopped = false;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    budget -= next.text.length + 16;
    if (budget < 0) return { commands, stopped: true };
    const reading = start(next.text, commands, queue);
    if (next.as === 'expandable') readExpandable(reading, undefined);
    else while (reading.at < reading.text.length) readLooseCommands(reading);
    stopped ||= reading.stopped;
  }
  return { commands, stopped };
}

function start(text: string, found: LooseCommand[], later: Reading['later']): Reading {
  return {
    text,
    at: 0,
    depth: 0,
    rewindsLeft: 16,
    stopped: false,
    heredocs: [],
    found,
    functions: [],
    braces: 0,
    later,
    readCommands: readLooseCommands,
  };
}
