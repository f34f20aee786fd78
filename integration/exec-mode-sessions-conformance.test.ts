// The texts of exec_command and write_stdin, line by line, as the reference's newest version has them and as
// `cordon exec` answers them: one conversation with every call, then one row for each answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, createBench, type ExecBench, type ModelStep, say } from './support/mock-model-server.ts';

interface Call {
  readonly says: string;
  readonly tool?: 'exec_command' | 'write_stdin';
  readonly args: Readonly<Record<string, unknown>>;
  /** The session an earlier row opened. */
  readonly session?: string;
  readonly want: RegExp;
}

const head = (state: string): string =>
  `^Chunk ID: [0-9a-f]{6}\\nWall time: \\d+\\.\\d{4} seconds\\n${state}\\n`;
const exited = (code: number, tokens: number, output: string): RegExp =>
  new RegExp(
    `${head(`Process exited with code ${code}`)}Original token count: ${tokens}\\nOutput:\\n${output}$`,
  );
/** However much of it an earlier answer had. */
const ended = (code: number, output: string): RegExp =>
  new RegExp(`${head(`Process exited with code ${code}`)}Original token count: \\d+\\nOutput:\\n${output}$`);
/** Ids are from 1000 to 99999. */
const running = (output: string): RegExp =>
  new RegExp(
    `${head('Process running with session ID [1-9]\\d{3,4}')}Original token count: \\d+\\nOutput:\\n${output}$`,
  );

const patient = { yield_time_ms: 30_000 };
const soon = { yield_time_ms: 250 };

/** Each list is one answer of the model; what a row opens, later lists may name. */
const turns: readonly (readonly Call[])[] = [
  [
    {
      says: 'a command that ended',
      args: { cmd: 'echo hello; exit 3', ...patient },
      want: exited(3, 2, 'hello\\n'),
    },
    { says: 'a command without output', args: { cmd: 'true', ...patient }, want: exited(0, 0, '') },
    {
      says: 'tokens, a rest counted as one',
      args: { cmd: 'printf 12345', ...patient },
      want: exited(0, 2, '12345'),
    },
    {
      says: 'both streams as one',
      args: { cmd: 'echo out; echo err >&2', ...patient },
      want: exited(0, 2, 'out\\nerr\\n'),
    },
    {
      says: 'output that is cut, with the number of its lines',
      args: { cmd: 'seq 1 100', max_output_tokens: 10, ...patient },
      want: exited(
        0,
        73,
        'Warning: truncated output \\(original token count: 73\\)\\nTotal output lines: 100\\n\\n1\\n2\\n[^…]*…63 tokens truncated…[^…]*\\n100\\n',
      ),
    },
    {
      says: 'a command without a terminal and without input unless it asks',
      args: { cmd: 'test -t 0 || echo none; cat', ...patient },
      want: exited(0, 2, 'none\\n'),
    },
    {
      says: 'a terminal of 24 rows and 80 columns',
      args: { cmd: 'test -t 0 && stty size', tty: true, ...patient },
      want: exited(0, 2, '24 80\\r\\n'),
    },
    {
      says: 'the forced environment',
      args: {
        cmd: 'echo "$NO_COLOR|$TERM|$LANG|$LC_CTYPE|$LC_ALL|[$COLORTERM]|$PAGER|$GIT_PAGER|$GH_PAGER|$CORDON_CI"',
        ...patient,
      },
      want: exited(0, 12, '1\\|dumb\\|C.UTF-8\\|C.UTF-8\\|C.UTF-8\\|\\[\\]\\|cat\\|cat\\|cat\\|1\\n'),
    },
    {
      says: 'a directory below the workspace',
      args: { cmd: 'basename "$PWD"', workdir: 'below', ...patient },
      want: exited(0, 2, 'below\\n'),
    },
    {
      says: 'the workspace itself for an empty directory',
      args: { cmd: 'basename "$PWD"', workdir: '', ...patient },
      want: exited(0, 3, 'workspace\\n'),
    },
    {
      says: 'a program that a signal ended',
      args: { cmd: 'kill -TERM $$', ...patient },
      want: exited(143, 0, 'command was killed by SIGTERM\\n'),
    },
    {
      says: 'a command that goes on',
      args: { cmd: 'echo first; read line; echo "got $line"; exit 4', tty: true, ...soon },
      want: running('(first\\r\\n)?'),
    },
    {
      says: 'a command that goes on without a terminal',
      args: { cmd: 'echo up; sleep 600', yield_time_ms: 1_000 },
      want: running('(up\\n)?'),
    },
    {
      says: 'half a character, which is kept back',
      args: {
        cmd: 'stty -echo; printf "\\303"; read line; printf "\\251"; read line; printf "\\303"',
        tty: true,
        yield_time_ms: 1_000,
      },
      want: running(''),
    },
    {
      says: 'a command that is missing',
      args: { ...patient },
      want: /^failed to parse function arguments: cmd: /,
    },
  ],
  [
    {
      says: 'an id that never was',
      tool: 'write_stdin',
      args: { session_id: 424_242, chars: '' },
      want: /^write_stdin failed: Unknown process id 424242$/,
    },
    {
      says: 'an input that is closed',
      tool: 'write_stdin',
      session: 'a command that goes on without a terminal',
      args: { chars: 'y\n' },
      want: /^write_stdin failed: stdin is closed for this session; rerun exec_command with tty=true to keep stdin open$/,
    },
    {
      says: 'a program that ends while it is waited for',
      tool: 'write_stdin',
      session: 'a command that goes on',
      args: { chars: 'words\n', ...patient },
      want: ended(4, '(first\\r\\n)?words\\r\\ngot words\\r\\n'),
    },
    {
      says: 'the other half of the character',
      tool: 'write_stdin',
      session: 'half a character, which is kept back',
      args: { chars: '\n', yield_time_ms: 1_000 },
      want: running('é'),
    },
  ],
  [
    {
      says: 'a finished program again, with the same end and the same output',
      tool: 'write_stdin',
      session: 'a command that goes on',
      args: { chars: '' },
      want: ended(4, '(first\\r\\n)?words\\r\\ngot words\\r\\n'),
    },
    {
      says: 'something typed to a finished program',
      tool: 'write_stdin',
      session: 'a command that goes on',
      args: { chars: 'more\n' },
      want: /^write_stdin failed: session \d+ has already finished; nothing was typed$/,
    },
    {
      says: 'a lone Ctrl-C without a terminal',
      tool: 'write_stdin',
      session: 'a command that goes on without a terminal',
      args: { chars: '\u0003', ...patient },
      want: ended(130, 'command was killed by SIGINT\\n(up\\n)?'),
    },
    {
      says: 'half a character at the very end, which is nothing more',
      tool: 'write_stdin',
      session: 'half a character, which is kept back',
      args: { chars: '\n', ...patient },
      want: exited(0, 1, '\uFFFD'),
    },
  ],
];

const rows = turns.flat();
const idOf = (says: string): string => `c${rows.findIndex((row) => row.says === says)}`;

function step(calls: readonly Call[]): Parameters<typeof createBench>[0][number] {
  return ({ body }): ModelStep => ({
    items: calls.map(({ says, tool = 'exec_command', session, args }) => {
      const opener = body.input.find(
        ({ call_id, output }) => session !== undefined && call_id === idOf(session) && output !== undefined,
      );
      const named = /session ID (\d+)/.exec(opener?.output ?? '')?.[1];
      return call(idOf(says), tool, named === undefined ? args : { session_id: Number(named), ...args });
    }),
  });
}

describe('the answer about', () => {
  let bench: ExecBench | undefined;
  let outputs: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    bench = await createBench([...turns.map(step), { items: [say('done')] }], {
      'workspace/below/.keep': '',
    });
    const run = await bench.run({ args: ['-s', 'danger-full-access'] });
    expect(run.status).toBe(0);
    outputs = bench.server.outputs();
  }, 120_000);

  afterAll(async () => await bench?.[Symbol.asyncDispose]());

  for (const { says, want } of rows) it(says, () => expect(outputs[idOf(says)]).toMatch(want));
});
