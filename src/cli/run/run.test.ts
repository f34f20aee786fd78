import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  type AttemptOutcome,
  type AttemptRecord,
  type CallId,
  type ExecEvent,
  type ExecResult,
  noEnforcement,
  type Refusal,
  type SpawnFailure,
} from '../../domain/index.ts';
import { UsageError } from '../edge.ts';
import { eventLine, printEvents } from './print-events.ts';
import { parseRunArguments } from './run-arguments.ts';
import { sayResult } from './say-result.ts';
import { statusOfResult } from './status-of-result.ts';

describe('parseRunArguments', () => {
  it('reads every option, and the command as it stands', () => {
    const line =
      '-s read-only --trace --trace-to t -a never -C /w --writable a --writable b --rules r --network full --timeout 1.5 --best-effort --stdin --json -- ls --json -- x';
    expect(parseRunArguments(line.split(' '))).toEqual({
      command: ['ls', '--json', '--', 'x'],
      sandbox: 'read-only',
      approvalPolicy: 'never',
      cwd: '/w',
      denyRead: [],
      overrides: [],
      writable: ['a', 'b'],
      rules: ['r'],
      network: 'full',
      timeoutMs: 1500,
      require: 'best-effort',
      readsStdin: true,
      tty: false,
      json: true,
      journals: false,
      trace: 'tree',
      traceFile: 't',
      limits: {},
    });
  });

  it.each([
    { line: 'ls', want: 'put `--` before the command' },
    { line: '--', want: 'no command after `--`' },
    { line: 'ls -- x', want: 'put `--` before the command: found "ls"' },
    {
      line: '--sandbox none -- x',
      want: '--sandbox takes read-only, workspace-write, danger-full-access, found "none"',
    },
    {
      line: '--ask-for-approval yes -- x',
      want: '--ask-for-approval takes untrusted, on-failure, on-request, never, allowlist, found "yes"',
    },
    { line: '--timeout 0 -- x', want: '--timeout takes seconds above 0 and up to 2147483, found "0"' },
    { line: '--timeout 1e9 -- x', want: '--timeout takes seconds above 0 and up to 2147483, found "1e9"' },
    {
      line: '--timeout 99999999 -- x',
      want: '--timeout takes seconds above 0 and up to 2147483, found "99999999"',
    },
    {
      line: '--trace=xml -- x',
      want: '--trace takes tree, json, mermaid, chrome, found "xml"',
    },
    { line: '--trace-to f -- x', want: '--trace-to belongs to --trace' },
    { line: '--frobnicate -- x', want: "unknown option '--frobnicate'" },
    { line: '--cwd -- x', want: "option '-C, --cwd <value>' argument missing" },
  ])('refuses `$line`', ({ line, want }) => {
    const parse = (): unknown => parseRunArguments(line.split(' '));
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(want);
  });
});

const callId = 'call' as CallId;
const empty = { head: new Uint8Array(), tail: new Uint8Array(), omittedBytes: 0, totalBytes: 0 };
const output = { stdout: empty, stderr: empty, aggregated: empty, spillFile: undefined };
const failed = (failure: Partial<SpawnFailure>): AttemptOutcome => ({
  kind: 'spawn-failed',
  failure: { stage: 'exec', errno: undefined, message: '', ...failure },
});

const recordOf = (outcome: AttemptOutcome): AttemptRecord => ({
  attempt: {
    ordinal: 1,
    selection: { kind: 'sandboxed', sandbox: 'landlock' },
    profile: { kind: 'read-only', network: 'none', denyRead: [] },
    grant: undefined,
  },
  enforcement: noEnforcement,
  outcome,
  denial: undefined,
  durationMs: 0,
});

describe('statusOfResult', () => {
  const outcomes: readonly { says: string; outcome: AttemptOutcome; want: number }[] = [
    { says: 'an exit', outcome: { kind: 'exited', exitCode: 7, output }, want: 7 },
    { says: 'a death by signal', outcome: { kind: 'signalled', signal: 'SIGKILL', output }, want: 137 },
    { says: 'a deadline', outcome: { kind: 'timed-out', afterMs: 1, output }, want: 124 },
    { says: 'a stop', outcome: { kind: 'cancelled', output }, want: 143 },
    { says: 'a program that is not there', outcome: failed({ errno: 'ENOENT' }), want: 127 },
    { says: 'a program that may not be executed', outcome: failed({ errno: 'EACCES' }), want: 126 },
    { says: 'a sandbox that could not be set up', outcome: failed({ stage: 'sandbox' }), want: 125 },
    { says: 'a launcher that failed', outcome: failed({ stage: 'launcher', errno: 'ENOENT' }), want: 125 },
  ];
  it.each(outcomes)('tells $says', ({ outcome, want }) => {
    const result = { kind: 'ran', callId, outcome, attempts: [] as never } satisfies ExecResult;
    expect(statusOfResult(result, 'SIGTERM')).toBe(want);
  });

  it.each([
    {
      says: 'what a rule forbids to leave behind',
      changes: { kind: 'discarded', path: '/w/ci', reason: 'CI is ours', rule: 'team.rules:3' },
      want: [126, ['Nothing was changed: CI is ours (/w/ci, by team.rules:3).']],
    },
    {
      says: 'what could not be brought into the workspace',
      changes: { kind: 'failed', because: 'no space', directory: '/h/airlock/1' },
      want: [125, ['Nothing was changed: no space. What the command wrote lies in /h/airlock/1.']],
    },
    {
      says: 'what was broken off half way',
      changes: { kind: 'failed', because: 'killed', directory: '/h/airlock/1', isUnfinished: true },
      want: [
        125,
        [
          'Only part of it is in place, and the next start goes on with it: killed. What the command wrote lies in /h/airlock/1.',
        ],
      ],
    },
    {
      says: 'a conflict, beside the status of the command',
      changes: {
        kind: 'committed',
        count: 1,
        held: [],
        conflicts: [{ path: '/w/a', conflict: 'failed' }],
        direct: [],
      },
      want: [0, ['Not changed: /w/a, because the file system refused it.']],
    },
  ] as const)('tells $says', ({ changes, want }) => {
    const outcome: AttemptOutcome = { kind: 'exited', exitCode: 0, output };
    const record: AttemptRecord = { ...recordOf(outcome), changes };
    const result: ExecResult = { kind: 'ran', callId, outcome, attempts: [record] };
    expect([statusOfResult(result, undefined), sayResult(result)]).toEqual(want);
  });

  const refusals: readonly { refusal: Refusal; want: number }[] = [
    { refusal: { kind: 'denied-by-reviewer', reason: '', message: undefined }, want: 126 },
    { refusal: { kind: 'escalation-not-possible', reason: '' }, want: 126 },
    { refusal: { kind: 'sandbox-unavailable', reason: '', hint: '' }, want: 125 },
    { refusal: { kind: 'bad-request', reason: '' }, want: 2 },
    { refusal: { kind: 'aborted', reason: '' }, want: 130 },
  ];
  it.each(refusals)('tells $refusal.kind', ({ refusal, want }) => {
    expect(statusOfResult({ kind: 'not-run', callId, refusal }, undefined)).toBe(want);
  });
});

describe('sayResult', () => {
  it('says nothing that a terminal obeys, whatever the program is called', () => {
    const outcome = failed({ message: 'Cannot execute \u001b[2J\u009b1m\u202e: no such file' });
    const result: ExecResult = { kind: 'ran', callId, outcome, attempts: [recordOf(outcome)] };
    expect(sayResult(result)).toEqual(['Cannot execute \\e[2J\\u{9b}1m\\u{202e}: no such file']);
  });
});

describe('printEvents', () => {
  const chunk = (stream: 'stdout' | 'stderr', bytes: Uint8Array): ExecEvent => ({
    type: 'output.chunk',
    callId,
    stream,
    bytes,
  });

  async function print(events: readonly ExecEvent[], json: boolean): Promise<readonly string[]> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    async function* each(): AsyncGenerator<ExecEvent> {
      await Promise.resolve();
      yield* events;
    }
    await printEvents(each(), { stdout, stderr, json });
    return [stdout, stderr].map((stream) => String(stream.read() ?? ''));
  }

  it('passes output on untouched, each stream to its own', async () => {
    const events = [chunk('stdout', Buffer.from('a\u001b[1m')), chunk('stderr', Buffer.from('b'))];
    expect(await print(events, false)).toEqual(['a\u001b[1m', 'b']);
  });

  it('prints one line an event, bytes in base64, whatever kind of bytes', async () => {
    const events = [chunk('stdout', Buffer.from([0xff, 0x00])), chunk('stderr', new Uint8Array([1]))];
    const [stdout = '', stderr] = await print(events, true);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { bytes: string }).bytes),
    ).toEqual(['/wA=', 'AQ==']);
    expect(stderr).toBe('');
  });

  it('keeps a line a line', () => {
    const refusal: Refusal = { kind: 'bad-request', reason: 'a\nb\u2028' };
    expect(
      eventLine({ type: 'exec.finished', callId, result: { kind: 'not-run', callId, refusal } }),
    ).not.toContain('\n');
  });
});
