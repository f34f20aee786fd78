// `cordon parse`: the shell room on a pipe. One script in, one JSON line out; with --ndjson, one JSON string a line.
import type { ParsedCommand, PlainCommand } from '../domain/index.ts';
import { parseScript } from '../shell/index.ts';
import type { Edge, Verb } from './edge.ts';
import { exitStatus, statusOfSignal } from './exit-status.ts';
import { readOnlyOptions } from './options/read-options.ts';
import { readLines } from './parse-lines.ts';
import { readStdin } from './read-stdin.ts';

export const parseVerb: Verb = {
  usage: 'cordon parse [--ndjson] [--facts] < SCRIPT',
  help: `Splits the script on standard input into the commands bash would run, and prints one JSON line:
  {"kind":"plain","commands":[["git","status"]]}    every command bash could run, as its exact argv
  {"kind":"plain-with-effects","commands":[{"argv":[...],"redirects":[...]}]}
                                                    the same, with the assignments and redirections beside them
  {"kind":"opaque","reason":"substitution"}         what the commands would be cannot be proved

Options:
  --ndjson   read one JSON string a line, print one line for each; a line that is no JSON string gives
             {"kind":"error","line":N,"message":"..."} and the rest is still read
  --facts    add "at" (where an opaque script was given up, in UTF-16 code units) and "literalCommands"
             (every command that can be read in it, null for a word bash would compute)

Exit status: 0; 1 when a line was unreadable; 2 for a wrong command line.
Nothing is ever run.`,
  run: async (args, edge) => {
    const { ndjson, facts } = readOptions(args);
    return ndjson ? await parseEachLine(edge, facts) : await parseWhole(edge, facts);
  },
};

type Facts = 'with-facts' | 'without-facts';

function readOptions(args: readonly string[]): { readonly ndjson: boolean; readonly facts: Facts } {
  const values = readOnlyOptions(args, { ndjson: { type: 'boolean' }, facts: { type: 'boolean' } });
  return { ndjson: values.ndjson === true, facts: values.facts === true ? 'with-facts' : 'without-facts' };
}

/** Beyond this many bytes a script is too long in any encoding, so the rest is read and forgotten. */
const maxBytes = 8 * 1024 * 1024;

async function parseWhole(edge: Edge, facts: Facts): Promise<number> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of readStdin(edge)) {
    size += chunk.length;
    if (size <= maxBytes) kept.push(chunk);
  }
  if (edge.interrupted.aborted) return statusOfSignal(String(edge.interrupted.reason));
  const text = size > maxBytes ? undefined : decode(Buffer.concat(kept));
  const answer =
    size > maxBytes
      ? { kind: 'opaque', reason: 'too-long' }
      : text === undefined
        ? { kind: 'opaque', reason: 'invalid-unicode' }
        : show(parseScript(text), facts);
  edge.stdout.write(line(answer));
  return exitStatus.done;
}

async function parseEachLine(edge: Edge, facts: Facts): Promise<number> {
  let status: number = exitStatus.done;
  let pending = '';
  for await (const { number, bytes } of readLines(readStdin(edge), maxBytes)) {
    if (edge.interrupted.aborted) break;
    const script = bytes === 'too-long' ? undefined : readJsonString(bytes);
    if (script === undefined) {
      status = exitStatus.failed;
      const what = bytes === 'too-long' ? `longer than ${maxBytes} bytes` : 'not a JSON string';
      pending += line({ kind: 'error', line: number, message: `Cannot read line ${number}: it is ${what}` });
    } else {
      pending += line(show(parseScript(script), facts));
    }
    if (pending.length >= 65_536) {
      await write(edge, pending);
      pending = '';
    }
  }
  await write(edge, pending);
  return edge.interrupted.aborted ? statusOfSignal(String(edge.interrupted.reason)) : status;
}

function readJsonString(bytes: Buffer): string | undefined {
  const text = decode(bytes);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Strict: undefined for anything that is not UTF-8. A byte order mark stays, because bash would see it. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function show(parsed: ParsedCommand, facts: Facts): unknown {
  const seen = facts === 'with-facts' ? { literalCommands: parsed.literalCommands } : {};
  if (parsed.kind === 'plain') {
    const { commands } = parsed;
    const isBare = commands.every(({ assignments, redirects }) => (assignments ?? redirects) === undefined);
    // Another kind, so that a reader who looks at argv lists alone does not miss what stands beside them.
    return isBare
      ? { kind: 'plain', commands: commands.map(({ argv }) => argv), ...seen }
      : { kind: 'plain-with-effects', commands: commands.map(withEffects), ...seen };
  }
  const at = facts === 'with-facts' ? { at: parsed.at } : {};
  return { kind: 'opaque', reason: parsed.reason, ...at, ...seen };
}

function withEffects({ argv, assignments, redirects }: PlainCommand): unknown {
  return { argv, assignments, redirects };
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

async function write(edge: Edge, text: string): Promise<void> {
  if (text === '' || edge.stdout.write(text)) return;
  await new Promise<void>((resolve) => edge.stdout.once('drain', resolve));
}
