// Refuses, before anything is started, what the kernel would read differently from what was approved.
import type { PreparedCommand, SpawnFailure } from '../../domain/index.ts';

type DirectCommand = Extract<PreparedCommand, { readonly kind: 'direct' }>;

/** undefined when every string reaches `execve` byte for byte as it stands. No value is ever part of a message. */
export function checkCommand(command: Omit<DirectCommand, 'kind' | 'enforcement'>): SpawnFailure | undefined {
  const [program] = command.argv;
  if (program === '') return refuse('exec', 'ENOENT', 'Cannot start a program without a name');
  for (const [index, argument] of command.argv.entries()) {
    const fault = unfaithful(argument);
    if (fault !== undefined) return refuse('exec', 'EINVAL', `Cannot pass argument ${index}: it ${fault}`);
  }
  const cwdFault = unfaithful(command.cwd);
  if (cwdFault !== undefined)
    return refuse('chdir', 'EINVAL', `Cannot enter the working directory: its path ${cwdFault}`);
  for (const [name, value] of command.env) {
    const fault = nameFault(name) ?? valueFault(value);
    if (fault !== undefined)
      return refuse('exec', 'EINVAL', `Cannot pass the variable ${JSON.stringify(name)}: ${fault}`);
  }
  return undefined;
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'its name is empty';
  if (name.includes('=')) return 'its name contains "="';
  const fault = unfaithful(name);
  return fault === undefined ? undefined : `its name ${fault}`;
}

function valueFault(value: string): string | undefined {
  const fault = unfaithful(value);
  return fault === undefined ? undefined : `its value ${fault}`;
}

// A NUL ends the string early; half of a surrogate pair becomes U+FFFD on the way, so another word would run.
function unfaithful(text: string): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character';
  if (/\p{Surrogate}/u.test(text)) return 'is not well-formed Unicode';
  return undefined;
}

function refuse(stage: SpawnFailure['stage'], errno: string, message: string): SpawnFailure {
  return { stage, errno, message };
}
