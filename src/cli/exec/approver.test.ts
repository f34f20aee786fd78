import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApprovalRequest, ChangeReview } from '../../domain/index.ts';
import { approver } from './approver.ts';

function directory(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-approver-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const request = {
  id: 'a1',
  callId: 'item_0',
  purpose: 'first-run',
  argv: ['git', 'push'],
  cwd: '/w',
  reason: 'a rule asks',
  cause: { kind: 'policy', approvalPolicy: 'on-request' },
  choices: ['approved', 'denied'],
} as unknown as ApprovalRequest;

const place = { cwd: '/', writable: ['/nowhere'], env: { PATH: process.env['PATH'] } };
const ask = async (spec: string, signal = new AbortController().signal): Promise<unknown> =>
  await approver(spec, place).review(request, signal);

const change = {
  id: 'h1',
  callId: 'item_0',
  command: 'echo x > .envrc',
  path: '/w/.envrc',
  parts: [{ reason: 'This file is obeyed.', runs: 'a shell' }],
  diff: ['+x'],
  omittedLines: 0,
  choices: ['keep', 'drop', 'put-aside'],
} as unknown as ChangeReview;

describe('an approver, about what was held back', () => {
  const decide = async (spec: string): Promise<unknown> =>
    await approver(spec, place).reviewChange?.(change, new AbortController().signal);

  it('reads a question of its own kind and answers with what is on offer', async () => {
    const echo = `grep -q '"kind":"held-change".*"path":"/w/.envrc"' && echo '{"decision":"keep"}'`;
    expect(await decide(echo)).toEqual({ kind: 'keep' });
    expect(await decide(`echo '{"decision":"drop"}'`)).toEqual({ kind: 'drop' });
  });

  it.each([
    `echo '{"decision":"approved"}'`,
    `echo '{"decision":"keep-and-save-rule"}'`,
    'true',
    'echo keep',
    'exit 1',
  ])('has said nothing with `%s`', async (spec) => {
    await expect(decide(spec)).rejects.toThrow();
  });
});

describe('an approver', () => {
  it('that is a command reads the question as a line of JSON and answers with one', async () => {
    const echo = `grep -q '"argv":\\["git","push"\\]' && echo '{"decision":"approved"}'`;
    expect(await ask(echo)).toEqual({ kind: 'approved' });
    expect(await ask(`echo '{"decision":"denied","message":"not now"}'`)).toEqual({
      kind: 'denied',
      message: 'not now',
    });
  });

  it('that is a socket is asked there', async () => {
    const path = join(directory(), 's');
    const questions: string[] = [];
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        questions.push(bytes.toString());
        socket.write('{"decision":"approved"}\n');
      });
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await ask(`unix:${path}`)).toEqual({ kind: 'approved' });
    expect(JSON.parse(questions[0] ?? '')).toMatchObject({ version: 1, id: 'a1', argv: ['git', 'push'] });
  });

  const noes: readonly { says: string; spec: string }[] = [
    { says: 'that fails', spec: 'exit 1' },
    { says: 'that says nothing', spec: 'true' },
    { says: 'that says something else', spec: 'echo yes' },
    { says: 'that makes decisions up', spec: `echo '{"decision":"sure"}'` },
    { says: 'that says yes and fails', spec: `echo '{"decision":"approved"}'; exit 3` },
    { says: 'that offers what was not on offer', spec: `echo '{"decision":"approved-allow-prefix"}'` },
    { says: 'that never stops talking', spec: 'yes' },
    { says: 'that is not there', spec: 'unix:/nowhere/socket' },
  ];
  for (const { says, spec } of noes)
    it(`${says} has not said yes`, async () => {
      await expect(ask(spec)).rejects.toThrow();
    });

  it('is ended with everything it started when nobody waits any more', async () => {
    const abort = new AbortController();
    const answer = ask('sleep 600 & sleep 600', abort.signal);
    abort.abort();
    await expect(answer).rejects.toThrow('the approver ended with a signal');
  });

  it('that a command of the model could write is refused', () => {
    const root = directory();
    writeFileSync(join(root, 'ok.sh'), '');
    const inRoot = { ...place, cwd: root, writable: [root] };
    for (const spec of ['./ok.sh', `bash ${root}/ok.sh`, `unix:${root}/ok.sh`])
      expect(() => approver(spec, inRoot)).toThrow(/commands of the model can write/);
  });

  it('that a command of the model could make is refused, and a word that names nothing is none', () => {
    const root = directory();
    symlinkSync(join(root, 'gone'), join(root, 'link'));
    const inRoot = { ...place, cwd: root, writable: [root] };
    const specs = [
      './no.sh',
      `${root}/no.sh`,
      'bash no.sh',
      'bash a/b/no',
      './link',
      'bash link',
      `unix:${root}/no`,
    ];
    for (const spec of specs)
      expect(() => approver(spec, inRoot), spec).toThrow(/commands of the model can write/);
    for (const spec of ['true --strict', 'env LEVEL=3 true', '/opt/no/such/approver'])
      expect(() => approver(spec, inRoot), spec).not.toThrow();
  });

  it('is asked one question at a time', async () => {
    const root = directory();
    const busy = `if ! mkdir ${root}/busy; then exit 1; fi; sleep 0.1; rmdir ${root}/busy; echo '{"decision":"approved"}'`;
    const one = approver(busy, place);
    const { signal } = new AbortController();
    const answers = await Promise.all([1, 2, 3].map(() => one.review(request, signal)));
    expect(answers.map(({ kind }) => kind)).toEqual(['approved', 'approved', 'approved']);
  });
});
