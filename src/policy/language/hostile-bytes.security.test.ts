// A rule file may be anything: bytes that are no text, text that is no program, programs that go too deep. Whatever
// it is, reading it ends, in rules or in mistakes that name the file, and both readers say the same.
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { anyText } from '../../domain/testdata/any-text.ts';
import { loadPolicy } from '../load/load-policy.ts';
import { interpretRuleFile } from './interpret-rule-file.ts';
import { runRuleFile } from './run-rule-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'cordon-bytes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'hostile.rules');

const piece = fc.oneof(
  fc.constantFrom(
    ...['prefix_rule(', 'pattern=["git"]', 'match=["git a"]', 'not_match=[["b"]]', ')', '\n', ',', ' '],
    ...['"', "'", '[', ']', '(', '{', '}', '\\', '#', '\t', '\r', '\0', '\u2028', '\ufeff', '\ud83d\ude00'],
    ...[
      'def f(x):\n  ',
      'for i in range(9):\n  ',
      'lambda: ',
      'if ',
      '"""',
      'f"{',
      'r"',
      'b"',
      '1e999',
      '0x',
      '=',
    ],
  ),
  anyText(4),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('a hostile rule file', () => {
  it('of any bytes ends in rules or in mistakes that name it', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(text, fc.uint8Array({ maxLength: 3 }), text)
        .map(([before, raw, after]) => Buffer.concat([Buffer.from(before), raw, Buffer.from(after)])),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(file, content);
        const { policy, errors } = await loadPolicy({ onlyFiles: true, files: [file] });
        for (const error of errors) expect(error.file).toBe(file);
        if (errors.length > 0)
          expect(policy.rules.filter(({ decision }) => decision === 'allow')).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('of any text means the same to both readers', async () => {
    const options = { hostsBefore: new Map() };
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        expect(await runRuleFile('f', content, options)).toEqual(interpretRuleFile('f', content, options));
      }),
      { numRuns: 3000 },
    );
  });

  const rows: readonly {
    readonly says: string;
    readonly content: string | Uint8Array;
    readonly message: RegExp;
  }[] = [
    { says: 'bytes that are no UTF-8', content: Uint8Array.of(0x23, 0xff, 0xfe), message: /not valid UTF-8/ },
    { says: 'half a character', content: Uint8Array.of(0x23, 0xed, 0xa0, 0x80), message: /not valid UTF-8/ },
    {
      says: 'a NUL between calls',
      content: 'prefix_rule(pattern=["a"])\n\0',
      message: /Invalid character U\+0000/,
    },
    {
      says: 'lists in lists',
      content: `prefix_rule(pattern=${'['.repeat(100_000)}`,
      message: /Nested too deeply/,
    },
    { says: 'a file that is too long', content: '#'.repeat(5_000_000), message: /File is too large/ },
    {
      says: 'a file that is far too long',
      content: Buffer.alloc(17 << 20, '#'),
      message: /larger than 16 MiB/,
    },
    {
      says: 'a list that contains itself',
      content: 'x = []\nx.append(x)\nprefix_rule(pattern=x)',
      message: /Invalid pattern/,
    },
  ];
  it.each(rows)('is refused: $says', async ({ content, message }) => {
    writeFileSync(file, content);
    const { policy, errors } = await loadPolicy({ onlyFiles: true, files: [file] });
    expect(policy.rules.filter(({ decision }) => decision === 'allow')).toEqual([]);
    expect(errors.map((error) => [error.file, message.test(error.message)])).toEqual([[file, true]]);
  });

  it('keeps a NUL in a word as the character it is', async () => {
    const { rules, errors } = await runRuleFile('f', 'prefix_rule(pattern=["a\0b"])', {
      hostsBefore: new Map(),
    });
    expect(errors).toEqual([]);
    expect(rules.map(({ program }) => program)).toEqual(['a\0b']);
  });
});
