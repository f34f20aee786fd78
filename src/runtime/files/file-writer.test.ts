// The guarded writer against files, links and rules on a real disk. What commands are held to is tested elsewhere; here
// it is an editor that asks.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  absolutePath,
  type AbsolutePath,
  type AccessProfile,
  type ApprovalRequest,
  type CallId,
  type ChangeRule,
  type Evaluation,
  type ParsedCommand,
  type ReviewDecision,
} from '../../domain/index.ts';
import type { Approvals, Gate } from '../../orchestrator/index.ts';
import { protectedInGitDirectory, protectedNames } from '../../sandbox/index.ts';
import type { FileChange, FileWriter } from './file-change.ts';
import { createFileWriter, type FileWriterParts } from './file-writer.ts';

const place = { root: '', workspace: '' as AbsolutePath, outside: '' };

beforeEach(() => {
  place.root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-files-')));
  place.workspace = absolutePath(join(place.root, 'work')) ?? ('/' as AbsolutePath);
  place.outside = join(place.root, 'outside');
  mkdirSync(join(place.workspace, '.git/hooks'), { recursive: true });
  writeFileSync(join(place.workspace, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(place.workspace, '.git/config'), '[core]\n\tbare = false\n');
  for (const name of ['objects', 'refs']) mkdirSync(join(place.workspace, '.git', name));
  mkdirSync(place.outside);
});
afterEach(() => rmSync(place.root, { recursive: true, force: true }));

const parsed = { kind: 'plain', commands: [['apply_patch']] } as unknown as ParsedCommand;

function evaluation(verdict: Evaluation['verdict']): Evaluation {
  const match = { kind: 'heuristic', class: 'unknown', command: ['apply_patch'], because: undefined };
  return { verdict, decidedBy: match, matches: [match], parsed } as unknown as Evaluation;
}

interface Options {
  readonly profile?: Partial<Extract<AccessProfile, { readonly kind: 'workspace-write' }>> | AccessProfile;
  readonly verdict?: Evaluation['verdict'];
  readonly rules?: readonly ChangeRule[];
  readonly policy?: FileWriterParts['approvalPolicy'];
  readonly answer?: ReviewDecision;
}

function writer(options: Options = {}): { files: FileWriter; asked: ApprovalRequest[]; noted: string[] } {
  const asked: ApprovalRequest[] = [];
  const noted: string[] = [];
  const approvals = {
    ask: (question: ApprovalRequest) => {
      asked.push(question);
      return Promise.resolve(
        options.answer === undefined
          ? { kind: 'nobody-to-ask' }
          : { kind: 'answered', decision: options.answer, source: 'user', why: '' },
      );
    },
    note: ({ decision }: { decision: string }) => noted.push(decision),
  } as unknown as Approvals;
  const gate = {
    parse: () => parsed,
    evaluate: () => evaluation(options.verdict ?? 'unknown'),
  } as unknown as Gate;
  const base = {
    kind: 'workspace-write',
    writable: [place.workspace],
    protect: [],
    network: 'none',
    denyRead: [],
  };
  const files = createFileWriter({
    profile: { ...base, ...options.profile } as AccessProfile,
    temporary: [absolutePath(tmpdir()) ?? place.workspace],
    workspace: place.workspace,
    home: undefined,
    path: undefined,
    rules: () => options.rules ?? [],
    gate,
    approvals,
    approvalPolicy: options.policy ?? 'on-request',
    env: new Map(),
    newCallId: () => 'call-1' as CallId,
  });
  return { files, asked, noted };
}

type Write = Extract<FileChange, { readonly kind: 'write' }>;
const write = (path: string, content = 'x\n', more: Partial<Write> = {}): Write => ({
  kind: 'write',
  path,
  content,
  ...more,
});
const inside = (path: string): string => join(place.workspace, path);

describe('a file', () => {
  it('is added with its directories, updated and deleted, and the answer shows the difference', async () => {
    writeFileSync(inside('old'), 'a\nb\n');
    writeFileSync(inside('gone'), 'bye\n');
    const result = await writer().files.change({
      changes: [write('new/deep/file'), write('old', 'a\nB\n'), { kind: 'delete', path: 'gone' }],
    });
    expect(result).toEqual({
      kind: 'changed',
      callId: 'call-1',
      files: [
        { path: inside('new/deep/file'), kind: 'add', diff: ['@@ -0,0 +1 @@', '+x'] },
        { path: inside('old'), kind: 'update', diff: ['@@ -1,2 +1,2 @@', ' a', '-b', '+B'] },
        { path: inside('gone'), kind: 'delete', diff: ['@@ -1 +0,0 @@', '-bye'] },
      ],
    });
    expect([readFileSync(inside('new/deep/file'), 'utf8'), readFileSync(inside('old'), 'utf8')]).toEqual([
      'x\n',
      'a\nB\n',
    ]);
    expect(existsSync(inside('gone'))).toBe(false);
  });

  it('keeps its mode, and takes it along when it moves', async () => {
    writeFileSync(inside('run.sh'), '#!/bin/sh\n');
    chmodSync(inside('run.sh'), 0o750);
    await writer().files.change({
      changes: [write('moved.sh', 'x', { modeOf: 'run.sh' }), { kind: 'delete', path: 'run.sh' }],
    });
    expect(statSync(inside('moved.sh')).mode & 0o777).toBe(0o750);
  });

  it('that another name of the workspace names is the same file', async () => {
    symlinkSync(place.workspace, join(place.root, 'alias'));
    const result = await writer().files.change({ changes: [write(join(place.root, 'alias/a'))] });
    expect([result.kind, readFileSync(inside('a'), 'utf8')]).toEqual(['changed', 'x\n']);
  });
});

describe('nothing is written', () => {
  const rows: readonly {
    says: string;
    path: () => string;
    by: string;
    reason: RegExp;
    setUp?: () => void;
    options?: () => Options;
  }[] = [
    { says: 'outside of the roots', path: () => join(place.outside, 'a'), by: 'sandbox', reason: /outside/ },
    { says: 'above them', path: () => '../outside/a', by: 'sandbox', reason: /outside/ },
    {
      says: 'to a neighbour with the same beginning',
      path: () => '../work2/a',
      by: 'sandbox',
      reason: /outside/,
    },
    { says: 'to the root itself', path: () => '.', by: 'request', reason: /names no file/ },
    { says: 'to a directory', path: () => '.git', by: 'request', reason: /directory/ },
    {
      says: 'through a linked directory',
      setUp: () => symlinkSync(place.outside, inside('link')),
      path: () => 'link/a',
      by: 'request',
      reason: /link or a file stands on the way/,
    },
    {
      says: 'through a linked file',
      setUp: () => symlinkSync(join(place.outside, 'a'), inside('link')),
      path: () => 'link',
      by: 'request',
      reason: /symbolic link/,
    },
    {
      says: 'when the sandbox is read-only',
      path: () => 'a',
      by: 'sandbox',
      reason: /read-only/,
      options: () => ({ profile: { kind: 'read-only', network: 'none', denyRead: [] } }),
    },
    {
      says: 'to a protected path',
      path: () => 'safe/a',
      by: 'sandbox',
      reason: /protected/,
      options: () => ({ profile: { protect: [inside('safe') as AbsolutePath] } }),
    },
    {
      says: 'to a path that commands cannot see',
      path: () => 'secret',
      by: 'sandbox',
      reason: /hidden/,
      options: () => ({ profile: { denyRead: [inside('secret') as AbsolutePath] } }),
    },
    {
      says: 'where commands have a directory of their own',
      path: () => join(tmpdir(), 'cordon-files-a'),
      by: 'sandbox',
      reason: /outside/,
      options: () => ({
        profile: { writable: [place.workspace, (absolutePath(tmpdir()) ?? '/') as AbsolutePath] },
      }),
    },
    {
      says: 'that a rule forbids',
      path: () => 'migrations/1',
      by: 'policy',
      reason: /ours/,
      options: () => ({ rules: [changeRule('forbidden')] }),
    },
    {
      says: 'that a rule asks about, with nobody to ask',
      path: () => 'migrations/1',
      by: 'approval',
      reason: /nobody can be asked/,
      options: () => ({ rules: [changeRule('prompt')] }),
    },
    {
      says: 'where the program is forbidden',
      path: () => 'a',
      by: 'policy',
      reason: /./,
      options: () => ({ verdict: 'forbidden' }),
    },
    {
      says: 'that nobody approved under untrusted',
      path: () => 'a',
      by: 'approval',
      reason: /nobody can be asked/,
      options: () => ({ policy: 'untrusted' }),
    },
    {
      says: 'that somebody declined',
      path: () => 'a',
      by: 'approval',
      reason: /not approved: not today/,
      options: () => ({ policy: 'untrusted', answer: { kind: 'denied', message: 'not today' } }),
    },
    ...protectedNames.map((name) => ({
      says: `that a host's tools obey (${name})`,
      path: () =>
        /json|envrc/.test(name) ? name : `${name}/${name === '.vscode' ? 'tasks.json' : 'rules/x.rules'}`,
      by: 'approval',
      reason: /Run by/,
    })),
    ...protectedInGitDirectory.map((name) => ({
      says: `that git runs or obeys (${name})`,
      path: () => `.git/${name === 'hooks' ? 'hooks/pre-commit' : name}`,
      by: 'approval',
      reason: /Run by/,
    })),
  ];

  for (const { says, path, by, reason, setUp, options } of rows)
    it(`${says}, and of the files beside it neither`, async () => {
      setUp?.();
      const { files } = writer(options?.());
      const content = path().endsWith('commondir')
        ? `${place.outside}\n`
        : path().includes('.git/config')
          ? '[core]\n\tfsmonitor = /tmp/x\n'
          : '#!/bin/sh\nid\n';
      const changes = [write('harmless'), write(path(), content)] as const;
      const result = await files.change({ changes });
      expect(result).toMatchObject({
        kind: 'refused',
        refusal: { by, reason: expect.stringMatching(reason) },
      });
      expect(existsSync(inside('harmless'))).toBe(false);
    });

  it('when the file is another than the one that was read', async () => {
    writeFileSync(inside('a'), 'mine\n');
    const { files } = writer();
    const result = await files.change({
      changes: [write('a', 'x', { from: Buffer.from('theirs\n') })],
    });
    expect(result).toMatchObject({
      kind: 'refused',
      refusal: { by: 'request', reason: 'it was changed meanwhile' },
    });
    expect(readFileSync(inside('a'), 'utf8')).toBe('mine\n');
  });

  it('when the file changes while somebody decides', async () => {
    writeFileSync(inside('b'), 'before\n');
    const { files, asked } = writer({ policy: 'untrusted', answer: { kind: 'approved' } });
    const pushed = asked.push.bind(asked);
    asked.push = (...items) => {
      writeFileSync(inside('b'), 'since\n');
      return pushed(...items);
    };
    const result = await files.change({ changes: [write('new/a'), write('b')] });
    expect(result).toEqual({
      kind: 'failed',
      callId: 'call-1',
      path: inside('b'),
      reason: 'it was changed meanwhile',
    });
    expect([existsSync(inside('new')), readFileSync(inside('b'), 'utf8')]).toEqual([false, 'since\n']);
  });
});

describe('a person', () => {
  it('is shown the difference, and their yes writes what they saw', async () => {
    const { files, asked } = writer({ answer: { kind: 'approved' } });
    const result = await files.change({ changes: [write('.git/hooks/pre-commit', '#!/bin/sh\n')] });
    expect([result.kind, readFileSync(inside('.git/hooks/pre-commit'), 'utf8')]).toEqual([
      'changed',
      '#!/bin/sh\n',
    ]);
    expect(asked[0]?.changes).toEqual([
      { path: inside('.git/hooks/pre-commit'), kind: 'add', diff: ['@@ -0,0 +1 @@', '+#!/bin/sh'] },
    ]);
    expect(asked[0]?.choices).toEqual(['approved', 'denied', 'abort']);
  });

  it('is not asked under a policy that asks nobody', async () => {
    const { files, asked } = writer({ policy: 'never', answer: { kind: 'approved' } });
    expect(await files.change({ changes: [write('.git/hooks/pre-commit')] })).toMatchObject({
      kind: 'refused',
    });
    expect(asked).toEqual([]);
  });

  it('who said that nothing holds commands gets what they asked for, but for their rules', async () => {
    const options: Options = {
      profile: { kind: 'danger-full-access' },
      policy: 'never',
      rules: [changeRule('prompt')],
    };
    const { files } = writer(options);
    expect(await files.change({ changes: [write('.git/hooks/pre-commit')] })).toMatchObject({
      kind: 'changed',
    });
    expect(await files.change({ changes: [write(join(place.outside, 'a'))] })).toMatchObject({
      kind: 'changed',
    });
    expect(await files.change({ changes: [write('migrations/1')] })).toMatchObject({
      kind: 'refused',
      refusal: { by: 'approval', rule: 'mine.rules:1', path: inside('migrations/1') },
    });
  });
});

describe('what is read', () => {
  it('is a file that could be written, and nothing through a link', () => {
    writeFileSync(join(place.outside, 'secret'), 's');
    symlinkSync(place.outside, inside('link'));
    writeFileSync(inside('a'), 'text');
    const { files } = writer();
    expect(files.read('a')).toEqual({ kind: 'file', bytes: Buffer.from('text') });
    expect(files.read('none/b')).toEqual({ kind: 'missing' });
    expect(files.read('link/secret')).toMatchObject({ kind: 'refused' });
    expect(files.read(join(place.outside, 'secret'))).toMatchObject({ kind: 'refused' });
  });
});

describe('a malformed request', () => {
  const rows: readonly { says: string; changes: unknown }[] = [
    { says: 'without changes', changes: [] },
    { says: 'with a NUL in a path', changes: [{ kind: 'write', path: 'a\0', content: '' }] },
    { says: 'with content that is no text', changes: [{ kind: 'write', path: 'a', content: 1 }] },
    { says: 'of a kind nobody knows', changes: [{ kind: 'link', path: 'a' }] },
    {
      says: 'larger than anything a person edits',
      changes: [{ kind: 'write', path: 'a', content: 'x'.repeat(9e6) }],
    },
  ];
  for (const { says, changes } of rows)
    it(`${says} is misuse`, async () => {
      const request = { changes } as unknown as Parameters<FileWriter['change']>[0];
      await expect(writer().files.change(request)).rejects.toMatchObject({ code: 'E_BAD_OPTION' });
    });

  it('that names a file twice is refused', async () => {
    expect(await writer().files.change({ changes: [write('a'), write('./a')] })).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'it is named twice' },
    });
  });
});

function changeRule(decision: ChangeRule['decision']): ChangeRule {
  return {
    paths: ['migrations/**'],
    kinds: [],
    decision,
    justification: 'they are ours',
    source: 'mine.rules:1',
  };
}
