// `--approver`: a program or a socket of the user's that answers questions where no person is. One question at a time,
// as one line of JSON; what is no clear yes within the bound is a no.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { ApprovalRequest, ReviewDecision, Reviewer } from '../../domain/index.ts';
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
  refuseWritable(isSocket ? [target] : spec.split(/\s+/), place);
  const ask = isSocket ? askSocket(target) : askCommand(target, place);
  let last: Promise<unknown> = Promise.resolve();
  return {
    review: async (request, signal) => {
      const mine = last.then(async () => decisionIn(await ask(questionLine(request), signal), request));
      last = mine.catch(() => undefined);
      return await mine;
    },
  };
}

/** A file that a command can change is no judge of commands. */
function refuseWritable(words: readonly string[], { cwd, writable, env }: ApproverPlace): void {
  for (const [index, word] of words.entries()) {
    const name = word.replace(/^['"]|['"]$/g, '');
    const path = name.includes('/') || index > 0 ? resolve(cwd, name) : onPath(name, cwd, env);
    if (path === undefined || !existsSync(path)) continue;
    const real = realpathSync(path);
    if (writable.some((root) => real === root || real.startsWith(`${root}/`)))
      throw new CliError(
        1,
        `Cannot use --approver ${word}: commands of the model can write ${real}, so they could answer for themselves`,
        'Keep it outside of the workspace and of other writable directories.',
      );
  }
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
    grant,
    changes,
    input_base64: input,
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

/** @throws Error what is no answer: whoever asked takes it for a no */
function decisionIn(text: string, request: ApprovalRequest): ReviewDecision {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error('the approver did not answer with JSON');
  }
  const { decision, message } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly decision?: unknown;
    readonly message?: unknown;
  };
  switch (decision) {
    case 'approved':
    case 'approved-for-session':
    case 'approved-grant':
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
