import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AbsolutePath, CallId } from '../domain/index.ts';
import { findFault } from './find-fault.ts';
import { readRequest, type RequestDefaults } from './read-request.ts';

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-request-'))) as AbsolutePath;
const place = statSync(workspace, { bigint: true });
mkdirSync(join(workspace, 'sub'));
symlinkSync(join(workspace, 'sub'), join(workspace, 'link'));
afterAll(() => rmSync(workspace, { recursive: true }));

const defaults: RequestDefaults = {
  platform: process.platform,
  workspace,
  timeoutMs: 10_000,
  isolated: false,
  env: new Map([
    ['PATH', '/bin'],
    ['OLDPWD', '/elsewhere'],
  ]),
  scrub: (env) => new Map([...env].filter(([name]) => name !== 'BASH_ENV')),
  newCallId: () => 'call-1' as CallId,
};

describe('readRequest', () => {
  it('fills in what the caller left out', () => {
    expect(readRequest({ command: 'ls' }, defaults)).toEqual({
      callId: 'call-1',
      command: { kind: 'script', script: 'ls', shell: 'bash', login: false },
      cwd: workspace,
      cwdIdentity: { device: place.dev, inode: place.ino },
      env: new Map([
        ['PATH', '/bin'],
        ['PWD', workspace],
      ]),
      stdin: { kind: 'null' },
      timeoutMs: 10_000,
      access: { kind: 'default' },
      tty: false,
    });
  });

  it.each([
    { says: 'a relative directory', cwd: 'sub' },
    { says: 'a link', cwd: 'link' },
    { says: 'a way round', cwd: './sub/../sub' },
  ])('reads $says as the real one', ({ cwd }) => {
    expect(readRequest({ command: 'ls', cwd }, defaults).cwd).toBe(join(workspace, 'sub'));
  });

  it('lays variables over the environment, takes some out, and scrubs the rest again', () => {
    const { env } = readRequest(
      { command: 'ls', env: { A: '1', PATH: undefined, BASH_ENV: '/x' } },
      defaults,
    );
    expect([...env]).toEqual([
      ['A', '1'],
      ['PWD', workspace],
    ]);
  });

  it('turns text for stdin into bytes', () => {
    expect(readRequest({ command: ['cat'], stdin: 'ä' }, defaults).stdin).toEqual({
      kind: 'bytes',
      bytes: Buffer.from('ä'),
    });
  });
});

const faults: readonly {
  says: string;
  input: Parameters<typeof readRequest>[0];
  want: string | undefined;
}[] = [
  { says: 'nothing in an ordinary request', input: { command: 'ls' }, want: undefined },
  {
    says: 'a NUL in a word',
    input: { command: ['ls', 'a\0b'] },
    want: 'the command contains a NUL character',
  },
  { says: 'a NUL in a script', input: { command: 'ls \0' }, want: 'the command contains a NUL character' },
  {
    says: 'half a character',
    input: { command: ['ls', '\ud800'] },
    want: 'the command is not well-formed Unicode',
  },
  { says: 'an empty program', input: { command: ['', 'x'] }, want: 'the name of the program is empty' },
  {
    says: 'a word the kernel refuses',
    input: { command: ['echo', 'x'.repeat(131_072)] },
    want: 'one word of the command is longer than 131071 bytes',
  },
  {
    says: 'a NUL in a variable, without its value',
    input: { command: 'ls', env: { TOKEN: 'secret\0' } },
    want: 'the variable TOKEN contains a NUL character',
  },
  {
    says: 'a missing directory',
    input: { command: 'ls', cwd: 'gone' },
    want: `the working directory ${workspace}/gone does not exist`,
  },
  {
    says: 'a file for a directory',
    input: { command: 'ls', cwd: '/etc/passwd' },
    want: 'the working directory /etc/passwd is not a directory',
  },
  {
    says: 'a NUL in the directory',
    input: { command: 'ls', cwd: 'a\0b' },
    want: `the working directory ${workspace}/a\uFFFDb does not exist`,
  },
];

describe('findFault', () => {
  it.each(faults)('finds $says', ({ input, want }) => {
    expect(findFault(readRequest(input, defaults))).toBe(want);
  });
});
