// What the lint says to a rule file, row by row; and that it says nothing to the rules people write.
import { describe, expect, it } from 'vitest';
import { runRuleFile } from '../language/run-rule-file.ts';
import { Policy } from '../rules/policy.ts';
import { lintRules } from './lint-rules.ts';

async function lint(text: string): Promise<readonly string[]> {
  const file = await runRuleFile('t.rules', text, { hostsBefore: new Map(), place: { base: '/site' } });
  expect(file.errors).toEqual([]);
  const world = { exists: (path: string) => path === '/site', now: Date.UTC(2026, 0, 1) };
  return lintRules(new Policy(file), world).map(({ source, message }) =>
    source.kind === 'file' ? `${source.line}: ${message}` : message,
  );
}

const rows: readonly {
  readonly says: string;
  readonly rules: string;
  readonly warnings: readonly string[];
}[] = [
  {
    says: 'a blank in a word',
    rules: 'prefix_rule(pattern=["cargo", "build x"])',
    warnings: [
      '1: "build x" has a blank: it meets one quoted argument, and words apart are written as words apart',
    ],
  },
  {
    says: 'a command line as a program',
    rules: 'prefix_rule(pattern=["cargo build"])',
    warnings: ['1: "cargo build" has a blank: each word of a command is a word of its own in the pattern'],
  },
  {
    says: 'a star without wildcards',
    rules: 'prefix_rule(pattern=["cargo", "test*"])',
    warnings: ['1: "test*" meets a star as it is: for any characters say `wildcards = True`'],
  },
  {
    says: 'an empty word',
    rules: 'prefix_rule(pattern=["cargo", ""])\nprefix_rule(pattern=[""])',
    warnings: [
      '1: A word is empty: it meets an empty argument and nothing else',
      '2: The program is an empty word, and no command starts with one',
      '2: It allows nearly anything: it names no program',
    ],
  },
  {
    says: 'an assignment as a program',
    rules: 'prefix_rule(pattern=["CI=1", "cargo"], decision="prompt")',
    warnings: [
      '1: "CI=1" is an assignment, not a program: name the program, and list what may stand in front of it in `env`',
    ],
  },
  {
    says: 'a home and a variable that a shell replaces',
    rules: 'prefix_rule(pattern=["~/bin/x"], decision="prompt")\nprefix_rule(pattern=["cargo", "$HOME"])',
    warnings: [
      '1: "~/bin/x" never meets: a shell replaces `~` before the program is known',
      '2: "$HOME" meets these characters: a shell replaces a variable before the word is known',
    ],
  },
  {
    says: 'an exception that lets danger go',
    rules: 'prefix_rule(pattern=["git"], decision="forbidden", unless=["git push", "git log"])',
    warnings: [
      '1: The exception git push lets `git push --force`, `git push --mirror`, `git push --delete origin main` go as well',
    ],
  },
  {
    says: 'an exception that takes everything',
    rules: 'prefix_rule(pattern=["cargo", "build"], decision="prompt", unless=["cargo build"])',
    warnings: ['1: No command can meet it: `unless` takes out everything that starts with cargo build'],
  },
  {
    says: 'arguments that contradict each other',
    rules:
      'prefix_rule(pattern=["cargo", "build"], args=["-x"], no_args=["-x"])\nprefix_rule(pattern=["cargo", "doc"], exact=True, min_args=1)',
    warnings: [
      '1: No command can meet it: `no_args` excludes what `args` asks for',
      '2: No command can meet it: `exact` leaves no room for the arguments it asks for',
    ],
  },
  {
    says: 'an allow rule that another rule overrules',
    rules: 'prefix_rule(pattern=["cargo", "build", "x"])\nprefix_rule(pattern=["cargo"], decision="prompt")',
    warnings: ['1: It never counts: t.rules:2 (prompt cargo) is stricter and meets every command it meets'],
  },
  {
    says: 'a rule that says what another said',
    rules:
      'prefix_rule(pattern=["cargo", "build"])\nprefix_rule(pattern=["cargo", ["build", "test"]])\nprefix_rule(pattern=["cargo", "build"])',
    warnings: ['3: It adds nothing: t.rules:1 (allow cargo build) says the same to every command it meets'],
  },
  {
    says: 'two rules that contradict each other',
    rules:
      'prefix_rule(pattern=["cargo", "build"])\nprefix_rule(pattern=["cargo", "build"], decision="forbidden")',
    warnings: [
      '1: It never counts: t.rules:2 (forbidden cargo build) is stricter and meets every command it meets',
    ],
  },
  {
    says: 'directories that are not there',
    rules:
      'prefix_rule(pattern=["cargo", "build"], cwd=[".", "gone"])\nprefix_rule(pattern=["rm"], decision="forbidden", paths_outside=["/nowhere"])',
    warnings: ['1: The directory /site/gone does not exist', '2: The directory /nowhere does not exist'],
  },
  {
    says: 'a program that is not there',
    rules: 'prefix_rule(pattern=["/opt/gone/tool", "x"])',
    warnings: ['1: There is no program /opt/gone/tool'],
  },
  {
    says: 'a table of programs that are nowhere',
    rules:
      'prefix_rule(pattern=["cargo", "build"])\nhost_executable(name="cargo", paths=["/opt/none/cargo"])',
    warnings: ['1: No command can meet it: none of the places that host_executable lists for cargo exists'],
  },
  {
    says: 'a rule that has ended',
    rules: 'prefix_rule(pattern=["cargo", "build"], expires="2025-12-31")',
    warnings: ['1: It ended 2026-01-01T00:00Z'],
  },
  {
    says: 'joined letters as one option',
    rules: 'prefix_rule(pattern=["rm"], decision="forbidden", args=["-rf"])',
    warnings: ['1: "-rf" is read as one option: for joined letters list each ("-r", "-f")'],
  },
  {
    says: 'a shell that is looked through',
    rules: 'prefix_rule(pattern=["bash", "-lc"], decision="prompt")',
    warnings: [
      '1: The outermost `bash -lc` is looked through, and its script decided command by command: this rule speaks of shells inside scripts',
    ],
  },
  {
    says: 'a denial that options slip past',
    rules: 'prefix_rule(pattern=["git", "push"], decision="forbidden", skip_options=False)',
    warnings: [
      '1: `skip_options = False` lets options in front of the subcommand slip past a rule that asks or forbids',
    ],
  },
  {
    says: 'an allow rule that allows more than its name says',
    rules: 'prefix_rule(pattern=["kubectl", "get"])',
    warnings: ['1: It allows `kubectl get secrets -o yaml` as well'],
  },
  {
    says: 'nothing to ordinary rules',
    rules: `prefix_rule(pattern=["cargo", ["build", "test"]], match=["cargo build -v"])
prefix_rule(pattern=["git", ["status", "diff", "log"]])
prefix_rule(pattern=["git", "push"], decision="prompt")
prefix_rule(pattern=["git", "push"], decision="forbidden", args=[["--force", "-f", "+*"]])
prefix_rule(pattern=["npm", "run", "test:*"], wildcards=True)
prefix_rule(pattern=["rm"], decision="forbidden", paths_outside=["."])
network_rule(host="example.com", protocol="https", decision="allow")
`,
    warnings: [],
  },
];

describe('the lint', () => {
  it.each(rows)('says $says', async ({ rules, warnings }) => {
    expect(await lint(rules)).toEqual(warnings);
  });

  it('reads ten thousand rules', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `prefix_rule(pattern=["p${at % 97}", "a${at}"])`);
    expect(await lint(many.join('\n'))).toEqual([]);
  });
});
