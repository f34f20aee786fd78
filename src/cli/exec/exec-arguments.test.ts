import { describe, expect, it } from 'vitest';
import { UsageError } from '../edge.ts';
import { type ExecArguments, parseExecArguments } from './exec-arguments.ts';

const defaults: ExecArguments = {
  prompt: { kind: 'stdin' },
  thread: { kind: 'new' },
  isEphemeral: false,
  journals: false,
  preview: undefined,
  outputSchema: undefined,
  images: [],
  json: false,
  includesDeltas: false,
  isVerbose: false,
  outputFile: undefined,
  sandbox: undefined,
  directory: undefined,
  addedDirectories: [],
  denyRead: [],
  network: undefined,
  require: undefined,
  model: undefined,
  profile: undefined,
  overrides: [],
  skipGitRepoCheck: false,
  color: 'auto',
  timeoutMs: undefined,
  maxTurns: 200,
  maxToolCalls: undefined,
  maxRepeats: 10,
  approver: undefined,
  approverTimeoutMs: undefined,
  failOnDenied: false,
  auditFile: undefined,
  summaryFile: undefined,
  notes: [],
};

const rows: readonly { says: string; args: readonly string[]; want: Partial<ExecArguments> }[] = [
  { says: 'nothing means stdin', args: [], want: {} },
  { says: 'a dash means stdin', args: ['-'], want: {} },
  { says: 'a word is the prompt', args: ['fix it'], want: { prompt: { kind: 'text', text: 'fix it' } } },
  {
    says: 'after two dashes a prompt may begin with one',
    args: ['--', '-x'],
    want: { prompt: { kind: 'text', text: '-x' } },
  },
  {
    says: 'every option has its place',
    args: [
      '--json',
      '-o',
      'last',
      '-s',
      'workspace-write',
      '-C',
      'dir',
      '--add-dir',
      'a',
      '--add-dir',
      'b',
      '-m',
      'o3',
      '-p',
      'work',
      '-c',
      'a.b=1',
      '-c',
      'c=x',
      '--skip-git-repo-check',
      '--color',
      'always',
      '--timeout',
      '1.5',
      '--max-turns',
      '7',
      '--max-tool-calls',
      '40',
      '--max-repeats',
      '3',
      '--approver',
      './ask.sh --now',
      '--approver-timeout',
      '2',
      '--fail-on-denied',
      '--audit',
      'audit.jsonl',
      '--summary',
      'summary.md',
      'go',
    ],
    want: {
      prompt: { kind: 'text', text: 'go' },
      json: true,
      outputFile: 'last',
      sandbox: 'workspace-write',
      directory: 'dir',
      addedDirectories: ['a', 'b'],
      model: 'o3',
      profile: 'work',
      overrides: [
        { path: ['a', 'b'], value: 1 },
        { path: ['c'], value: 'x' },
      ],
      skipGitRepoCheck: true,
      color: 'always',
      timeoutMs: 1500,
      maxTurns: 7,
      maxToolCalls: 40,
      maxRepeats: 3,
      approver: './ask.sh --now',
      approverTimeoutMs: 2000,
      failOnDenied: true,
      auditFile: 'audit.jsonl',
      summaryFile: 'summary.md',
    },
  },
  {
    says: 'the long names mean the same',
    args: ['--config', 'a=1', '--model=o3', '--cd=d', '--output-last-message=f', '--sandbox=read-only', '-'],
    want: {
      overrides: [{ path: ['a'], value: 1 }],
      model: 'o3',
      directory: 'd',
      outputFile: 'f',
      sandbox: 'read-only',
    },
  },
  { says: 'the older name of --json still works', args: ['--experimental-json'], want: { json: true } },
  {
    says: 'full auto is workspace-write, and says so',
    args: ['--full-auto'],
    want: {
      sandbox: 'workspace-write',
      notes: ['--full-auto is --sandbox workspace-write; nobody is asked either way'],
    },
  },
  {
    says: 'the bypass is full access',
    args: ['--dangerously-bypass-approvals-and-sandbox'],
    want: { sandbox: 'danger-full-access' },
  },
];

describe('parseExecArguments', () => {
  for (const { says, args, want } of rows)
    it(says, async () => {
      expect(await parseExecArguments(args)).toEqual({ ...defaults, ...want });
    });

  const refused: readonly { says: string; args: readonly string[]; want: string }[] = [
    { says: 'an unknown option', args: ['--nope'], want: "unknown option '--nope'" },
    { says: 'an unknown short option', args: ['-x'], want: "unknown option '-x'" },
    { says: 'a value for a switch', args: ['--json=yes'], want: "option '--json' does not take an argument" },
    {
      says: 'a bypass beside a sandbox',
      args: ['-s', 'read-only', '--dangerously-bypass-approvals-and-sandbox'],
      want: '--sandbox and --dangerously-bypass-approvals-and-sandbox contradict each other',
    },
    {
      says: 'a colour nobody knows',
      args: ['--color', 'red'],
      want: '--color takes always, never, auto, found "red"',
    },
    {
      says: 'a deadline that would overflow the timer',
      args: ['--timeout', '9999999'],
      want: '--timeout takes seconds above 0 and up to 2147483, found "9999999"',
    },
    {
      says: 'a time for nobody',
      args: ['--approver-timeout', '3'],
      want: '--approver-timeout goes with --approver',
    },
    {
      says: 'an approver without a name',
      args: ['--approver', ' '],
      want: '--approver takes a command, or unix:PATH',
    },
    {
      says: 'a negative count',
      args: ['--max-turns=-1'],
      want: '--max-turns takes a whole number from 1, found "-1"',
    },
    {
      says: 'a setting without a key, whose value is not repeated',
      args: ['-c', '=secret'],
      want: '-c : expected KEY=VALUE',
    },
  ];
  for (const { says, args, want } of refused)
    it(`refuses ${says}`, async () => {
      await expect(parseExecArguments(args)).rejects.toEqual(new UsageError(want));
    });
});
