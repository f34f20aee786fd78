// Verdicts for the tests in rule files: the evaluation of a run, in a world where every program is what it is called.
// A test says something about rules, and has to say the same on every machine.
import {
  absolutePath,
  type AbsolutePath,
  type CommandInput,
  type ParsedCommand,
} from '../../domain/index.ts';
import type { VerdictOf } from '../language/expectation.ts';
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
    const cwd = absolutePath(directory ?? '/') ?? root;
    return evaluate(policy, parse(input), { cwd, path: '/usr/bin', resolve: everythingIsItself }).verdict;
  };
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
