import { describe, expect, it } from 'vitest';
import type {
  AbsolutePath,
  AccessProfile,
  AttemptOutcome,
  CapturedStream,
  DenialEvidence,
  DenialFacts,
  LauncherReport,
} from '../domain/index.ts';
import { findDenial } from './find-denial.ts';

const at = (text: string): AbsolutePath => text as AbsolutePath;
const confined: AccessProfile = {
  kind: 'workspace-write',
  writable: [at('/ws'), at('/tmp')],
  protect: [at('/ws/locked')],
  network: 'none',
  denyRead: [at('/home/me/.ssh')],
};
const online: AccessProfile = { ...confined, network: 'full' };
const reading: AccessProfile = { kind: 'read-only', network: 'none', denyRead: [] };
const nothing: LauncherReport = { enforcement: undefined, denials: [] };

/** A user who owns everything below /home/me, /srv, /ws and /etc/mine; `/ws/link` leads to /srv. */
const facts: DenialFacts = {
  cwd: at('/ws/app'),
  realPath: (path) => at(path.replace(/^\/ws\/link(?=\/|$)/u, '/srv')),
  couldWrite: (path) => /^\/(?:home\/me|srv|ws|tmp|etc\/mine)(?:\/|$)/u.test(path),
};

function failed(text: string, exitCode = 1): AttemptOutcome {
  const bytes = Buffer.from(text);
  const all = { head: bytes, tail: new Uint8Array(), omittedBytes: 0, totalBytes: bytes.length };
  return {
    kind: 'exited',
    exitCode,
    output: { stdout: all, stderr: all, aggregated: all, spillFile: undefined },
  };
}

type Found = readonly [restriction: DenialEvidence['restriction'], target?: string] | undefined;

function find(text: string, profile: AccessProfile = confined, exitCode = 1): Found {
  const evidence = findDenial(failed(text, exitCode), profile, nothing, facts);
  if (evidence === undefined) return undefined;
  expect(evidence.confidence).toBe('likely');
  return evidence.target === undefined ? [evidence.restriction] : [evidence.restriction, evidence.target];
}

const write = (target: string): Found => ['file-write', target];

const denials: readonly { says: string; text: string; profile?: AccessProfile; want: Found }[] = [
  { says: 'touch', text: "touch: cannot touch '/srv/x': Read-only file system", want: write('/srv/x') },
  {
    says: 'touch with curly quotes',
    text: 'touch: cannot touch ‘/srv/x’: Permission denied',
    want: write('/srv/x'),
  },
  { says: 'a redirection in bash', text: 'bash: line 1: /srv/x: Permission denied', want: write('/srv/x') },
  { says: 'tee', text: 'tee: /srv/x: Read-only file system', want: write('/srv/x') },
  { says: 'cp', text: "cp: cannot create regular file '/srv/x': Permission denied", want: write('/srv/x') },
  {
    says: 'mv out of the workspace',
    text: "mv: cannot move 'a' to '/srv/a': Read-only file system",
    want: write('/srv/a'),
  },
  {
    says: 'a relative path that leads out',
    text: "mkdir: cannot create directory '../../srv/d': Permission denied",
    want: write('/srv/d'),
  },
  {
    says: 'a link that leads out',
    text: "touch: cannot touch '/ws/link/x': Permission denied",
    want: write('/srv/x'),
  },
  { says: 'python', text: "PermissionError: [Errno 13] Permission denied: '/srv/x'", want: write('/srv/x') },
  {
    says: 'python on a read-only mount',
    text: "OSError: [Errno 30] Read-only file system: '/srv/x'",
    want: write('/srv/x'),
  },
  { says: 'node', text: "Error: EROFS: read-only file system, open '/srv/x'", want: write('/srv/x') },
  {
    says: 'node as refused',
    text: "Error: EACCES: permission denied, mkdir '/srv/x'",
    want: write('/srv/x'),
  },
  { says: 'go', text: 'open /srv/x: read-only file system', want: write('/srv/x') },
  {
    says: 'git',
    text: 'error: could not lock config file /home/me/.gitconfig: Read-only file system',
    want: write('/home/me/.gitconfig'),
  },
  {
    says: 'sed',
    text: "sed: couldn't open temporary file /srv/sedAb12: Permission denied",
    want: write('/srv/sedAb12'),
  },
  {
    says: 'a denial above later noise',
    text: "touch: cannot touch '/srv/x': Read-only file system\nmake: *** [all] Error 1",
    want: write('/srv/x'),
  },
  {
    says: 'a write anywhere when only reading is permitted',
    text: "touch: cannot touch '/ws/x': Read-only file system",
    profile: reading,
    want: write('/ws/x'),
  },
  {
    says: 'a protected path of the profile',
    text: "touch: cannot touch '/ws/locked/x': Permission denied",
    want: ['protected-paths', '/ws/locked/x'],
  },
  {
    says: 'a read-only answer inside a writable root',
    text: 'error: could not lock config file .git/config: Read-only file system',
    want: ['protected-paths', '/ws/app/.git/config'],
  },
  {
    says: 'a hidden file',
    text: 'cat: /home/me/.ssh/id: Permission denied',
    want: ['file-read', '/home/me/.ssh/id'],
  },
  { says: 'curl', text: 'curl: (6) Could not resolve host: example.com', want: ['network', 'example.com'] },
  {
    says: 'npm',
    text: 'npm error request to https://r.example failed, reason: getaddrinfo EAI_AGAIN r.example',
    want: ['network', 'r.example'],
  },
  {
    says: 'git over ssh',
    text: 'ssh: Could not resolve hostname github.com: Temporary failure in name resolution',
    want: ['network', 'github.com'],
  },
  {
    says: 'wget',
    text: 'wget: unable to resolve host address ‘example.com’',
    want: ['network', 'example.com'],
  },
  {
    says: 'python without a name',
    text: 'socket.gaierror: [Errno -3] Temporary failure in name resolution',
    want: ['network'],
  },
  { says: 'an address', text: 'connect ENETUNREACH 1.1.1.1:443 - Local', want: ['network', '1.1.1.1'] },
  { says: 'a refused socket', text: 'ping: socket: Operation not permitted', want: ['network'] },
  {
    says: 'the docker socket',
    text: 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: connect',
    want: ['unix-sockets', '/var/run/docker.sock'],
  },
];

const ordinary: readonly { says: string; text: string; profile?: AccessProfile; exitCode?: number }[] = [
  {
    says: 'success, whatever was printed',
    text: "touch: cannot touch '/srv/x': Read-only file system",
    exitCode: 0,
  },
  { says: 'a plain failure', text: 'make: *** [all] Error 1' },
  {
    says: 'the word sandbox in a path',
    text: "ls: cannot access '/ws/sandbox/landlock/seccomp': No such file or directory",
  },
  {
    says: 'the word sandbox in prose',
    text: 'FAIL src/sandbox/index.test.ts: expected sandbox to be denied',
  },
  {
    says: 'a path this user cannot write anyway',
    text: "touch: cannot touch '/etc/passwd': Permission denied",
  },
  {
    says: 'a path inside a writable root',
    text: "touch: cannot touch '/ws/owned-by-root': Permission denied",
  },
  {
    says: 'a path below another one with the same beginning',
    text: "touch: cannot touch '/tmpfile': Permission denied",
  },
  {
    says: 'permission denied about nothing in particular',
    text: 'git@github.com: Permission denied (publickey).',
  },
  { says: 'a script that is not executable', text: 'bash: ./build.sh: Permission denied', exitCode: 126 },
  { says: 'a program that does not exist', text: 'bash: line 1: foo: command not found', exitCode: 127 },
  {
    says: 'a name that does not resolve although the network is on',
    text: 'curl: (6) Could not resolve host: nope',
    profile: online,
  },
  {
    says: 'a server of its own that is not up',
    text: 'curl: (7) Failed to connect to localhost port 8080: Connection refused',
  },
  {
    says: 'sudo that cannot resolve its own host',
    text: 'sudo: unable to resolve host box: Name or service not known',
  },
  {
    says: 'full access',
    text: "touch: cannot touch '/srv/x': Permission denied",
    profile: { kind: 'danger-full-access' },
  },
];

describe('findDenial in words', () => {
  it.each(denials)('reads $says as a denial', ({ text, profile, want }) => {
    expect(find(text, profile)).toEqual(want);
  });

  it.each(ordinary)('takes $says for an ordinary failure', ({ text, profile, exitCode }) => {
    expect(find(text, profile, exitCode)).toBeUndefined();
  });

  it('quotes the line it read', () => {
    const line = "touch: cannot touch '/srv/x': Read-only file system";
    expect(findDenial(failed(`one\n${line}\n`), confined, nothing, facts)?.excerpt).toBe(line);
  });

  it('reads a line that was cut between head and tail', () => {
    const whole = failed('');
    if (whole.kind !== 'exited') throw new Error('not exited');
    const aggregated = {
      head: Buffer.from("touch: cannot touch '/sr"),
      tail: Buffer.from("v/x': Read-only file system"),
      omittedBytes: 0,
      totalBytes: 51,
    };
    const outcome = { ...whole, output: { ...whole.output, stderr: aggregated } };
    expect(findDenial(outcome, confined, nothing, facts)?.target).toBe('/srv/x');
  });

  it('reads each stream by itself, because the two meet in the middle of words', () => {
    const stream = (text: string): CapturedStream => ({
      head: Buffer.from(text),
      tail: new Uint8Array(),
      omittedBytes: 0,
      totalBytes: text.length,
    });
    const output = {
      stdout: stream('x'),
      stderr: stream('tee: /srv/x: Read-only file system\n'),
      aggregated: stream('tee: x/srv/x: Read-only file system\n'),
      spillFile: undefined,
    };
    expect(findDenial({ kind: 'exited', exitCode: 1, output }, confined, nothing, facts)?.target).toBe(
      '/srv/x',
    );
    const empty = stream('');
    const terminal = { ...output, stdout: empty, stderr: empty, aggregated: output.stderr };
    expect(
      findDenial({ kind: 'exited', exitCode: 1, output: terminal }, confined, nothing, facts)?.target,
    ).toBe('/srv/x');
  });

  it.each([
    { says: 'quotes', line: `${"'".repeat(5_000)}: permission denied` },
    { says: 'blanks', line: `${' '.repeat(1_900)}x permission denied` },
    { says: 'colons', line: `${': '.repeat(900)}x permission denied` },
    { says: 'sockets', line: `${'unix:'.repeat(390)} denied` },
    { says: 'hosts', line: 'dial tcp '.repeat(200) },
  ])('is done with a flood of $says before a person would notice', ({ line }) => {
    const before = process.cpuUsage().user;
    find(`${line}\n`.repeat(400));
    // A quadratic pattern took seconds here; the bound is on work done, not on time passed.
    expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
  });
});

describe('findDenial from the launcher', () => {
  const reported: DenialEvidence = {
    restriction: 'file-write',
    confidence: 'certain',
    target: '/srv/cache',
    excerpt: 'open for writing',
  };
  const other: DenialEvidence = { ...reported, target: '/srv/log' };

  it('is believed before any words', () => {
    const report = { ...nothing, denials: [reported] };
    expect(findDenial(failed('curl: (6) Could not resolve host: x'), confined, report, facts)).toEqual(
      reported,
    );
  });

  it('prefers the denial that the program talks about', () => {
    const report = { ...nothing, denials: [reported, other] };
    expect(findDenial(failed('failed: /srv/cache'), confined, report, facts)).toEqual(reported);
    expect(findDenial(failed('open: permission denied'), confined, report, facts)).toEqual(other);
    expect(findDenial(failed(''), confined, report, facts)).toEqual(other);
  });

  it('is not blamed for what a program says in words of its own', () => {
    const report = { ...nothing, denials: [reported, other] };
    expect(findDenial(failed('2 tests failed'), confined, report, facts)).toBeUndefined();
  });

  it('is no denial when the program succeeded all the same', () => {
    expect(findDenial(failed('', 0), confined, { ...nothing, denials: [reported] }, facts)).toBeUndefined();
  });
});

describe('findDenial for a killed program', () => {
  it.each([
    { says: 'directly', exitCode: undefined },
    { says: 'below a shell', exitCode: 159 },
  ])('takes SIGSYS $says for a system call the sandbox does not permit', ({ exitCode }) => {
    const base = failed('', exitCode);
    if (base.kind !== 'exited') throw new Error('not exited');
    const outcome: AttemptOutcome =
      exitCode === undefined ? { kind: 'signalled', signal: 'SIGSYS', output: base.output } : base;
    expect(findDenial(outcome, confined, nothing, facts)).toMatchObject({
      restriction: 'kernel-surface',
      confidence: 'likely',
    });
  });
});
