// What one append leaves behind, byte by byte.
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Argv } from '../../domain/index.ts';
import { runRuleFile } from '../language/run-rule-file.ts';
import { temporaryHome } from '../testdata/temporary-home.ts';
import { appendAllowRule, appendRule } from './append-rule.ts';
import { removeAllowRule, removeRule } from './remove-rule.ts';
import { renderAllowRule, renderRule } from './render-rule.ts';
import { saveTarget, type SaveTarget } from './save-target.ts';

function target(before?: string): SaveTarget {
  const { home } = temporaryHome();
  const made = saveTarget('user', home);
  if (made === undefined) throw new Error('a home has a target');
  if (before !== undefined) {
    mkdirSync(`${home}/rules`);
    writeFileSync(made.file, before);
  }
  return made;
}

const line = (prefix: Argv): string => `${renderAllowRule({ allowPrefix: prefix })}\n`;

describe('an append', () => {
  const rows: readonly {
    readonly says: string;
    readonly before: string | undefined;
    readonly after: string;
    readonly line: number;
  }[] = [
    { says: 'makes the file', before: undefined, after: line(['a', 'b']), line: 1 },
    { says: 'adds no blank line to an empty file', before: '', after: line(['a', 'b']), line: 1 },
    { says: 'goes to the end', before: '# mine\n', after: `# mine\n${line(['a', 'b'])}`, line: 2 },
    {
      says: 'ends a last line that has no newline',
      before: '# mine',
      after: `# mine\n${line(['a', 'b'])}`,
      line: 2,
    },
    {
      says: 'leaves CRLF lines alone',
      before: '# mine\r\n',
      after: `# mine\r\n${line(['a', 'b'])}`,
      line: 2,
    },
    {
      says: 'finds the rule in another spelling',
      before: 'prefix_rule( pattern = ["a","b"] ) # mine\n',
      after: 'prefix_rule( pattern = ["a","b"] ) # mine\n',
      line: 1,
    },
  ];
  it.each(rows)('$says', async ({ before, after, line: at }) => {
    const to = target(before === 'prefix_rule( pattern = ["a","b"] ) # mine\n' ? before.trimStart() : before);
    const saved = await appendAllowRule(to, { allowPrefix: ['a', 'b'] });
    expect(saved).toMatchObject({ ok: true, value: { file: to.file, line: at } });
    expect(readFileSync(to.file, 'utf8')).toBe(after);
    expect(readdirSync(dirname(to.file))).toEqual(['default.rules']);
  });

  it('does not take a rule with a limit, or another decision, for the same rule', async () => {
    const to = target(
      'prefix_rule(pattern=["a"], exact=True)\nprefix_rule(pattern=["a"], decision="prompt")\n',
    );
    expect(await appendAllowRule(to, { allowPrefix: ['a'] })).toMatchObject({
      ok: true,
      value: { added: true, line: 3 },
    });
  });

  it('makes files and directories that others can read and only the user can write', async () => {
    const to = target();
    const before = process.umask(0o022);
    try {
      await appendAllowRule(to, { allowPrefix: ['a'] });
    } finally {
      process.umask(before);
    }
    const mode = (path: string): number => statSync(path).mode & 0o777;
    expect([mode(to.file), mode(dirname(to.file))]).toEqual([0o644, 0o755]);
  });

  it('writes words that mean the same when they are read back', async () => {
    const words: Argv = [
      'a"b',
      'c\\d',
      'e\nf',
      '\t',
      '\u0001',
      '\u007f',
      '\u2028',
      'é',
      '😀',
      '/',
      '{x}',
      '',
    ];
    const to = target();
    await appendAllowRule(to, { allowPrefix: words });
    const { rules, errors } = await runRuleFile(to.file, readFileSync(to.file, 'utf8'), {
      hostsBefore: new Map(),
    });
    expect(errors).toEqual([]);
    expect(rules.map(({ program, rest }) => [program, ...rest])).toEqual([words]);
  });

  it('puts no line across a page boundary, so that a kill between two pages leaves whole lines', async () => {
    const to = target();
    for (let index = 0; index < 150; index += 1)
      await appendAllowRule(to, { allowPrefix: ['program', `argument-${index}`, 'x'.repeat(index)] });
    const bytes = readFileSync(to.file);
    for (let end = 4096; end < bytes.length; end += 4096) expect(bytes[end - 1]).toBe('\n'.charCodeAt(0));
    const { rules, errors } = await runRuleFile(to.file, bytes.toString('utf8'), { hostsBefore: new Map() });
    expect([rules.length, errors]).toEqual([150, []]);
  });

  it('refuses a rule longer than a page', async () => {
    expect(await appendAllowRule(target(), { allowPrefix: ['a', 'x'.repeat(5000)] })).toMatchObject({
      ok: false,
      error: { kind: 'refused', message: expect.stringMatching(/longer than 4096 bytes/) },
    });
  });

  it('says that it may not write', async () => {
    const to = target('# mine\n');
    chmodSync(to.file, 0o444);
    const saved = await appendAllowRule(to, { allowPrefix: ['a'] });
    // Root may write anything; everybody else is told.
    if (process.getuid?.() !== 0) expect(saved).toMatchObject({ ok: false, error: { kind: 'failed' } });
  });
});

describe('a removal', () => {
  it('takes out every line that says just this, and keeps the rest and the mode', async () => {
    const to = target(
      `# mine\n${line(['a'])}${line(['a', 'b'])}prefix_rule(pattern=["a"])\nprefix_rule(pattern=["a"], exact=True)\n`,
    );
    chmodSync(to.file, 0o600);
    expect(await removeAllowRule(to, ['a'])).toEqual({
      ok: true,
      value: { file: to.file, lines: [2, 4, 5] },
    });
    expect(readFileSync(to.file, 'utf8')).toBe(`# mine\n${line(['a', 'b'])}`);
    expect(statSync(to.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(to.file))).toEqual(['default.rules']);
  });

  it('changes nothing when there is no such rule', async () => {
    const to = target(line(['a', 'b']));
    expect(await removeAllowRule(to, ['a'])).toEqual({ ok: true, value: { file: to.file, lines: [] } });
    expect(readFileSync(to.file, 'utf8')).toBe(line(['a', 'b']));
  });
});

describe('a removal from a file that a person wrote', () => {
  it.each([
    { says: 'another decision', text: 'prefix_rule(pattern=["a"], decision="prompt")\n' },
    { says: 'alternatives', text: 'prefix_rule(pattern=["a", ["b", "c"]])\n' },
    { says: 'a comment', text: '# prefix_rule(pattern=["a"])\n' },
    { says: 'a string', text: 'X = """\nprefix_rule(pattern=["a"], decision="allow")\n"""\n' },
    { says: 'a branch that never runs', text: 'if False:\n    prefix_rule(pattern=["a"])\n' },
    { says: 'a function nobody calls', text: 'def f():\n    prefix_rule(pattern=["a"])\n' },
  ])('finds no rule in $says', async ({ text }) => {
    const to = target(text);
    expect(await removeAllowRule(to, ['a'])).toEqual({ ok: true, value: { file: to.file, lines: [] } });
    expect(readFileSync(to.file, 'utf8')).toBe(text);
    // And none of them is a reason not to save one.
    expect(await appendAllowRule(to, { allowPrefix: ['a'] })).toMatchObject({
      ok: true,
      value: { added: true },
    });
  });

  it.each([
    { says: 'the only statement of a branch', text: 'if True:\n    prefix_rule(pattern=["a"])\n', line: 2 },
    { says: 'a loop', text: 'for x in ["a", "b"]:\n    prefix_rule(pattern=[x])\n', line: 2 },
    {
      says: 'a line with two rules',
      text: 'prefix_rule(pattern=["a"]); prefix_rule(pattern=["b"])\n',
      line: 1,
    },
    { says: 'alternatives of programs', text: 'prefix_rule(pattern=[["a", "b"]])\n', line: 1 },
  ])('leaves $says as it is, and says where', async ({ text, line: at }) => {
    const to = target(text);
    expect(await removeAllowRule(to, ['a'])).toEqual({
      ok: false,
      error: {
        kind: 'refused',
        message: `Cannot save a rule in ${to.file}: the rule in line ${at} is part of something larger`,
        hint: 'Change it by hand',
      },
    });
    expect(readFileSync(to.file, 'utf8')).toBe(text);
  });

  it('takes out a call of several lines, and nothing that looks like it', async () => {
    const other =
      'X = "prefix_rule(pattern=[\\"a\\"])"\nhost_executable(name="git", paths=["/usr/bin/git"])\n';
    const to = target(
      `${other}prefix_rule(\n    pattern = ["a"],\n    match = ["a b"],\n)\nexpect("b", "none")\n`,
    );
    expect(await removeAllowRule(to, ['a'])).toEqual({ ok: true, value: { file: to.file, lines: [3] } });
    expect(readFileSync(to.file, 'utf8')).toBe(`${other}expect("b", "none")\n`);
  });

  it('takes out the rule with an id, whatever it says', async () => {
    const to = target(`${line(['a'])}prefix_rule(pattern=["b"], decision="forbidden", id="no-b")\n`);
    expect(await removeRule(to, { id: 'no-b' })).toEqual({ ok: true, value: { file: to.file, lines: [2] } });
    expect(readFileSync(to.file, 'utf8')).toBe(line(['a']));
  });

  it('touches no file with a mistake', async () => {
    const to = target(`${line(['a'])}prefix_rule(\n`);
    expect(await removeAllowRule(to, ['a'])).toMatchObject({ ok: false, error: { kind: 'refused' } });
    expect(readFileSync(to.file, 'utf8')).toBe(`${line(['a'])}prefix_rule(\n`);
  });
});

describe('a rule of any kind', () => {
  it('is one line that is read back as it was meant, once', async () => {
    const to = target();
    const call = renderRule({
      pattern: ['git', 'push', 'a "b"'],
      decision: 'forbidden',
      exact: true,
      cwd: ['.'],
      args: ['--force'],
      noArgs: ['--dry-run'],
      expires: '2030-01-01',
      id: 'x',
      justification: 'why not',
    });
    expect(call).toBe(
      'prefix_rule(pattern=["git", "push", "a \\"b\\""], decision="forbidden", exact=True, args=["--force"], no_args=["--dry-run"], cwd=["."], expires="2030-01-01", id="x", justification="why not")',
    );
    const place = { base: '/site' };
    expect(await appendRule(to, { call, place })).toMatchObject({
      ok: true,
      value: { line: 1, added: true },
    });
    expect(await appendRule(to, { call, place })).toMatchObject({
      ok: true,
      value: { line: 1, added: false },
    });
    expect(readFileSync(to.file, 'utf8')).toBe(`${call}\n`);
  });

  it('that is a mistake is not saved', async () => {
    const to = target(line(['a']));
    const call = renderRule({ pattern: ['a'], decision: 'allow', expires: 'tomorrow' });
    expect(await appendRule(to, { call })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('`expires` takes a day') },
    });
    expect(readFileSync(to.file, 'utf8')).toBe(line(['a']));
  });
});
