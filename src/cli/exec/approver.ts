// `--approver`: a program or a socket of the user's that answers questions where no person is. One question at a time,
// as one line of JSON; what is no clear yes within the bound is a no.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import type {
  ApprovalRequest,
  ChangeDecision,
  ChangeReview,
  ReviewDecision,
  Reviewer,
} from '../../domain/index.ts';
import { CliError } from '../edge.ts';

export interface ApproverPlace {
  /** Where relative names on the command line start. */
  readonly cwd: string;
  /** Real paths of the directories the model's commands may write. */
  readonly writable: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Characters of an answer. */
const mostAnswer = 64 * 1024;

/**
 * @param spec `unix:PATH`, else a command for `sh -c`
 * @throws CliError status 1 when the model's commands could answer in its place
 */
export function approver(spec: string, place: ApproverPlace): Reviewer {
  const isSocket = spec.startsWith('unix:');
  const target = isSocket ? resolve(place.cwd, spec.slice('unix:'.length)) : spec;
  if (!isSocket && place.writable.length > 0) refuseExpansion(spec);
  refuseWritable(isSocket ? [target] : spec.split(/[\s;|&()<>]+/).filter((word) => word !== ''), place);
  const ask = isSocket ? askSocket(target) : askCommand(target, place);
  let last: Promise<unknown> = Promise.resolve();
  async function inTurn<T>(question: string, signal: AbortSignal, read: (answer: string) => T): Promise<T> {
    const mine = last.then(async () => read(await ask(question, signal)));
    last = mine.catch(() => undefined);
    return await mine;
  }
  return {
    review: async (request, signal) =>
      await inTurn(questionLine(request), signal, (answer) => decisionIn(answer, request)),
    reviewChange: async (request, signal) =>
      await inTurn(changeLine(request), signal, (answer) => changeDecisionIn(answer, request)),
  };
}

/** What a shell would make of it is not known here. */
function refuseExpansion(spec: string): void {
  const found = /(?:^|[\s=:])~|[$`*?[]/.exec(spec.replace(/'[^']*'/g, ''));
  if (found !== null)
    throw new CliError(
      1,
      `Cannot use --approver with ${JSON.stringify(found[0].trim())} in it: where it leads is not known before a shell has read it`,
      'Write paths out, or put the line into a script outside of the workspace.',
    );
}

/** A file that a command can change, or lead elsewhere, is no judge of commands. */
function refuseWritable(words: readonly string[], place: ApproverPlace): void {
  const { cwd, writable, env } = place;
  for (const [index, word] of words.entries()) {
    const name = word.replace(/^['"]|['"]$/g, '');
    const path = name.includes('/') || index > 0 ? resolve(cwd, name) : onPath(name, cwd, env);
    // A word that is no path and names nothing is an option, most likely.
    const isFile = index === 0 || /[/.]/.test(name);
    const steps = path === undefined ? [] : existsSync(path) || isFile ? stepsTo(path) : linkAt(path);
    const found = steps.find((step) => isBelow(step, writable));
    if (found !== undefined)
      throw new CliError(
        1,
        `Cannot use --approver ${word}: commands of the model can write ${found}, so they could answer for themselves`,
        'Keep it outside of the workspace and of other writable directories.',
      );
  }
}

/** A link that leads nowhere yet. */
function linkAt(path: string): readonly string[] {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? stepsTo(path) : [];
}

/** Every name on the way that decides where `path` leads, links followed one step each; what is missing can be made. */
function stepsTo(path: string): readonly string[] {
  const steps: string[] = [];
  for (let at = path; at !== '/'; at = dirname(at)) {
    for (let link = at, left = 40; left > 0; left -= 1) {
      const step = join(realAsFarAsItGoes(dirname(link)), basename(link));
      steps.push(step);
      if (lstatSync(step, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
      link = resolve(dirname(step), readlinkSync(step));
    }
  }
  return steps;
}

function realAsFarAsItGoes(path: string): string {
  if (existsSync(path) || path === '/') return realpathSync(path);
  return join(realAsFarAsItGoes(dirname(path)), basename(path));
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

/** Where a shell finds a program; under `npx` the first of these directories is often the workspace's own. */
function onPath(name: string, cwd: string, env: ApproverPlace['env']): string | undefined {
  const places = (env['PATH'] ?? '').split(':').map((directory) => resolve(cwd, directory, name));
  return places.find((place) => existsSync(place));
}

function questionLine(request: ApprovalRequest): string {
  const { id, callId, purpose, argv, script, cwd, tty, reason, cause, amendment, grant, changes, choices } =
    request;
  const input = request.input === undefined ? undefined : Buffer.from(request.input).toString('base64');
  const question = {
    version: 1,
    id,
    call_id: callId,
    purpose,
    argv,
    script,
    cwd,
    tty,
    reason,
    cause: cause.kind,
    offered_prefix: amendment?.allowPrefix,
    offered_exact: amendment === undefined ? undefined : amendment.exact === true,
    grant,
    changes,
    input_base64: input,
    input_stays_open: request.inputStaysOpen,
    choices,
  };
  return `${JSON.stringify(question)}\n`;
}

/** `kind` tells it from a question about a command, for which no answer below means anything. */
function changeLine(request: ChangeReview): string {
  const { id, callId, command, path, parts, diff, omittedLines, rule, choices } = request;
  const question = {
    version: 1,
    kind: 'held-change',
    id,
    call_id: callId,
    command,
    path,
    parts,
    diff,
    omitted_lines: omittedLines,
    rule,
    choices,
  };
  return `${JSON.stringify(question)}\n`;
}

type Ask = (question: string, signal: AbortSignal) => Promise<string>;

function askCommand(command: string, { cwd, env }: ApproverPlace): Ask {
  return async (question, signal) =>
    await new Promise<string>((resolveAnswer, reject) => {
      const child = spawn('/bin/sh', ['-c', command], {
        cwd,
        env: { ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
        detached: true,
      });
      let answer = '';
      const end = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      };
      signal.addEventListener('abort', end, { once: true });
      child.stdin.on('error', () => undefined);
      child.stdin.end(question);
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk;
        if (answer.length > mostAnswer) end();
      });
      child.once('error', reject);
      child.once('close', (code) => {
        signal.removeEventListener('abort', end);
        if (code === 0) resolveAnswer(answer);
        else reject(new Error(`the approver ended with ${code === null ? 'a signal' : `status ${code}`}`));
      });
      if (signal.aborted) end();
    });
}

function askSocket(path: string): Ask {
  return async (question, signal) =>
    await new Promise<string>((resolveAnswer, reject) => {
      const socket = connect({ path });
      let answer = '';
      const end = (error?: Error): void => {
        signal.removeEventListener('abort', onAbort);
        socket.destroy();
        if (error === undefined) resolveAnswer(answer);
        else reject(error);
      };
      const onAbort = (): void => end(new Error('nobody waits for the answer any more'));
      signal.addEventListener('abort', onAbort, { once: true });
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk;
        if (answer.includes('\n')) end();
        else if (answer.length > mostAnswer) end(new Error('the answer is too long'));
      });
      socket.once('error', (error) => end(error));
      socket.once('end', () => end());
      socket.write(question);
    });
}

interface RawAnswer {
  readonly decision?: unknown;
  readonly message?: unknown;
}

function rawAnswerIn(text: string): RawAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error('the approver did not answer with JSON');
  }
  return typeof answer === 'object' && answer !== null ? answer : {};
}

/** @throws Error what is no answer: the change stays put aside */
function changeDecisionIn(text: string, { choices }: ChangeReview): ChangeDecision {
  const { decision } = rawAnswerIn(text);
  const kind = choices.find((offered) => offered === decision);
  if (kind === undefined) throw new Error('the approver answered with no decision that is known');
  return { kind };
}

/** @throws Error what is no answer: whoever asked takes it for a no */
function decisionIn(text: string, request: ApprovalRequest): ReviewDecision {
  const { decision, message } = rawAnswerIn(text);
  switch (decision) {
    case 'approved':
    case 'approved-for-session':
    case 'approved-grant':
    case 'approved-unsandboxed':
    case 'abort':
      return { kind: decision };
    case 'approved-allow-prefix':
      if (request.amendment === undefined) throw new Error('no prefix was on offer');
      return { kind: decision, amendment: request.amendment };
    case 'denied':
      return { kind: 'denied', message: typeof message === 'string' ? message : undefined };
    default:
      throw new Error('the approver answered with no decision that is known');
  }
}
