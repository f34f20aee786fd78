import { describe, expect, it } from 'vitest';
import { buildTrace } from './build-trace.ts';
import type { CommandTrace, TraceRecord } from './command-trace.ts';
import { traceChrome } from './trace-chrome.ts';
import { traceMermaid } from './trace-mermaid.ts';
import { traceTree } from './trace-tree.ts';

const began = (pid: number, parent: number, at: number, ...argv: readonly string[]): TraceRecord => ({
  kind: 'began',
  pid,
  parent,
  at,
  program: `/bin/${argv[0] ?? ''}`,
  cwd: '/w',
  wordCount: argv.length,
  argv,
});
const ended = (pid: number, at: number, exitCode = 0): TraceRecord => ({
  kind: 'ended',
  pid,
  at,
  end: { kind: 'exited', exitCode },
});
const build = (...records: readonly TraceRecord[]): CommandTrace =>
  buildTrace({ records, denials: [], refused: [] });

describe('the tree of a trace', () => {
  it('has each program below the one that started it, with its end and what it changed', () => {
    const trace = build(
      began(2, 0, 0, 'make', 'all'),
      began(3, 2, 1_000, 'cc', '-c', 'a.c'),
      { kind: 'wrote', pid: 3, file: { change: 'created', path: '/w/a.o' } },
      { kind: 'wrote', pid: 3, file: { change: 'renamed', path: '/w/b', from: '/w/a.o' } },
      ended(3, 13_000, 1),
      began(4, 2, 14_000, 'sh'),
      { kind: 'ended', pid: 4, at: 15_500, end: { kind: 'signalled', signal: 'SIGKILL' } },
      ended(2, 20_000, 2),
    );
    expect(traceTree(trace)).toEqual([
      'make all  [exit 2 after 20 ms]',
      '  cc -c a.c  [exit 1 after 12 ms]',
      '    · created /w/a.o',
      '    · renamed /w/a.o to /w/b',
      '  sh  [ended by SIGKILL after 1.5 ms]',
    ]);
  });

  it('tells a program that replaced another one, and a number that came back', () => {
    const trace = build(
      began(2, 0, 0, 'sh'),
      began(3, 2, 0, 'sh', '-c', 'exec a'),
      began(3, 3, 1_000, 'a'),
      ended(3, 2_000),
      began(3, 2, 3_000, 'b'),
    );
    expect(trace.programs.map(({ parent, end }) => [parent, end.kind])).toEqual([
      [undefined, 'with-command'],
      [0, 'replaced'],
      [1, 'exited'],
      [0, 'with-command'],
    ]);
  });

  it('puts what was refused where it was asked for, or to the first program', () => {
    const denial = (pid: number, program: string): never =>
      ({
        restriction: 'file-write',
        confidence: 'certain',
        target: '/etc/x',
        excerpt: '',
        seen: { call: 'openat', pid, program, by: 'landlock' },
      }) as never;
    const refused = (pid: number, parent: number): never =>
      ({
        argv: ['rm', 'x'],
        cwd: '/',
        pid,
        parent,
        because: 'forbidden',
        match: undefined,
        reason: '',
      }) as never;
    const { programs } = buildTrace({
      records: [began(2, 0, 0, 'sh'), began(3, 2, 0, 'touch')],
      denials: [denial(3, '/bin/touch'), denial(9, '/bin/touch'), denial(9, '/bin/gone')],
      refused: [refused(9, 3), refused(9, 8)],
    });
    expect(programs.map(({ denials, refused: not }) => [denials.length, not.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('counts what is lost, and takes a stray record for nothing', () => {
    const trace = build({ kind: 'wrote', pid: 7, file: { change: 'wrote', path: '/x' } }, ended(7, 1), {
      kind: 'lost',
      count: 3,
    });
    expect([trace, traceTree(trace)]).toEqual([
      { programs: [], lost: 3 },
      ['3 records of the trace are lost'],
    ]);
  });
});

describe('a trace that is shown', () => {
  const hostile = build(
    began(2, 0, 0, 'x', '\u001b[2J\u202e"]; p0-->p9', '`#<script>', 'a\nb'.repeat(100)),
    {
      kind: 'wrote',
      pid: 2,
      file: { change: 'created', path: '/w/\u001b]0;t\u0007\n' },
    },
    ended(2, 1_000),
  );

  it('holds nothing that a terminal obeys, and keeps a line a line', () => {
    const lines = traceTree(hostile);
    expect(lines.length).toBe(2);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300);
  });

  it('holds nothing that Mermaid takes for its own', () => {
    const [, node = '', ...more] = traceMermaid(hostile).split('\n');
    expect(more).toEqual(['']);
    expect(/^ {2}p0\["([^"]*)"\]$/u.exec(node)?.[1]?.replaceAll('<br/>', '')).toMatch(/^[\w @%+=:,./#;-]+$/u);
  });

  it('is JSON for a viewer of traces', () => {
    const { traceEvents } = JSON.parse(traceChrome(hostile)) as { traceEvents: readonly object[] };
    expect(traceEvents).toMatchObject([{ ph: 'X', tid: 2, ts: 0, dur: 1_000, args: { cwd: '/w' } }]);
  });

  it('is bounded, however many programs and however deep', () => {
    const deep = build(
      ...Array.from({ length: 5_000 }, (_, at) => began(at + 2, at + 1, at, 'sh', 'y'.repeat(1_000))),
    );
    const lines = traceTree(deep);
    expect([lines.length, lines.at(-1)]).toEqual([2_001, 'and 3000 more programs']);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
    expect(traceMermaid(deep).split('\n').length).toBeLessThan(1_010);
  });
});
