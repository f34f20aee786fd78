// `cordon audit`: looks at a log of decisions: whether it is whole, and what stands in it.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { cordonHome } from '../config/home.ts';
import { loadConfig } from '../config/load-config.ts';
import { verifyLog } from '../policy/compare/audit-chain.ts';
import { objectIn } from '../policy/compare/decision-log.ts';
import { CliError, type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { readOptions } from './options/read-options.ts';
import { visible } from './terminal/visible-text.ts';

export const auditVerb: Verb = {
  usage: 'cordon audit verify [FILE] [--json] | show [FILE] [--json]',
  help: `
The log of decisions that audit_log of the configuration, or cordon exec --audit FILE, keeps: each decision, each answer
of a person, and what became of it, as one JSON line that carries the hash of the line before it. Without FILE it is
audit_log.

  verify   whether a line was changed, taken out or added; prints the head: keep it elsewhere, and lines that are cut
           off at the end show, too
  show     what happened, in order

  --json   verify: the findings as one JSON object; show: the lines as they are

Exit status: 0; 1 when the log is broken or cannot be read; 2 usage.
`,
  async run(argv, edge) {
    const { values, positionals } = readOptions(argv, { json: { type: 'boolean' } });
    const [word, file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('one FILE at most');
    if (word !== 'verify' && word !== 'show')
      throw new UsageError(word === undefined ? 'verify or show?' : `unknown word ${JSON.stringify(word)}`);
    const path = file ?? (await configured(edge));
    const text = await read(path);
    return word === 'verify'
      ? verify(text, path, edge, values.json === true)
      : show(text, edge, values.json === true);
  },
};

async function configured(edge: Edge): Promise<string> {
  const home = cordonHome(edge.env);
  const auditLog = home === undefined ? undefined : (await loadConfig({ home })).config.auditLog;
  if (auditLog !== undefined) return auditLog;
  throw new UsageError('which FILE? audit_log is not set in the configuration');
}

const mostBytes = 1024 * 1024 * 1024;

async function read(path: string): Promise<string> {
  const refuse = (why: string): CliError =>
    new CliError(exitStatus.failed, `Cannot read the log ${path}: ${why}`);
  try {
    const found = await stat(path);
    if (!found.isFile()) throw refuse('it is no ordinary file');
    if (found.size > mostBytes) throw refuse(`it is larger than ${mostBytes} bytes`);
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw refuse(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}

function verify(text: string, path: string, edge: Edge, json: boolean): number {
  const found = verifyLog(text);
  const status = found.broken.length === 0 ? exitStatus.done : exitStatus.failed;
  if (json) {
    edge.stdout.write(`${JSON.stringify(found)}\n`);
    return status;
  }
  for (const { line, because } of found.broken.slice(0, 20))
    edge.stdout.write(`${visible(path)}:${line}: ${because}\n`);
  const more = found.broken.length - 20;
  if (more > 0) edge.stdout.write(`… and ${more} more\n`);
  const old = found.unchained === 0 ? '' : `, ${found.unchained} of them from before there were chains`;
  const lines = `${found.lines} lines${old}, ${found.runs} runs`;
  edge.stdout.write(
    found.broken.length === 0 ? `whole: ${lines}, head ${found.head}\n` : `BROKEN: ${lines}\n`,
  );
  return status;
}

function show(text: string, edge: Edge, json: boolean): number {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    edge.stdout.write(json ? `${line}\n` : `${visible(shown(line))}\n`);
  }
  return exitStatus.done;
}

/** One line a record; what is no record of ours is shown as it is. */
function shown(line: string): string {
  const { at, call, verdict, by, command, approval, outcome } = objectIn(line) ?? {};
  const time = typeof at === 'number' ? new Date(at) : undefined;
  // A number may be no moment that a calendar has.
  if (time === undefined || Number.isNaN(time.getTime())) return line;
  const when = time.toISOString().slice(0, 19).replace('T', ' ');
  const who = typeof call === 'string' ? `  ${call}` : '';
  if (typeof verdict === 'string')
    return `${when}${who}  ${verdict}  ${commandText(command)}  (${String(by)})`;
  return `${when}${who}  ${JSON.stringify(approval ?? outcome)}`;
}

function commandText(command: unknown): string {
  if (typeof command !== 'object' || command === null) return '';
  const { argv, script } = command as { readonly argv?: unknown; readonly script?: unknown };
  return Array.isArray(argv) ? argv.join(' ') : String(script);
}
