// What may be saved from an answer, and how. A prefix with room behind it is for programs that only do more of the same
// there; whatever runs code out of its arguments is saved word for word, or not at all.
import type { Argv, PolicyAmendment } from '../../domain/index.ts';
import { carriedCode } from '../evaluation/carried-code.ts';
import { findDanger } from '../heuristics/index.ts';
import { baseName } from '../rules/host-path.ts';
import { isInterpreter, isLauncher, whyTooBroad } from './banned-prefixes.ts';

/** Why an answer must not become this rule, to complete "Cannot remember the prefix: …"; undefined when it may. */
export function whyNotSaved({ allowPrefix, exact }: PolicyAmendment): string | undefined {
  const danger = findDanger(allowPrefix);
  if (danger !== undefined) return `${danger}, and what is dangerous is asked about each time`;
  return exact === true ? whyNotExact(allowPrefix) : whyNotOpenEnded(allowPrefix);
}

/** Why more words behind these could be code; undefined when they could not. Whoever proposes it. */
export function whyNotOpenEnded(prefix: Argv): string | undefined {
  const broad = whyTooBroad(prefix);
  if (broad !== undefined) return broad;
  const [program] = prefix;
  if (isInterpreter(program)) return `${baseName(program)} runs code, so only the whole command can be saved`;
  if (isLoader(program)) return 'a loader runs whatever its arguments name';
  const [code] = carriedCode(baseName(program), prefix);
  return code === undefined ? undefined : `\`${prefix[code] ?? ''}\` carries code`;
}

/** `ld.so`, `ld-linux-x86-64.so.2`, `ld-musl-aarch64.so.1`: a library that is called by name runs a program. */
function isLoader(program: string): boolean {
  return /^(?:ld\b.*\.so\b|ld\.so)/.test(baseName(program));
}

/** The very words are as narrow as a rule gets, unless what they run comes from somewhere else. */
function whyNotExact(words: Argv): string | undefined {
  if (words.some((word) => word.includes('\0'))) return 'a word contains a NUL character';
  if (baseName(words[0]) === '') return 'it names no program';
  const [program] = words;
  if (evaluators.has(program)) return `${program} runs text that is worked out when it runs`;
  // `timeout 5 bash` reads its program as `bash` does.
  const reader = words.findIndex(
    (_, at) => (at === 0 || isLauncher(program)) && readsProgram(words.slice(at)),
  );
  return reader === -1 ? undefined : `${baseName(words[reader] ?? '')} runs what it reads from elsewhere`;
}

const evaluators: ReadonlySet<string> = new Set(['source', '.', 'eval', 'trap', 'coproc']);

const fedByInput: ReadonlySet<string> = new Set(
  'xargs parallel at batch su ssh rsh mosh telnet expect ed ex crontab gdb lldb entr tmux screen'.split(' '),
);

/** Whether the program runs what stands on its input: the words say nothing about that. */
function readsProgram([written = '', ...rest]: readonly string[]): boolean {
  if (fedByInput.has(baseName(written))) return true;
  if (!isInterpreter(written)) return false;
  if (rest.some((word) => /^(?:-|\/dev\/(?:stdin|fd\/0)|\/proc\/self\/fd\/0|-s|-i)$/.test(word))) return true;
  return !rest.some((word) => !word.startsWith('-'));
}
