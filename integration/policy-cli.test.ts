// `cordon policy ...` as a person and a script meet it: the built program, real files, exit statuses.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));
const corpus = fileURLToPath(new URL('../src/policy/testdata/rule-files.jsonl', import.meta.url));

interface Lab {
  readonly root: string;
  file(name: string, text: string | Uint8Array): string;
  cordon(args: readonly string[]): Promise<Ended>;
}

interface Ended {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Below the home directory, so that programs in `/usr/bin` are outside every writable root. */
function createLab(): Lab {
  const root = realpathSync(mkdtempSync(join(homedir(), '.cordon-cli-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(`${root}/work`);
  const env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: `${root}/home` };
  return {
    root,
    file(name, text) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
      return join(root, name);
    },
    async cordon(args) {
      const ended = await execa(process.execPath, [bin, 'policy', ...args], {
        cwd: `${root}/work`,
        env,
        extendEnv: false,
        reject: false,
        stripFinalNewline: false,
      });
      return { status: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    },
  };
}

interface CorpusRow {
  readonly says: string;
  readonly files: readonly string[];
  readonly encoding?: 'latin1';
  readonly options?: readonly string[];
  readonly command: readonly string[];
  readonly answer?: unknown;
  readonly printed?: string;
}

/** One in eight: all of them run in-process in src/policy/rule-files.test.ts. */
const sample = readFileSync(corpus, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as CorpusRow)
  .filter(({ says }, index) => index % 8 === 0 || /^(?:cli|enc|json|multi)/.test(says));

describe('policy check', () => {
  it.each(sample)('answers $says', async ({ files, encoding, options, command, answer, printed }) => {
    const { cordon, file } = createLab();
    const rules = files.flatMap((text, index) => [
      '-r',
      file(`p${index}.rules`, Buffer.from(text, encoding ?? 'utf8')),
    ]);
    const { status, stdout, stderr } = await cordon(['check', ...rules, ...(options ?? []), ...command]);
    if (answer === undefined) expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    else {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toBe(printed ?? `${JSON.stringify(answer)}\n`);
    }
  });

  const git =
    'prefix_rule(pattern=["git"])\nprefix_rule(pattern=["--pretty"], decision="prompt")\nprefix_rule(pattern=["--"])\n';
  const words: readonly {
    readonly says: string;
    readonly args: readonly string[];
    readonly decision: string | undefined;
  }[] = [
    { says: 'a file attached to -r', args: ['-rRULES', 'git'], decision: 'allow' },
    { says: 'a file attached to --rules', args: ['--rules=RULES', 'git'], decision: 'allow' },
    {
      says: 'an option after the command as a word',
      args: ['-r', 'RULES', 'ls', '--pretty'],
      decision: undefined,
    },
    {
      says: 'an option after -- as the command',
      args: ['-r', 'RULES', '--', '--pretty'],
      decision: 'prompt',
    },
    { says: 'a second -- as a word', args: ['-r', 'RULES', '--', '--', 'git'], decision: 'allow' },
    {
      says: 'an unknown option as the command',
      args: ['-r', 'RULES', '--bogus', 'git'],
      decision: undefined,
    },
  ];
  it.each(words)('takes $says', async ({ args, decision }) => {
    const { cordon, file } = createLab();
    const rules = file('a.rules', git);
    const { status, stdout } = await cordon(['check', ...args.map((word) => word.replace('RULES', rules))]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { decision?: string }).decision).toBe(decision);
  });

  const wrong: readonly {
    readonly says: string;
    readonly args: readonly string[];
    readonly stderr: RegExp;
  }[] = [
    { says: 'no rules', args: ['git'], stderr: /missing --rules FILE/ },
    { says: 'no command', args: ['-r', 'RULES'], stderr: /missing COMMAND/ },
    { says: 'nothing at all', args: [], stderr: /missing --rules FILE and COMMAND/ },
    { says: '--rules without a file', args: ['--rules', '--pretty', 'git'], stderr: /--rules needs a file/ },
    {
      says: 'a switch given twice',
      args: ['-r', 'RULES', '--pretty', '--pretty', 'git'],
      stderr: /--pretty cannot be given twice/,
    },
    {
      says: 'a switch with a value',
      args: ['-r', 'RULES', '--pretty=yes', 'git'],
      stderr: /--pretty takes no value/,
    },
  ];
  it.each(wrong)('is a usage error: $says', async ({ args, stderr }) => {
    const { cordon, file } = createLab();
    const rules = file('a.rules', git);
    const ended = await cordon(['check', ...args.map((word) => word.replace('RULES', rules))]);
    expect(ended).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(stderr) });
    expect(ended.stderr).toMatch(/\nUsage: cordon policy check --rules FILE/);
  });

  const unusable: readonly {
    readonly says: string;
    readonly make: (file: string) => void;
    readonly because: string;
  }[] = [
    { says: 'missing', make: () => undefined, because: 'it does not exist' },
    { says: 'a directory', make: (file) => mkdirSync(file), because: 'it is a directory' },
    { says: 'a pipe', make: (file) => execFileSync('mkfifo', [file]), because: 'it is not a regular file' },
    {
      says: 'not UTF-8',
      make: (file) => writeFileSync(file, Buffer.from([0xff])),
      because: 'it is not valid UTF-8',
    },
    {
      says: 'a link to itself',
      make: (file) => symlinkSync(file, file),
      because: 'it is a symbolic link; put the rules into a regular file',
    },
    {
      says: 'below a file',
      make: (file) => {
        rmSync(dirname(file), { recursive: true });
        writeFileSync(dirname(file), '');
      },
      because: 'a part of its path is not a directory',
    },
  ];
  it.each(unusable)('names a rule file that is $says', async ({ make, because }) => {
    const { cordon, root } = createLab();
    mkdirSync(`${root}/rules`);
    const file = `${root}/rules/a.rules`;
    make(file);
    expect(await cordon(['check', '-r', file, 'git'])).toEqual({
      status: 1,
      stdout: '',
      stderr: `cordon policy check: Cannot use the rules: 1 mistake\n${file}: Cannot read the rule file: ${because}\n`,
    });
  });

  it.skipIf(process.getuid?.() === 0)('names a rule file it may not read', async () => {
    const { cordon, file } = createLab();
    const rules = file('a.rules', '');
    chmodSync(rules, 0);
    expect(await cordon(['check', '-r', rules, 'git'])).toMatchObject({
      status: 1,
      stderr: /permission is denied/,
    });
  });

  it('names every mistake of every file, with its line and the reason', async () => {
    const { cordon, file } = createLab();
    const one = file('one.rules', 'prefix_rule(pattern=[])\nprefix_rule(pattern=["a"], decision="deny")\n');
    const two = file('two.rules', 'prefix_rule(pattern=["git"], match=["ls"])\n');
    const { status, stderr } = await cordon(['check', '-r', one, '-r', two, 'git']);
    expect(status).toBe(1);
    expect(stderr.split('\n').filter((line) => !line.startsWith('    '))).toEqual([
      'cordon policy check: Cannot use the rules: 3 mistakes',
      `${one}:1:1: Invalid pattern: a pattern cannot be empty`,
      `${one}:2:1: Invalid decision "deny" (did you mean "forbidden"?): use one of "allow", "prompt", "forbidden"`,
      `${two}:1:1: Examples in \`match\` do not meet the rule \`git\`: ls`,
      '',
    ]);
  });

  it.each([
    { command: 'a', status: 0 },
    { command: 'b', status: 10 },
    { command: 'c', status: 11 },
    { command: 'd', status: 12 },
  ])('ends with $status for $command when asked to exit by decision', async ({ command, status }) => {
    const { cordon, file } = createLab();
    const rules = file(
      'a.rules',
      'prefix_rule(pattern=["a"])\nprefix_rule(pattern=["b"], decision="prompt")\nprefix_rule(pattern=["c"], decision="forbidden")\n',
    );
    expect(await cordon(['check', '-r', rules, '--exit-by-decision', command])).toMatchObject({ status });
  });
});

describe('policy explain', () => {
  it('tells every rule that met the command, where it is written, and which one settled it', async () => {
    const { root, cordon, file } = createLab();
    const rules = file(
      'home/rules/default.rules',
      'prefix_rule(pattern=["git"])\nprefix_rule(pattern=["git", "push"], decision="forbidden", justification="ask a colleague")\n',
    );
    const { status, stdout } = await cordon(['explain', '--', 'bash', '-c', 'ls && git -C x push origin']);
    expect(status).toBe(0);
    expect(stdout).toBe(
      `forbidden: a rule forbids it
  bash -c 'ls && git -C x push origin'
    ls
    git -C x push origin
  because: ask a colleague
  reach: the sandbox lets it write in ${root}/work, /tmp

   SAYS       ABOUT                 BY
   safe       ls                    it only reads: ls
   allow      git -C x push origin  git  (${rules}:1)
>  forbidden  git -C x push origin  git push  (${rules}:2)
`.replace('it only reads: ls', stdout.match(/safe +ls +(.*)/)?.[1] ?? ''),
    );
  });

  it('takes a script in one word', async () => {
    const { cordon, file } = createLab();
    const rules = file('only.rules', 'prefix_rule(pattern=["rm"], decision="forbidden")\n');
    const { stdout } = await cordon(['explain', '--json', '--rules', rules, '--script', 'ls > a; rm b']);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'ls > a; rm b', verdict: 'forbidden' });
    expect(await cordon(['explain', '--script', 'ls', 'ls'])).toMatchObject({ status: 2 });
  });

  it('does not let a rule file write to the terminal', async () => {
    const { cordon, file } = createLab();
    const rules = file(
      'a\u001b[2J.rules',
      'prefix_rule(pattern=["a\\u001b[31m"], justification="\\u001b]0;x\\u0007", decision="prompt")\n',
    );
    const listed = await cordon(['list', '--rules', rules]);
    const explained = await cordon(['explain', '--rules', rules, 'a\u001b[31m']);
    const failed = await cordon([
      'check',
      '-r',
      file('b\u001b.rules', 'prefix_rule(pattern=["\\u001b"], match=["\\u001b x", "y"])'),
      'x',
    ]);
    expect(`${listed.stdout}${explained.stdout}${failed.stderr}`).not.toContain('\u001b');
    expect(failed.status).toBe(1);
  });

  it('answers with the whole evaluation as JSON', async () => {
    const { cordon, file } = createLab();
    const rules = file('only.rules', 'prefix_rule(pattern=["touch"])\n');
    const { stdout } = await cordon(['explain', '--json', '--rules', rules, './touch', 'x']);
    expect(JSON.parse(stdout)).toMatchObject({
      command: ['./touch', 'x'],
      verdict: 'unknown',
      decidedBy: { kind: 'heuristic', because: expect.stringMatching(/a rule allows .*not trusted/) },
      errors: [],
    });
  });

  it('says what is wrong with the rules, and what the rest decides', async () => {
    const { cordon, file } = createLab();
    file(
      'home/rules/a.rules',
      'prefix_rule(pattern=["rm"], decision="forbidden")\nprefix_rule(pattern=[])\n',
    );
    const { status, stdout, stderr } = await cordon(['explain', 'rm', 'x']);
    expect([status, stdout.split(':')[0]]).toEqual([1, 'forbidden']);
    expect(stderr).toMatch(/a\.rules:2:1: Invalid pattern/);
  });
});

describe('policy add, list and remove', () => {
  it('save a rule, show it, and take it out', async () => {
    const { cordon, root } = createLab();
    const file = `${root}/home/rules/default.rules`;
    expect(await cordon(['add', '--', 'cargo', 'build'])).toEqual({
      status: 0,
      stdout: `Added: ${file}:1 allows cargo build\n  From now on allowed without a question: every command that starts with cargo build\n`,
      stderr: '',
    });
    expect((await cordon(['add', 'cargo', 'build'])).stdout).toMatch(
      `Already there: ${file}:1 allows cargo build\n`,
    );
    expect((await cordon(['list'])).stdout).toBe(
      `DECISION  COMMANDS THAT START WITH  LIMITS  WRITTEN IN\nallow     cargo build               -       ${file}:1\n`.replace(
        'WRITTEN IN\n',
        `WRITTEN IN${' '.repeat(Math.max(0, `${file}:1`.length - 'WRITTEN IN'.length))}  BECAUSE\n`,
      ),
    );
    expect(JSON.parse((await cordon(['list', '--json'])).stdout)).toMatchObject({
      rules: [{ pattern: ['cargo', 'build'], decision: 'allow', source: { file, line: 1 } }],
      files: [file],
      errors: [],
    });
    expect((await cordon(['remove', 'cargo', 'build'])).stdout).toBe(
      `Removed: ${file}:1 allowed cargo build\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(await cordon(['remove', 'cargo', 'build'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/has no saved rule for cargo build/),
    });
    expect((await cordon(['list'])).stdout).toBe('No rules are in force.\n');
  });

  it('list what a rule file says of changes and connections, too', async () => {
    const { cordon, file } = createLab();
    file(
      'home/rules/a.rules',
      'change_rule(paths = ["db/**"], decision = "forbidden", justification = "Ours.")\nnetwork_rule(host = "a.example", protocol = "https", decision = "allow")\n',
    );
    const { stdout } = await cordon(['list']);
    expect(stdout).toMatch(/forbidden +db\/\*\* +every +\S+a\.rules:1 +Ours\./);
    expect(stdout).toMatch(/allow +https a\.example/);
  });

  it('refuse a prefix that is too broad', async () => {
    const { cordon, root } = createLab();
    expect(await cordon(['add', '--', '/usr/bin/env'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'cordon policy: Cannot remember the prefix: env runs whatever its arguments name\n`--exact` saves these words and no more; `--only-arg` lists what may follow\n',
    });
    expect(existsSync(`${root}/home`)).toBe(false);
  });

  it('save for a project only when the project is trusted', async () => {
    const { cordon, file, root } = createLab();
    expect(await cordon(['add', '--layer', 'project', '--', 'cargo', 'build'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/you are in no trusted project/),
    });
    file('home/config.toml', `[projects.${JSON.stringify(`${root}/work`)}]\ntrust_level = "trusted"\n`);
    const saved = await cordon(['add', '--layer=project', '--json', '--', 'cargo', 'build']);
    expect(JSON.parse(saved.stdout)).toEqual({
      file: join(root, 'work', '.cordon/rules/default.rules'),
      line: 1,
      added: true,
    });
  });
});

describe('policy add of every kind', () => {
  it('writes one line, says what it does, and takes it out by its id', async () => {
    const { cordon, root } = createLab();
    const file = `${root}/home/rules/default.rules`;
    const options = ['--decision', 'forbidden', '--arg', '--force', '--cwd', '.', '--expires', '2130-01-01'];
    const saved = await cordon([
      'add',
      ...options,
      '--because',
      'no',
      '--id',
      'no-force',
      '--',
      'git',
      'push',
    ]);
    expect(saved).toEqual({
      status: 0,
      stdout: `Added: ${file}:1 forbids git push\n  From now on forbidden: every command that starts with git push (id no-force, with --force, in ${root}/work, until 2130-01-02T00:00:00.000Z)\n`,
      stderr: '',
    });
    expect(readFileSync(file, 'utf8')).toBe(
      `prefix_rule(pattern=["git", "push"], decision="forbidden", args=["--force"], cwd=["${root}/work"], expires="2130-01-01", id="no-force", justification="no")\n`,
    );
    const verdictOf = async (...words: string[]): Promise<string | undefined> =>
      (await cordon(['explain', 'git', ...words])).stdout.split(':')[0];
    // With -C the command works in another directory than the rule speaks of, or in the same: nobody can tell.
    expect([await verdictOf('push', '--force'), await verdictOf('-C', 'x', 'push', '--force')]).toEqual([
      'forbidden',
      'prompt',
    ]);
    expect((await cordon(['remove', '--id', 'no-force'])).stdout).toBe(
      `Removed: ${file}:1 had the id no-force\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('refuses what another rule forbids or asks about, and says which', async () => {
    const { cordon, file, root } = createLab();
    const rules = file(
      'home/rules/a.rules',
      'prefix_rule(pattern=["cargo", "yank"], decision="forbidden")\nprefix_rule(pattern=["git", "push"], decision="prompt")\n',
    );
    for (const [words, place] of [
      [['cargo', 'yank', 'x'], `${rules}:1 forbids cargo yank`],
      [['git', 'push'], `${rules}:2 asks about git push`],
    ] as const) {
      const { status, stdout, stderr } = await cordon(['add', '--', ...words]);
      expect({ status, stdout, says: stderr.includes(`${place}, so it would never count`) }).toEqual({
        status: 1,
        stdout: '',
        says: true,
      });
    }
    expect(existsSync(`${root}/home/rules/default.rules`)).toBe(false);
    expect((await cordon(['add', '--decision', 'forbidden', '--', 'git', 'push'])).status).toBe(0);
  });

  it('saves a whole command where its beginning would be too broad', async () => {
    const { cordon, root } = createLab();
    expect((await cordon(['add', '--exact', '--', 'python3', 'x.py'])).status).toBe(0);
    expect(readFileSync(`${root}/home/rules/default.rules`, 'utf8')).toBe(
      'prefix_rule(pattern=["python3", "x.py"], decision="allow", exact=True)\n',
    );
    expect((await cordon(['remove', 'python3', 'x.py'])).status).toBe(0);
  });
});

describe('policy import', () => {
  it('prints a rule file and names what it left out', async () => {
    const { cordon, file } = createLab();
    const settings = file(
      'settings.json',
      JSON.stringify({ permissions: { allow: ['Bash(git log:*)', 'Read(x)'], deny: ['Bash(rm:*)'] } }),
    );
    const { status, stdout, stderr } = await cordon(['import', '--from', 'claude', settings]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'Left out: Read(x): it is not about commands\n2 rules, 1 entry left out\n',
    });
    const rules = file('home/rules/imported.rules', stdout);
    expect((await cordon(['test'])).status).toBe(0);
    expect((await cordon(['check', '--rules', rules, 'rm', 'x'])).stdout).toContain('"decision":"forbidden"');
  });

  it('refuses a file that is none', async () => {
    const { cordon, file } = createLab();
    const nothing = file('x.json', '{}');
    expect(await cordon(['import', '--from', 'claude', nothing])).toMatchObject({ status: 1, stdout: '' });
    expect(await cordon(['import', '--from', 'cursor', nothing])).toMatchObject({ status: 2, stdout: '' });
    expect(await cordon(['import', '--from', 'codex', `${nothing}.gone`])).toMatchObject({ status: 1 });
  });
});

describe('cordon init', () => {
  it('puts a rule set into a project, once', async () => {
    const { root } = createLab();
    const init = async (...args: readonly string[]): Promise<Ended> => {
      const env = { PATH: '/usr/bin:/bin', HOME: root, CORDON_HOME: `${root}/home` };
      const ended = await execa(process.execPath, [bin, 'init', ...args], {
        cwd: `${root}/work`,
        env,
        extendEnv: false,
        reject: false,
      });
      return { status: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    };
    expect((await init()).stdout.split('\n').length).toBeGreaterThanOrEqual(10);
    const made = await init('kubernetes');
    const written = join(root, 'work', '.cordon', 'rules', 'kubernetes.rules');
    expect({ status: made.status, says: made.stdout.startsWith(`Wrote ${written}\n`) }).toEqual({
      status: 0,
      says: true,
    });
    expect(readFileSync(written, 'utf8')).toContain('no-production');
    expect(await init('kubernetes')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it is there already'),
    });
    expect(await init('nonsense')).toMatchObject({ status: 2 });
  });
});

describe('policy check --network', () => {
  const text = [
    'network_rule(host="a.example:8443", protocol="https", decision="allow", justification="Ours.")',
    'network_rule(host="b.example", protocol="https", decision="allow")',
    'network_rule(host="b.example", protocol="http", decision="prompt")',
  ].join('\n');

  it.each([
    {
      says: 'what allows, with its port and reason',
      args: ['--network', 'A.example:8443', '--exit-by-decision'],
      stdout:
        '{"matchedRules":[{"networkRuleMatch":{"host":"a.example","port":8443,"protocol":"https","decision":"allow","justification":"Ours."}}],"decision":"allow"}\n',
      status: 0,
    },
    {
      says: 'the strictest of several',
      args: ['--network=b.example:443', '--exit-by-decision'],
      stdout:
        '{"matchedRules":[{"networkRuleMatch":{"host":"b.example","protocol":"https","decision":"allow"}},{"networkRuleMatch":{"host":"b.example","protocol":"http","decision":"prompt"}}],"decision":"prompt"}\n',
      status: 10,
    },
    {
      says: 'that an unknown host is forbidden',
      args: ['--network', 'c.example:443', '--exit-by-decision'],
      stdout: '{"matchedRules":[],"decision":"forbidden"}\n',
      status: 11,
    },
    { says: 'nothing about what is no endpoint', args: ['--network', '127.1:80'], stdout: '', status: 2 },
    { says: 'nothing beside a command', args: ['--network', 'a.example:1', 'ls'], stdout: '', status: 2 },
  ])('tells $says', async ({ args, stdout, status }) => {
    const { cordon, file } = createLab();
    expect(await cordon(['check', '--rules', file('n.rules', text), ...args])).toMatchObject({
      stdout,
      status,
    });
  });

  it('answers nothing beside a rule whose host can be none', async () => {
    const { cordon, file } = createLab();
    const rules = file(
      'n.rules',
      `${text}\nnetwork_rule(host="b.example:x", protocol="http", decision="deny")\n`,
    );
    expect(await cordon(['check', '-r', rules, '--network', 'b.example:443'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`${rules}:4: "b.example:x" can be no host`),
    });
  });
});

describe('policy list', () => {
  it('shows network rules, also where there is nothing else', async () => {
    const { file, cordon } = createLab();
    const rules = file('n.rules', 'network_rule(host="Example.com", protocol="https", decision="allow")\n');
    expect((await cordon(['list', '--rules', rules])).stdout).toBe(
      `DECISION  CONNECTIONS TO     WRITTEN IN${' '.repeat(rules.length + 2 - 8)}BECAUSE\nallow     https example.com  ${rules}:1\n`,
    );
  });
});

describe('policy test', () => {
  it('runs every example and counts', async () => {
    const { cordon, file } = createLab();
    const rules = file(
      'home/rules/a.rules',
      'prefix_rule(pattern=["git", "log"], match=["git log -1", "git push"], not_match=[["git", "add"]])\n',
    );
    const { status, stdout, stderr } = await cordon(['test']);
    expect(status).toBe(1);
    expect(stdout).toBe(`${rules}
  ok   1: git add does not meet git log
  ok   1: git log -1 meets git log
  FAIL 1: git push meets git log
1 file, 3 examples, 1 failed, 1 mistake
`);
    expect(stderr).toMatch(/a\.rules:1:1: Examples in `match` do not meet/);
  });

  it('takes rule files by themselves', async () => {
    const { cordon, file } = createLab();
    const rules = file('x.rules', 'prefix_rule(pattern=["git", "log"], match=["git log -1"])\n');
    expect(await cordon(['test', rules])).toEqual({
      status: 0,
      stdout: `${rules}\n  ok   1: git log -1 meets git log\n1 file, 1 example, 0 failed\n`,
      stderr: '',
    });
  });

  it('passes when there is nothing to test', async () => {
    expect(await createLab().cordon(['test'])).toEqual({
      status: 0,
      stdout: '0 files, 0 examples, 0 failed\n',
      stderr: '',
    });
  });
});

describe('policy', () => {
  it.each([[], ['nonsense'], ['list', '--nonsense'], ['explain'], ['add', '--layer', 'system', 'x']])(
    'is a usage error: %j',
    async (...args) => {
      const ended = await createLab().cordon(args);
      expect([ended.status, ended.stdout]).toEqual([2, '']);
      expect(ended.stderr).toMatch(/Usage: cordon policy/);
    },
  );

  it.each(['check', 'explain', 'list', 'add', 'remove', 'import', 'test'])(
    'tells how to use %s',
    async (verb) => {
      const { status, stdout } = await createLab().cordon([verb, '--help']);
      expect([status, stdout.startsWith(`Usage: cordon policy ${verb}`)]).toEqual([0, true]);
    },
  );
});
