// Conditions on the arguments of a command, as rule files write them: one table, each row a rule, a command and what
// the rule says to it in a run.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluation/evaluate.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { argv, path, type Disk, resolverOf } from '../testdata/world.ts';
import { parseScript } from '../../shell/index.ts';
import type { ParsedCommand } from '../../domain/index.ts';
import { Policy } from './policy.ts';

const programs = ['bash', 'cat', 'curl', 'dd', 'git', 'kubectl', 'npm', 'rm', 'terraform'];
const disk: Disk = {
  files: [...programs.map((name) => `/usr/bin/${name}`), '/site/src/x', '/srv/x', '/site/sub/x'],
};

async function verdict(rules: string, input: string | ParsedCommand, cwd = '/site'): Promise<string> {
  const place = { base: '/site', home: '/home/me' };
  const file = await runRuleFile('t.rules', rules, { hostsBefore: new Map(), place });
  if (file.errors.length > 0) throw new Error(file.errors.map(({ message }) => message).join('\n'));
  const parsed = typeof input === 'string' ? parseScript(input) : input;
  const context = { cwd: path(cwd), path: '/usr/bin', resolve: resolverOf(disk) };
  return evaluate(new Policy(file), parsed, context).verdict;
}

interface Row {
  readonly says: string;
  readonly rules: string;
  /** Command and verdict. */
  readonly commands: readonly (readonly [string, string])[];
}

const force = 'prefix_rule(pattern=["git", "push"], decision="forbidden", args=[["--force", "-f", "+*"]])';
const prod =
  'prefix_rule(pattern=["kubectl"], decision="forbidden", args=[["--namespace=prod*", "-n=prod*"]])';
const dry = 'prefix_rule(pattern=["npm", "publish"], args=["--dry-run"])';
const dev =
  'prefix_rule(pattern=["kubectl", "get"], args=[["--namespace=dev", "-n=dev"]], skip_options=True)';
const dryOrNot = 'prefix_rule(pattern=["npm", "publish"], decision="forbidden", no_args=["--dry-run"])';

const rows: readonly Row[] = [
  {
    says: 'a flag anywhere is met however it is written',
    rules: force,
    commands: [
      ['git push --force', 'forbidden'],
      ['git push origin main --force', 'forbidden'],
      ['git push -f origin', 'forbidden'],
      ['git push -uf origin', 'forbidden'],
      ['git push origin +main', 'forbidden'],
      ['git -C x push origin +main:main', 'forbidden'],
      ['git push -u --force', 'forbidden'],
      ['git push --force=yes', 'forbidden'],
      ['git push --forc origin', 'prompt'],
      ['git push origin $X', 'prompt'],
      ['git push origin main', 'unknown'],
      ['git push --force-with-lease', 'dangerous'],
      ['git status -f', 'unknown'],
    ],
  },
  {
    says: 'a flag with a value is met attached, apart, joined and before the subcommand',
    rules: prod,
    commands: [
      ['kubectl delete pod x --namespace=prod', 'forbidden'],
      ['kubectl delete pod x --namespace production', 'forbidden'],
      ['kubectl -n prod delete pod x', 'forbidden'],
      ['kubectl -nprod delete pod x', 'forbidden'],
      ['kubectl -n=prod-eu get pods', 'forbidden'],
      ['kubectl get pods -n dev -n prod', 'forbidden'],
      ['kubectl get pods -An prod', 'forbidden'],
      ['kubectl get pods -n "$NS"', 'prompt'],
      ['kubectl --namesp prod get pods', 'prompt'],
      ['kubectl get pods -n dev', 'unknown'],
      ['kubectl get pods prod', 'unknown'],
    ],
  },
  {
    says: 'one dash or two is one option',
    rules: 'prefix_rule(pattern=["terraform"], decision="forbidden", args=["-auto-approve"])',
    commands: [
      ['terraform apply -auto-approve', 'forbidden'],
      ['terraform apply --auto-approve', 'forbidden'],
      ['terraform apply --auto-approve=true', 'forbidden'],
      ['terraform apply', 'unknown'],
    ],
  },
  {
    says: 'what an allow rule asks for must be there for certain',
    rules: dry,
    commands: [
      ['npm publish --dry-run', 'allowed'],
      ['npm publish . --dry-run', 'allowed'],
      ['npm publish', 'unknown'],
      ['npm publish --dry', 'unknown'],
      ['npm publish --dry-run=false', 'unknown'],
      ['npm publish --tag --dry-run', 'unknown'],
      ['npm publish -- --dry-run', 'unknown'],
      ['npm publish --dry-run --no-dry-run', 'unknown'],
    ],
  },
  {
    says: 'a value that an allow rule asks for must be the only one',
    rules: dev,
    commands: [
      ['kubectl get pods -n dev', 'allowed'],
      ['kubectl -n dev get pods', 'allowed'],
      ['kubectl get pods --namespace=dev', 'allowed'],
      ['kubectl get pods -n dev -n prod', 'unknown'],
      ['kubectl get pods --namespace=dev -n prod', 'unknown'],
      ['kubectl get pods', 'unknown'],
    ],
  },
  {
    says: 'no_args lets a denial go only where the word is there for certain',
    rules: dryOrNot,
    commands: [
      ['npm publish', 'forbidden'],
      ['npm publish --dry-run', 'unknown'],
      ['npm publish --tag --dry-run', 'forbidden'],
      ['npm publish --dry-run=false', 'forbidden'],
      ['npm publish --dry', 'forbidden'],
      ['npm publish $X', 'forbidden'],
    ],
  },
  {
    says: 'no_args takes every reading of a word out of an allow rule',
    rules: 'prefix_rule(pattern=["curl"], no_args=["-o", "--output", "--upload-file"])',
    commands: [
      ['curl https://example.com', 'allowed'],
      ['curl -so x https://example.com', 'unknown'],
      ['curl --out x https://example.com', 'unknown'],
      ['curl -ofile https://example.com', 'unknown'],
    ],
  },
  {
    says: 'only_args lists every word that may follow, as it is written',
    rules: 'prefix_rule(pattern=["curl"], only_args=["-s", "-X=GET", "--max-time=*", "http://localhost:*"])',
    commands: [
      ['curl http://localhost:8080/x', 'allowed'],
      ['curl -s -X GET --max-time 5 http://localhost:1', 'allowed'],
      ['curl --max-time=5 http://localhost:1', 'allowed'],
      ['curl -X POST http://localhost:1', 'unknown'],
      ['curl -sX GET http://localhost:1', 'unknown'],
      ['curl http://localhost:1 -o x', 'unknown'],
      ['curl http://localhost:1 http://example.com', 'unknown'],
    ],
  },
  {
    says: 'a star among only_args is no option',
    rules: 'prefix_rule(pattern=["cat"], only_args=["*"])',
    commands: [
      ['cat a b', 'allowed'],
      ['cat --show-all a', 'safe'],
    ],
  },
  {
    says: 'a wildcard stands for characters of one word',
    rules: 'prefix_rule(pattern=["npm", "run", "test:*"], wildcards=True)',
    commands: [
      ['npm run test:unit', 'allowed'],
      ['npm run test:', 'allowed'],
      ['npm run test:unit --watch', 'allowed'],
      ['npm run test', 'unknown'],
      ['npm run latest:x', 'unknown'],
    ],
  },
  {
    says: 'without wildcards=True a star is a star',
    rules: 'prefix_rule(pattern=["npm", "run", "test:*"])',
    commands: [
      ['npm run test:unit', 'unknown'],
      ["npm run 'test:*'", 'allowed'],
    ],
  },
  {
    says: 'a wildcard works in alternatives, exceptions, exact rules and behind options',
    rules:
      'prefix_rule(pattern=["git", ["push", "pull"], "rel/*"], decision="forbidden", wildcards=True, exact=True, unless=["git pull rel/ok*"])',
    commands: [
      ['git push rel/1', 'forbidden'],
      ['git -C x pull rel/1', 'forbidden'],
      ['git pull rel/ok-1', 'unknown'],
      ['git push rel/1 --tags', 'unknown'],
      ['git push $X', 'prompt'],
    ],
  },
  {
    says: 'counts are of the words behind the pattern',
    rules:
      'prefix_rule(pattern=["rm"], decision="forbidden", min_args=3)\nprefix_rule(pattern=["cat"], max_args=1)',
    commands: [
      ['rm a b', 'unknown'],
      ['rm a b c', 'forbidden'],
      ['rm a b $X', 'prompt'],
      ['cat a', 'allowed'],
      ['cat a b', 'safe'],
    ],
  },
  {
    says: 'a denial of paths outside sees every way out',
    rules: 'prefix_rule(pattern=["rm"], decision="forbidden", paths_outside=["."])',
    commands: [
      ['rm -r src', 'unknown'],
      ['rm /site/src/x', 'unknown'],
      ['rm /etc/passwd', 'forbidden'],
      ['rm ../x', 'forbidden'],
      ['rm -r src/../../x', 'forbidden'],
      ['rm src/../x', 'prompt'],
      ['rm -- -x', 'unknown'],
      ["rm '~/x'", 'forbidden'],
      ['rm --target=/etc', 'forbidden'],
      ['rm -t/etc', 'forbidden'],
      ['rm /site-other/x', 'forbidden'],
      ['rm $X', 'prompt'],
    ],
  },
  {
    says: 'an allow rule for paths inside is strict',
    rules: 'prefix_rule(pattern=["dd"], paths=[".", "/srv"])',
    commands: [
      ['dd if=src/x of=src/y', 'allowed'],
      ['dd if=/srv/x of=src/y', 'allowed'],
      ['dd if=src/x of=/dev/sda', 'dangerous'],
      ['dd if=src/../../etc/passwd', 'unknown'],
      ['dd src/a/../b', 'unknown'],
      ['dd @/etc/passwd', 'unknown'],
      ['dd file:///etc/passwd', 'unknown'],
      ['dd -o/etc/x src/a', 'unknown'],
      ['dd -ox src/a', 'allowed'],
      ['dd -o../x src/a', 'unknown'],
    ],
  },
];

describe('a condition on arguments', () => {
  it.each(rows)('$says', async ({ rules, commands }) => {
    const given = await Promise.all(
      commands.map(async ([command]) => [command, await verdict(rules, command)] as const),
    );
    expect(given).toEqual(commands);
  });

  it('on paths starts where the command runs', async () => {
    const rules = 'prefix_rule(pattern=["rm"], decision="forbidden", paths_outside=["."])';
    expect({
      inside: await verdict(rules, 'rm ../x', '/site/sub'),
      outside: await verdict(rules, 'rm x', '/srv'),
      moved: await verdict(rules, 'cd /srv && rm x'),
      uncertain: await verdict(rules, 'cd "$X" && rm x'),
    }).toEqual({ inside: 'unknown', outside: 'forbidden', moved: 'forbidden', uncertain: 'prompt' });
  });

  it('says the same to the words of an argv and to the text of a script', async () => {
    for (const { rules, commands } of rows) {
      for (const [command, said] of commands) {
        const parsed = parseScript(command);
        if (parsed.kind !== 'plain' || parsed.commands.length !== 1) continue;
        expect([command, await verdict(rules, argv(...parsed.commands[0].argv))]).toEqual([command, said]);
      }
    }
  });
});
