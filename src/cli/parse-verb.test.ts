import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { dispatch } from './main.ts';

interface Run {
  readonly status: number;
  readonly lines: readonly unknown[];
  readonly errors: string;
}

async function parse(args: readonly string[], input: readonly (string | Buffer)[]): Promise<Run> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const written: Buffer[] = [];
  const complained: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => written.push(chunk));
  stderr.on('data', (chunk: Buffer) => complained.push(chunk));
  const status = await dispatch(['parse', ...args], {
    stdin: Readable.from(input.map((chunk) => Buffer.from(chunk))) as never,
    stdout: stdout as never,
    stderr: stderr as never,
    env: {},
    platform: 'linux',
    cwd: '/',
    interrupted: new AbortController().signal,
  });
  const text = Buffer.concat(written).toString('utf8');
  return {
    status,
    lines: text
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line)),
    errors: Buffer.concat(complained).toString('utf8'),
  };
}

describe('cordon parse', () => {
  const rows: readonly {
    readonly says: string;
    readonly input: readonly (string | Buffer)[];
    readonly want: unknown;
  }[] = [
    {
      says: 'prints the commands of a plain script',
      input: ['git status &&', ' ls "a b"\n'],
      want: {
        kind: 'plain',
        commands: [
          ['git', 'status'],
          ['ls', 'a b'],
        ],
      },
    },
    {
      says: 'prints the reason of an opaque one',
      input: ['ls $x'],
      want: { kind: 'opaque', reason: 'expansion' },
    },
    { says: 'calls no input empty', input: [], want: { kind: 'opaque', reason: 'empty' } },
    { says: 'survives a NUL', input: ['a\0b'], want: { kind: 'opaque', reason: 'control-character' } },
    {
      says: 'survives bytes that are no UTF-8',
      input: [Buffer.from([0x61, 0xff])],
      want: { kind: 'opaque', reason: 'invalid-unicode' },
    },
    {
      says: 'joins a character that arrives in two pieces',
      input: [Buffer.from('echo é').subarray(0, 6), Buffer.from('é').subarray(1)],
      want: { kind: 'plain', commands: [['echo', 'é']] },
    },
    {
      says: 'keeps a byte order mark, as bash would',
      input: ['\ufeffls'],
      want: { kind: 'opaque', reason: 'non-ascii-word' },
    },
    {
      says: 'survives a script of any size',
      input: Array.from({ length: 20 }, () => Buffer.alloc(1_000_000, 97)),
      want: { kind: 'opaque', reason: 'too-long' },
    },
  ];
  for (const { says, input, want } of rows) {
    it(says, async () => expect(await parse([], input)).toEqual({ status: 0, lines: [want], errors: '' }));
  }

  it('adds the place and the facts when asked', async () => {
    expect((await parse(['--facts'], ['A=1 rm $x'])).lines).toEqual([
      {
        kind: 'opaque',
        reason: 'expansion',
        literalCommands: [
          {
            words: ['rm', null],
            assignments: [{ name: 'A', value: '1' }],
            redirects: [],
            via: [],
            possible: { 1: [{ pieces: [{ kind: 'variable', name: 'x', needed: false }], isBare: true }] },
          },
        ],
        at: { start: 7, end: 8 },
      },
    ]);
  });

  it('gives commands with something beside their words another kind', async () => {
    expect((await parse([], ["CI=1 npm test 2>&1 > 'a b' | tail"])).lines).toEqual([
      {
        kind: 'plain-with-effects',
        commands: [
          {
            argv: ['npm', 'test'],
            assignments: [{ name: 'CI', value: '1' }],
            redirects: [
              { descriptor: 2, action: 'copy', target: '1' },
              { descriptor: 1, action: 'write', target: 'a b' },
            ],
          },
          { argv: ['tail'] },
        ],
      },
    ]);
  });

  it('refuses a command line it does not know', async () => {
    expect(await parse(['--bogus'], [])).toMatchObject({ status: 2, lines: [] });
    expect(await parse(['file'], [])).toMatchObject({ status: 2, lines: [] });
  });
});

describe('cordon parse --ndjson', () => {
  it('prints one line for each line, and goes on behind a bad one', async () => {
    const input = [
      '"ls"\n{"a":1}\n\nnot json\n"ls',
      ' $x"\n"\\ud800"\n',
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      '"a\\nb"',
    ];
    const unreadable = (line: number): unknown => ({
      kind: 'error',
      line,
      message: `Cannot read line ${line}: it is not a JSON string`,
    });
    expect(await parse(['--ndjson'], input)).toEqual({
      status: 1,
      errors: '',
      lines: [
        { kind: 'plain', commands: [['ls']] },
        unreadable(2),
        unreadable(3),
        unreadable(4),
        { kind: 'opaque', reason: 'expansion' },
        { kind: 'opaque', reason: 'invalid-unicode' },
        unreadable(7),
        { kind: 'plain', commands: [['a'], ['b']] },
      ],
    });
  });

  it('answers with 0 when every line was read, and prints nothing for nothing', async () => {
    expect(await parse(['--ndjson'], ['"ls"\n'])).toMatchObject({ status: 0 });
    expect(await parse(['--ndjson'], [])).toEqual({ status: 0, lines: [], errors: '' });
  });

  it('skips a line that is too long to hold, in bounded memory', async () => {
    const input = ['"', ...Array.from({ length: 9 }, () => Buffer.alloc(1_048_576, 97)), '"\n"ls"\n'];
    expect(await parse(['--ndjson'], input)).toMatchObject({
      status: 1,
      lines: [
        { kind: 'error', line: 1, message: 'Cannot read line 1: it is longer than 8388608 bytes' },
        { kind: 'plain', commands: [['ls']] },
      ],
    });
  });
});
