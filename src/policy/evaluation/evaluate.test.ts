// What an input means under a set of rules. Most rows are attacks: a way to spell, wrap or place a command so that
// the rule somebody wrote is not met.
import { describe, expect, it } from 'vitest';
import type { EvaluationVerdict, ParsedCommand } from '../../domain/index.ts';
import {
  argv,
  behind,
  contextOf,
  opaque,
  policyOf,
  script,
  scriptIn,
  usualDisk,
  type Disk,
} from '../testdata/world.ts';
import { evaluate } from './evaluate.ts';

interface Row {
  readonly says: string;
  readonly rules: string;
  readonly input: ParsedCommand;
  readonly want: EvaluationVerdict;
  readonly path?: string;
  readonly disk?: Disk;
}

async function verdictOf({ rules, input, path, disk }: Row): Promise<EvaluationVerdict> {
  const context = contextOf({
    ...(path === undefined ? {} : { path }),
    ...(disk === undefined ? {} : { disk }),
  });
  return evaluate(await policyOf(rules), input, context).verdict;
}

const allowGit = 'prefix_rule(pattern=["git", "status"])\n';
const allowTouch = 'prefix_rule(pattern=["touch"])\n';
const forbidRm = 'prefix_rule(pattern=["rm"], decision="forbidden")\n';
const forbidPush = 'prefix_rule(pattern=["git", "push"], decision="forbidden")\n';
const promptCargo = 'prefix_rule(pattern=["cargo"], decision="prompt")\n';

const strictestWins: readonly Row[] = [
  { says: 'allows a covered command', rules: allowGit, input: argv('git', 'status', '-s'), want: 'allowed' },
  { says: 'knows nothing of an uncovered one', rules: allowGit, input: argv('git', 'push'), want: 'unknown' },
  {
    says: 'needs every command of a script covered',
    rules: allowTouch,
    input: script('touch a', 'cp a b'),
    want: 'unknown',
  },
  {
    says: 'allows a script whose every command is covered',
    rules: allowTouch + allowGit,
    input: script('touch a', 'git status'),
    want: 'allowed',
  },
  {
    says: 'lets the one dangerous command speak for a script with allowed ones',
    rules: allowTouch,
    input: script('touch a', 'rm -rf /'),
    want: 'dangerous',
  },
  {
    says: 'forbids a script for one command in it',
    rules: allowTouch + forbidRm,
    input: script('touch a', 'rm a'),
    want: 'forbidden',
  },
  {
    says: 'asks for a script for one command in it, though the others are allowed',
    rules: allowTouch + promptCargo,
    input: script('touch a', 'cargo build'),
    want: 'prompt',
  },
  {
    says: 'does not let an exact path that is allowed hide a name that is forbidden',
    rules: `prefix_rule(pattern=["/bin/rm"])\n${forbidRm}`,
    input: argv('/bin/rm', 'x'),
    want: 'forbidden',
  },
  {
    says: 'does not let a narrower allow rule win',
    rules: `${promptCargo}prefix_rule(pattern=["cargo", "build"])\n`,
    input: argv('cargo', 'build'),
    want: 'prompt',
  },
];

const denials: readonly Row[] = [
  {
    says: 'meets a path by its base name',
    rules: forbidRm,
    input: argv('/opt/x/rm', 'f'),
    want: 'forbidden',
  },
  {
    says: 'meets a relative path by its base name',
    rules: forbidRm,
    input: argv('./rm', 'f'),
    want: 'forbidden',
  },
  {
    says: 'meets a path with a trailing slash',
    rules: forbidRm,
    input: argv('/bin/rm/', 'f'),
    want: 'forbidden',
  },
  {
    says: 'is not narrowed by a host_executable table',
    rules: `host_executable(name="rm", paths=["/bin/rm"])\n${forbidRm}`,
    input: argv('/usr/bin/rm', 'x'),
    want: 'forbidden',
  },
  {
    says: 'meets a link in the workspace by the name of the file behind it',
    rules: 'prefix_rule(pattern=["touch"], decision="forbidden")\n',
    input: argv('./t', 'f'),
    want: 'forbidden',
  },
  {
    says: 'meets a bare name by the path it is found at',
    rules: 'prefix_rule(pattern=["/usr/bin/rm"], decision="forbidden")\n',
    input: argv('rm', 'x'),
    want: 'forbidden',
  },
  {
    says: 'meets the same file under another path',
    rules: 'prefix_rule(pattern=["/usr/bin/rm"], decision="forbidden")\n',
    input: argv('/bin/rm', 'x'),
    want: 'forbidden',
  },
  {
    says: 'meets a path that takes a detour',
    rules: 'prefix_rule(pattern=["/usr/bin/rm"], decision="forbidden")\n',
    input: argv('/usr/../usr//bin/rm', 'x'),
    want: 'forbidden',
  },
  {
    says: 'does not meet another file of the same name by a rule about a path',
    rules: 'prefix_rule(pattern=["/opt/rm"], decision="forbidden")\n',
    input: argv('ls'),
    want: 'safe',
  },
  {
    says: 'looks past global options',
    rules: forbidPush,
    input: argv('git', '-C', 'x', 'push'),
    want: 'forbidden',
  },
  {
    says: 'looks past options nobody knows, with and without a value',
    rules: forbidPush,
    input: argv('git', '--new', 'value', '--other', 'push'),
    want: 'forbidden',
  },
  {
    says: 'looks past -c and a path to the program at once',
    rules: forbidPush,
    input: argv('/usr/bin/git', '-c', 'a=b', '--no-pager', 'push'),
    want: 'forbidden',
  },
  {
    says: 'compares from the first word when the rule says skip_options=False',
    rules: 'prefix_rule(pattern=["git", "push"], decision="forbidden", skip_options=False)\n',
    input: argv('git', '-C', 'x', 'push'),
    want: 'unknown',
  },
  {
    says: 'meets a command behind a wrapper',
    rules: forbidRm,
    input: behind('sudo rm x', [{ words: 'rm x', via: 'sudo' }]),
    want: 'forbidden',
  },
  {
    says: 'meets a link behind a wrapper by the name of the file behind it',
    rules: 'prefix_rule(pattern=["touch"], decision="forbidden")\n',
    input: behind('sudo ./t x', [{ words: './t x', via: 'sudo' }]),
    want: 'forbidden',
  },
  {
    says: 'beats an allow rule for the wrapper',
    rules: `prefix_rule(pattern=["xargs"])\n${forbidRm}`,
    input: behind('xargs rm', [{ words: 'rm', via: 'xargs' }]),
    want: 'forbidden',
  },
  {
    says: 'asks when a wrapper runs a word nobody knows',
    rules: forbidRm,
    input: behind('xargs x', [{ words: '?', via: 'xargs' }]),
    want: 'prompt',
  },
  {
    says: 'folds case when it says so',
    rules: 'prefix_rule(pattern=["RM"], decision="forbidden", canonical_matching=True)\n',
    input: argv('/bin/rm', 'x'),
    want: 'forbidden',
  },
];

const opaqueInput: readonly Row[] = [
  { says: 'is never allowed', rules: allowTouch, input: opaque('redirection', 'touch a'), want: 'opaque' },
  {
    says: 'meets a deny rule',
    rules: forbidRm,
    input: opaque('redirection', 'ls', 'rm x'),
    want: 'forbidden',
  },
  { says: 'meets a prompt rule', rules: promptCargo, input: opaque('background', 'cargo b'), want: 'prompt' },
  {
    says: 'is not asked about for other programs',
    rules: forbidRm,
    input: opaque('background', 'ls ?'),
    want: 'opaque',
  },
  {
    says: 'is asked about for an unknown program',
    rules: forbidRm,
    input: opaque('expansion', '? -rf x'),
    want: 'prompt',
  },
  {
    says: 'is asked about for an unknown word of the rule',
    rules: forbidPush,
    input: opaque('expansion', 'git ?'),
    want: 'prompt',
  },
  {
    says: 'is asked about for a word that may become several',
    rules: forbidPush,
    input: opaque('expansion', 'git -C ? log'),
    want: 'prompt',
  },
  {
    says: 'is not asked about when a known word rules it out',
    rules: forbidPush,
    input: opaque('expansion', 'git log ?'),
    want: 'opaque',
  },
  {
    says: 'is not asked about without rules that ask or forbid',
    rules: allowTouch,
    input: opaque('expansion', '?'),
    want: 'opaque',
  },
  {
    says: 'is asked about when it reads commands from somewhere else',
    rules: forbidRm,
    input: opaque('stateful-builtin', 'source x', '?'),
    want: 'prompt',
  },
  {
    says: 'is forbidden when it renames a forbidden command',
    rules: forbidRm,
    input: opaque('stateful-builtin', 'alias r=rm', 'rm ?', 'r x'),
    want: 'forbidden',
  },
  {
    says: 'is asked about when nothing could be read',
    rules: forbidRm,
    input: opaque('too-long'),
    want: 'prompt',
  },
  {
    says: 'is not asked about when there is nothing to read',
    rules: forbidRm,
    input: opaque('empty'),
    want: 'opaque',
  },
  {
    says: 'is dangerous for a dangerous command in it',
    rules: '',
    input: opaque('redirection', 'rm -rf /'),
    want: 'dangerous',
  },
  {
    says: 'meets a rule about a shell inside',
    rules: 'prefix_rule(pattern=["bash", "-c"], decision="prompt")\n',
    input: opaque('redirection', 'bash -c ls'),
    want: 'prompt',
  },
  {
    says: 'is looked through like a script that is split: the shell around it meets no rule',
    rules: 'prefix_rule(pattern=["bash", "-c"], decision="prompt")\n',
    input: opaque('redirection', 'ls'),
    want: 'opaque',
  },
];

const allowances: readonly Row[] = [
  {
    says: 'trusts a system path by its base name',
    rules: allowGit,
    input: argv('/usr/bin/git', 'status'),
    want: 'allowed',
  },
  {
    says: 'does not trust a file of the workspace',
    rules: allowTouch,
    input: argv('./touch', 'f'),
    want: 'unknown',
  },
  {
    says: 'does not trust an absolute path into the workspace',
    rules: allowTouch,
    input: argv('/site/t', 'f'),
    want: 'unknown',
  },
  {
    says: 'does not trust a name that is found in the workspace first',
    rules: allowTouch,
    input: argv('touch', 'f'),
    path: '/site:/usr/bin',
    disk: { files: ['/site/touch', ...usualDisk.files] },
    want: 'unknown',
  },
  {
    says: 'does not trust a name that is nowhere',
    rules: 'prefix_rule(pattern=["nothere"])\n',
    input: argv('nothere'),
    want: 'unknown',
  },
  {
    says: 'takes a path the rule spells at its word',
    rules: 'prefix_rule(pattern=["./build.sh"])\n',
    input: argv('./build.sh', '-v'),
    want: 'allowed',
  },
  {
    says: 'knows the shell answers builtins itself',
    rules: 'prefix_rule(pattern=["echo"])\n',
    input: script('echo hi'),
    want: 'allowed',
  },
  {
    says: 'does not take a lone argv for a builtin',
    rules: 'prefix_rule(pattern=["wait"])\n',
    input: argv('wait'),
    want: 'unknown',
  },
  {
    says: 'obeys a host_executable table',
    rules: `host_executable(name="git", paths=["/opt/git"])\n${allowGit}`,
    input: argv('/usr/bin/git', 'status'),
    want: 'unknown',
  },
  {
    says: 'does not look past global options',
    rules: allowGit,
    input: argv('git', '-c', 'core.pager=x', 'status'),
    want: 'unknown',
  },
  {
    says: 'looks past harmless ones when the rule says so',
    rules: 'prefix_rule(pattern=["git", "status"], skip_options=True)\n',
    input: argv('git', '-C', 'x', '--no-pager', 'status'),
    want: 'allowed',
  },
  {
    says: 'never looks past an option that names code',
    rules: 'prefix_rule(pattern=["git", "status"], skip_options=True)\n',
    input: argv('git', '-C', 'x', '-c', 'core.fsmonitor=./evil', 'status'),
    want: 'unknown',
  },
  {
    says: 'never looks past an option that names code, written as one word',
    rules: 'prefix_rule(pattern=["git", "status"], skip_options=True)\n',
    input: argv('git', '--exec-path=./evil', 'status'),
    want: 'unknown',
  },
  {
    says: 'counts for nothing when the shell itself is not trusted',
    rules: allowGit,
    input: { ...script('git status'), shells: ['./bash'] } as ParsedCommand,
    want: 'unknown',
  },
  {
    says: 'counts for nothing when a shell around a trusted one is not',
    rules: allowGit,
    input: { ...script('git status', 'git status'), shells: ['./bash', '/usr/bin/bash'] } as ParsedCommand,
    want: 'unknown',
  },
  {
    says: 'knows that env looks for a file, not for a builtin of the shell around it',
    rules: 'prefix_rule(pattern=["echo"], env=["CI"])\n',
    input: script('env CI=1 echo hi'),
    want: 'unknown',
  },
];

const limits: readonly Row[] = [
  {
    says: 'exact: nothing may follow',
    rules: 'prefix_rule(pattern=["git", "status"], exact=True)\n',
    input: argv('git', 'status', '-s'),
    want: 'unknown',
  },
  {
    says: 'exact: the very command',
    rules: 'prefix_rule(pattern=["git", "status"], exact=True)\n',
    input: argv('git', 'status'),
    want: 'allowed',
  },
  {
    says: 'exact: an unknown word may vanish',
    rules: 'prefix_rule(pattern=["rm"], exact=True, decision="forbidden")\n',
    input: opaque('expansion', 'rm ?'),
    want: 'prompt',
  },
  {
    says: 'unless: an exception is not covered',
    rules: 'prefix_rule(pattern=["git"], unless=["git push"])\n',
    input: argv('git', 'push'),
    want: 'unknown',
  },
  {
    says: 'unless: global options do not hide an exception',
    rules: 'prefix_rule(pattern=["git"], unless=["git push"])\n',
    input: argv('git', '-C', 'x', 'push'),
    want: 'unknown',
  },
  {
    says: 'unless: the rest is covered',
    rules: 'prefix_rule(pattern=["git"], unless=["git push"])\n',
    input: argv('git', 'log'),
    want: 'allowed',
  },
  {
    says: 'unless: lifts a deny rule for the exception only',
    rules: 'prefix_rule(pattern=["rm"], decision="forbidden", unless=[["rm", "-i"]])\n',
    input: argv('rm', '-i', 'x'),
    want: 'unknown',
  },
  {
    says: 'unless: an unknown word buys no way out of a deny rule',
    rules: 'prefix_rule(pattern=["rm"], decision="forbidden", unless=[["rm", "-i"]])\n',
    input: opaque('expansion', 'rm ? x'),
    want: 'forbidden',
  },
  {
    says: 'anywhere: a word at any place after the program',
    rules: 'prefix_rule(pattern=["git", "push"], decision="forbidden", anywhere=[["--force", "-f"]])\n',
    input: argv('git', 'push', 'origin', '-f'),
    want: 'forbidden',
  },
  {
    says: 'anywhere: not without the word',
    rules: 'prefix_rule(pattern=["git", "push"], decision="forbidden", anywhere=[["--force", "-f"]])\n',
    input: argv('git', 'push', 'origin'),
    want: 'unknown',
  },
  {
    says: 'anywhere: an unknown word might be it',
    rules: 'prefix_rule(pattern=["git", "push"], decision="forbidden", anywhere=[["--force", "-f"]])\n',
    input: opaque('expansion', 'git push ?'),
    want: 'prompt',
  },
  {
    says: 'env: carries the assignments the rule lists',
    rules: 'prefix_rule(pattern=["npm", "test"], env=["NODE_ENV", "CI=1"])\n',
    input: argv('env', 'NODE_ENV=test', 'CI=1', 'npm', 'test'),
    want: 'allowed',
  },
  {
    says: 'env: carries no other value',
    rules: 'prefix_rule(pattern=["npm", "test"], env=["CI=1"])\n',
    input: argv('env', 'CI=0', 'npm', 'test'),
    want: 'unknown',
  },
  {
    says: 'env: carries no other assignment',
    rules: 'prefix_rule(pattern=["npm", "test"], env=["CI"])\n',
    input: argv('env', 'CI=1', 'PATH=/site', 'npm', 'test'),
    want: 'unknown',
  },
  {
    says: 'env: no option of env',
    rules: 'prefix_rule(pattern=["npm", "test"], env=["CI"])\n',
    input: argv('env', 'CI=1', '-S', 'npm test'),
    want: 'unknown',
  },
  {
    says: 'cwd: below the directory',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/site"])\n',
    input: argv('npm', 'test'),
    want: 'allowed',
  },
  {
    says: 'cwd: not in another',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/srv"])\n',
    input: argv('npm', 'test'),
    want: 'unknown',
  },
  {
    says: 'cwd: not in a directory whose name only starts alike',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/wor"])\n',
    input: argv('npm', 'test'),
    want: 'unknown',
  },
  {
    says: 'cwd: not where the script does not tell',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/site"])\n',
    input: scriptIn({ kind: 'uncertain' }, 'npm test'),
    want: 'unknown',
  },
  {
    says: 'cwd: not where a cd led away',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/site"])\n',
    input: scriptIn({ kind: 'changed', path: '/usr' }, 'npm test'),
    want: 'unknown',
  },
  {
    says: 'cwd: a deny rule speaks where the script does not tell',
    rules: 'prefix_rule(pattern=["npm"], cwd=["/site"], decision="forbidden")\n',
    input: scriptIn({ kind: 'uncertain' }, 'npm test'),
    want: 'prompt',
  },
];

describe.each([
  ['the strictest of everything', strictestWins],
  ['a rule that asks or forbids', denials],
  ['an opaque script', opaqueInput],
  ['an allow rule', allowances],
  ['a limit', limits],
])('%s', (_, rows) => {
  it.each(rows)('$says', async (row) => {
    expect(await verdictOf(row)).toBe(row.want);
  });
});

describe('a program that only its options say is started', () => {
  const guessed = {
    words: ['rm', 'x'],
    assignments: [],
    redirects: [],
    via: ['tool'],
    isGuess: true,
  } as const;
  const input = { ...argv('tool', '--', 'rm', 'x') } as Extract<ParsedCommand, { kind: 'plain' }>;
  const guessing: ParsedCommand = { ...input, literalCommands: [...input.literalCommands, guessed] };

  it('is asked about where a rule forbids it, as a possible match', async () => {
    const { verdict, decidedBy } = evaluate(await policyOf(forbidRm), guessing, contextOf());
    expect({ verdict, kind: decidedBy.kind }).toEqual({ verdict: 'prompt', kind: 'possible-rule' });
  });

  it('takes nothing from a rule that allows the program', async () => {
    const policy = await policyOf('prefix_rule(pattern=["/usr/bin/git"])\n');
    const allowed = argv('/usr/bin/git', 'x', '--', 'rm') as Extract<ParsedCommand, { kind: 'plain' }>;
    const both: ParsedCommand = { ...allowed, literalCommands: [...allowed.literalCommands, guessed] };
    expect(evaluate(policy, both, contextOf()).verdict).toBe('allowed');
  });

  it('is nothing where no rule speaks about it', async () => {
    expect(evaluate(await policyOf(promptCargo), guessing, contextOf()).verdict).not.toBe('prompt');
  });
});

describe('what an evaluation names', () => {
  it('is every match, the strictest and longest as the one that settled it', async () => {
    const policy = await policyOf(
      'prefix_rule(pattern=["git"], decision="prompt")\n' +
        'prefix_rule(pattern=["git", "push"], decision="forbidden", justification="ask a colleague")\n',
    );
    const input = argv('/usr/bin/git', 'push', 'x');
    const rule = {
      kind: 'rule',
      command: ['/usr/bin/git', 'push', 'x'],
      resolvedProgram: '/usr/bin/git',
    };
    const prompt = {
      ...rule,
      decision: 'prompt',
      matchedPrefix: ['git'],
      justification: undefined,
      source: { kind: 'file', file: 'test.rules', line: 1 },
    };
    const forbidden = {
      ...rule,
      decision: 'forbidden',
      matchedPrefix: ['git', 'push'],
      justification: 'ask a colleague',
      source: { kind: 'file', file: 'test.rules', line: 2 },
    };
    expect(evaluate(policy, input, contextOf())).toEqual({
      verdict: 'forbidden',
      decidedBy: forbidden,
      matches: [prompt, forbidden],
      parsed: input,
    });
  });

  it('is a rule in another case where the file system folds case', async () => {
    const policy = await policyOf(forbidRm);
    const context = contextOf();
    const folding = { ...context, resolve: { ...context.resolve, foldsCase: true } };
    const spellings = [argv('RM', 'x'), argv('/bin/Rm', 'x'), opaque('redirection', 'rM x')];
    expect(spellings.map((input) => evaluate(policy, input, context).verdict)).not.toContain('forbidden');
    expect(spellings.map((input) => evaluate(policy, input, folding).verdict)).toEqual([
      'forbidden',
      'forbidden',
      'forbidden',
    ]);
  });

  it('says why an allow rule did not count', async () => {
    const policy = await policyOf(allowTouch);
    expect(evaluate(policy, argv('./t'), contextOf()).decidedBy).toMatchObject({ kind: 'heuristic' });
    const disk = { files: ['/site/touch'] };
    expect(evaluate(policy, argv('./touch'), contextOf({ disk })).decidedBy).toEqual({
      kind: 'heuristic',
      class: 'unknown',
      command: ['./touch'],
      because:
        'a rule allows ./touch, but the file that would run is not trusted: /site/touch is in the workspace',
    });
  });
});
