// Verdicts for the tests in rule files: the evaluation of a run, in a world where every program is what it is called.
// A test says something about rules, and has to say the same on every machine.
import {
  absolutePath,
  type AbsolutePath,
  type CommandInput,
  type Evaluation,
  type ParsedCommand,
} from '../../domain/index.ts';
import type { VerdictOf } from '../language/expectation.ts';
import type { Policy } from '../rules/policy.ts';
import { evaluate } from './evaluate.ts';
import type { ProgramResolver } from './program-resolver.ts';

/** Splits commands as a run does; handed in, because reading scripts is another room's work. */
export type CommandParser = (input: CommandInput) => ParsedCommand;

export function verdictsBy(parse: CommandParser): VerdictOf {
  return (policy, command, directory) => {
    const input: CommandInput =
      typeof command === 'string'
        ? { kind: 'script', script: command, shell: 'bash', login: false }
        : { kind: 'argv', argv: command };
    return evaluateAlone(policy, parse(input), directory).verdict;
  };
}

/** What the rules say where every program is what it is called. */
export function evaluateAlone(
  policy: Policy,
  parsed: ParsedCommand,
  directory: string | undefined,
): Evaluation {
  const cwd = absolutePath(directory ?? '/') ?? root;
  return evaluate(policy, parsed, { cwd, path: '/usr/bin', resolve: everythingIsItself });
}

const root = '/' as AbsolutePath;

const everythingIsItself: ProgramResolver = {
  realPath: (path) => path,
  locate(program) {
    const path = absolutePath(program.includes('/') ? program : `/usr/bin/${program}`);
    return path === undefined
      ? { kind: 'untrusted', path, realPath: path, because: 'it is named by a relative path' }
      : { kind: 'trusted', path, realPath: path };
  },
};
