// `cordon policy ...`: picks the sub-verb and loads nothing else, because `policy check` is run once per command.
import { type Edge, UsageError, type Verb } from '../edge.ts';
import { didYouMean } from '../options/did-you-mean.ts';

type SubVerb = (args: readonly string[], edge: Edge) => number | Promise<number>;

interface Listed {
  readonly usage: string;
  readonly help: string;
  load(): Promise<SubVerb>;
}

const subVerbs: Readonly<Record<string, Listed>> = {
  check: {
    usage:
      'cordon policy check --rules FILE... [--pretty] [--resolve-host-executables] [--exit-by-decision] (--network HOST:PORT | [--] COMMAND...)',
    help: `Prints what the rules of the given files say about one command, as one line of JSON:
  {"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["git"],"decision":"allow"}}],"decision":"allow"}
Everything from the first word that is no option of cordon on is the command, word by word; no shell is involved.

  -r, --rules FILE              a rule file; may be given several times
      --pretty                  JSON on several lines
      --resolve-host-executables  let a rule about NAME meet /any/path/NAME, as host_executable permits
      --network HOST:PORT       what network rules say about a connection instead (HOST:PORT/udp, [IPV6]:PORT); a host
                                that no rule allows is forbidden; no name is resolved
      --exit-by-decision        exit status 0 allow, 10 prompt, 11 forbidden, 12 no rule

Exit status: 0; 1 when a file cannot be used; 2 for a wrong command line.`,
    load: async () => (await import('./check.ts')).check,
  },
  explain: {
    usage:
      'cordon policy explain [--json] [--rules FILE]... [-c KEY=VALUE]... ([--] COMMAND... | --script TEXT)',
    help: `Prints what a run would decide about a command: every rule that met it, the one that settles it, where that
rule was written, and how the command looks where no rule speaks. \`bash -c SCRIPT\` is looked into.

  --rules FILE    read only these files instead of the configured rules; may be given several times
  -c KEY=VALUE    one setting of config.toml, for this question; may be given several times
  --script TEXT   a script for bash instead of a command
  --json          one JSON object`,
    load: async () => (await import('./explain.ts')).explain,
  },
  list: {
    usage: 'cordon policy list [--json] [--rules FILE]...',
    help: 'Lists every rule in force, with its file and line.',
    load: async () => (await import('./list.ts')).list,
  },
  add: {
    usage: 'cordon policy add [OPTION]... [--] PREFIX...',
    help: `Saves a rule for every command that starts with PREFIX, and says what it does from now on. Refuses a rule that
another one overrules, and an allow rule that would allow nearly anything.

  --decision WORD   allow (the default), prompt or forbidden
  --exact           this very command, nothing behind it
  --arg TEST        only with this argument: --force, --namespace=prod*, a word; may be given several times
  --no-arg TEST     only without it
  --only-arg TEST   nothing else behind the prefix
  --cwd DIR         only in this directory and below
  --expires WHEN    2030-12-31, 2030-12-31T18:00Z, or 12h, 7d, 2w from now
  --because TEXT    shown to whoever asks why
  --id NAME         for \`cordon policy remove --id NAME\`
  --json            one JSON object

  --layer user      $CORDON_HOME/rules/default.rules (the default)
  --layer project   .cordon/rules/default.rules of the trusted project you are in`,
    load: async () => (await import('./add-rule.ts')).add,
  },
  remove: {
    usage: 'cordon policy remove [--layer user|project] [--json] ([--] PREFIX... | --id NAME)',
    help: `Takes out the allow rules with exactly these words, or the rule with an id. A rule that is part of something
larger (a branch, a loop, a list of programs) is left as it is, and named.`,
    load: async () => (await import('./remove-rule.ts')).remove,
  },
  import: {
    usage: 'cordon policy import --from claude|gemini|codex FILE',
    help: `Prints a rule file made of another program's settings, and names on standard error what could not be said in one.

  --from claude   settings.json of Claude Code: permissions.allow, ask and deny
  --from gemini   a policy of Gemini CLI (TOML), or its settings.json
  --from codex    a rule file, which is read and passed on`,
    load: async () => (await import('./import-rules.ts')).importRules,
  },
  diff: {
    usage: 'cordon policy diff [--json] OLD NEW',
    help: `Says in sample commands what the rule file NEW decides otherwise than OLD: the widened ones first. The samples are
made of the rules of both, and of commands people regret.`,
    load: async () => (await import('./diff-rules.ts')).diff,
  },
  replay: {
    usage: 'cordon policy replay [--json] --rules FILE... --log FILE',
    help: `Decides every command of a log of decisions again, with nothing but the rules of the given files, and shows which
answers would change: the widened ones first. \`audit_log\` in config.toml keeps such a log.`,
    load: async () => (await import('./replay-log.ts')).replay,
  },
  suggest: {
    usage: 'cordon policy suggest (--log FILE | --trace FILE) [--at-least N]',
    help: `Prints the smallest rules that would have allowed what no rule decided, with examples, and what each would allow
beyond.

  --log FILE      a log of decisions (\`audit_log\` in config.toml)
  --trace FILE    a command a line: typed, or its words as a JSON list
  --at-least N    only what came up as often (default 2)`,
    load: async () => (await import('./suggest-rules.ts')).suggest,
  },
  test: {
    usage: 'cordon policy test [--json] [[--rules] FILE]...',
    help: `Runs the tests (match, not_match and expect) of every rule file, like a unit-test runner, and warns about rules that
are probably not meant. Without a FILE, the configured rules.
Exit status: 0 when all pass and every file can be read, 1 otherwise.`,
    load: async () => (await import('./test-rules.ts')).testRules,
  },
};

export const policyVerb: Verb = {
  usage:
    'cordon policy check|explain|list|add|remove|import|test|diff|replay|suggest [OPTION]... [ARGUMENT]...',
  help: `Works with the rules that decide what may run. docs/policy-language.md teaches the language.

${Object.values(subVerbs)
  .map(({ usage }) => `  ${usage}`)
  .join('\n')}

\`cordon policy VERB --help\` tells more.`,
  async run(args, edge) {
    const [word, ...rest] = args;
    if (word === undefined) throw new UsageError(`which of ${Object.keys(subVerbs).join(', ')}?`);
    const listed = Object.hasOwn(subVerbs, word) ? subVerbs[word] : undefined;
    if (listed === undefined)
      throw new UsageError(
        `unknown command ${JSON.stringify(word)}${didYouMean(word, Object.keys(subVerbs))}`,
      );
    if (rest[0] === '--help' || rest[0] === '-h') {
      edge.stdout.write(`Usage: ${listed.usage}\n\n${listed.help}\n`);
      return 0;
    }
    try {
      return await (
        await listed.load()
      )(rest, edge);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      edge.stderr.write(`cordon policy ${word}: ${error.message}\nUsage: ${listed.usage}\n`);
      return 2;
    }
  },
};
