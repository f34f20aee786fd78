// Settings of other programs to rule files: what they said stays said, an allowance never grows, and what cannot be
// said is named.
import { describe, expect, it } from 'vitest';
import { runRuleFile } from '../language/run-rule-file.ts';
import { importClaude } from './import-claude.ts';
import { importGemini } from './import-gemini.ts';

const lines = (text: string | undefined): readonly string[] =>
  (text ?? '').split('\n').filter((line) => line.startsWith('prefix_rule'));

describe('an import from Claude Code', () => {
  const settings = {
    permissions: {
      allow: [
        'Bash(npm run test:*)',
        'Bash(cargo build)',
        'Bash(git log *)',
        'Bash(git show *.md)',
        'Bash(python3:*)',
        'Bash(*)',
        'Bash',
        'Bash(echo "a b")',
        'Bash(a && b)',
        'Read(~/x)',
        'Bash()',
      ],
      ask: ['Bash(git push:*)'],
      deny: ['Bash(curl)', 'Bash(git * main)', 'Bash(rm * /*)'],
    },
  };

  it('keeps prefixes, whole commands and wildcards, denials first', async () => {
    const imported = importClaude(JSON.stringify(settings));
    expect(lines(imported?.text)).toEqual([
      'prefix_rule(pattern=["curl"], decision="forbidden")',
      'prefix_rule(pattern=["git"], decision="forbidden", anywhere=["main"])',
      'prefix_rule(pattern=["rm"], decision="forbidden", anywhere=["/*"], wildcards=True)',
      'prefix_rule(pattern=["git", "push"], decision="prompt")',
      'prefix_rule(pattern=["npm", "run", "test"], decision="allow")',
      'prefix_rule(pattern=["cargo", "build"], decision="allow", exact=True)',
      'prefix_rule(pattern=["git", "log"], decision="allow")',
      'prefix_rule(pattern=["git", "show", "*.md"], decision="allow", exact=True, wildcards=True)',
    ]);
    expect(imported?.leftOut).toEqual([
      'Bash(python3:*): it would allow nearly anything (python runs any program it is given)',
      'Bash(*): a rule needs a program it is about',
      'Bash: it is about every command',
      'Bash(echo "a b"): it is more than the words of one command',
      'Bash(a && b): it is more than the words of one command',
      'Read(~/x): it is not about commands',
      'Bash(): it names no program',
    ]);
    const { errors } = await runRuleFile('i.rules', imported?.text ?? '', { hostsBefore: new Map() });
    expect(errors).toEqual([]);
  });

  it.each(['', '[]', '{}', '{"permissions":1}', 'x = 1'])('is none of %j', (text) => {
    expect(importClaude(text)).toBeUndefined();
  });

  it('writes no line that an entry made up', async () => {
    const written = 'Read(x)\nprefix_rule(pattern=["rm"])\u2028#';
    const imported = importClaude(JSON.stringify({ permissions: { allow: [written, 'Bash(a\nb)'] } }));
    const { rules, errors } = await runRuleFile('i.rules', imported?.text ?? '', { hostsBefore: new Map() });
    expect({ rules, errors }).toEqual({ rules: [], errors: [] });
  });
});

describe('an import from Gemini CLI', () => {
  it('reads policies', () => {
    const imported = importGemini(`
[[rule]]
toolName = "run_shell_command"
commandPrefix = ["git status", "npm test"]
decision = "allow"
priority = 100

[[rule]]
toolName = "run_shell_command"
commandPrefix = "rm"
decision = "deny"
priority = 200

[[rule]]
toolName = "run_shell_command"
commandRegex = "git (push|pull)"
decision = "ask_user"

[[rule]]
toolName = "write_file"
decision = "ask_user"
`);
    expect(lines(imported?.text)).toEqual([
      'prefix_rule(pattern=["git", "status"], decision="allow")',
      'prefix_rule(pattern=["npm", "test"], decision="allow")',
      'prefix_rule(pattern=["rm"], decision="forbidden")',
    ]);
    expect(imported?.leftOut).toEqual([
      'rule for run_shell_command: it is a regular expression; say it with args or wildcards',
      'rule for write_file: it is not about commands',
    ]);
  });

  it('reads the lists of its settings', () => {
    const settings = {
      tools: { allowed: ['run_shell_command(git status)'], exclude: ['run_shell_command(rm)', 'web_fetch'] },
    };
    const imported = importGemini(JSON.stringify(settings));
    expect(lines(imported?.text)).toEqual([
      'prefix_rule(pattern=["git", "status"], decision="allow")',
      'prefix_rule(pattern=["rm"], decision="forbidden")',
    ]);
    expect(imported?.leftOut).toEqual(['web_fetch: it is not about one command']);
  });
});
