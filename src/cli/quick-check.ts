// `cordon policy check` as a program of its own, in one file and without the rest: scripts start it once per command,
// and most of the time it would take is loading. Whatever is not plain (a mistake, a rule file that has to be
// interpreted, a command line to complain about) it leaves to the program, which then starts as if nothing had been.
import { writeSync } from 'node:fs';
import { loadLiterally } from '../policy/load/load-literally.ts';
import { namesIn } from '../policy/rules/policy.ts';
import { answerCheck } from './policy/answer-check.ts';
import { isShellName } from './policy/shell-names.ts';
import { readCheckArguments, type CheckArguments } from './policy/check-arguments.ts';

/** The exit status, or undefined when the program has to look. `args` are the words after `policy check`. */
export function quickCheck(args: readonly string[], host: NodeJS.Process): number | undefined {
  const wanted = readPlainly(args);
  if (wanted === undefined) return undefined;
  // A shell has to be looked into.
  if (isShellName(wanted.command[0])) return undefined;
  const cwd = currentDirectory(host);
  const toLoad = wanted.rules.map((file) => ({ file, links: 'follow', base: cwd }) as const);
  const files = loadLiterally(toLoad, { words: namesIn(wanted.command), userHome: host.env['HOME'] });
  // What no rule speaks about is looked at by more than its words then.
  if (files === undefined || files.some(({ defaults }) => defaults.length > 0)) return undefined;
  const { text, status } = answerCheck(files, wanted, {
    cwd,
    home: host.env['HOME'],
  });
  print(text, host);
  return status;
}

function readPlainly(args: readonly string[]): CheckArguments | undefined {
  if (args[0] === '--help' || args[0] === '-h') return undefined;
  try {
    const wanted = readCheckArguments(args);
    return wanted.kind === 'command' ? wanted : undefined;
  } catch {
    return undefined;
  }
}

function currentDirectory(host: NodeJS.Process): string | undefined {
  try {
    return host.cwd();
  } catch {
    return undefined;
  }
}

/** Straight to the descriptor: making a stream of it takes longer than the check. */
function print(text: string, host: NodeJS.Process): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch (error) {
    // A reader that has seen enough is no mistake; a pipe that is full is waited for by the stream.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EPIPE') return;
    if (code !== 'EAGAIN') throw error;
    host.stdout.write(bytes.subarray(written));
  }
}
