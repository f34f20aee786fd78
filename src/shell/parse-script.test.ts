import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../domain/testdata/any-text.ts';
import type { ParsedCommand } from '../domain/index.ts';
import { parseScript } from './index.ts';
import { opaqueRows, plainRows } from './testdata/script-rows.ts';

function argvs(parsed: ParsedCommand): unknown {
  return parsed.kind === 'plain' ? parsed.commands.map(({ argv }) => argv) : parsed;
}

describe('a plain script', () => {
  for (const { says, script, want } of plainRows) {
    it(`is what bash would run: ${says}`, () => expect(argvs(parseScript(script))).toEqual(want));
  }

  it('says where each command runs', () => {
    const directories = (script: string): unknown => {
      const parsed = parseScript(script);
      return parsed.kind === 'plain' ? parsed.commands.map(({ directory }) => directory) : parsed.reason;
    };
    const start = { kind: 'start' };
    const changed = { kind: 'changed', path: 'a b' };
    const uncertain = { kind: 'uncertain' };
    expect(directories('x && y')).toEqual([start, start]);
    expect(directories('cd "a b"')).toEqual([start]);
    expect(directories('cd -- "a b" && x && y | z')).toEqual([start, changed, changed, changed]);
    expect(directories('cd "a b" && x || y && z')).toEqual([start, changed, uncertain, uncertain]);
    expect(directories('cd "a b" && x; y')).toEqual([start, changed, uncertain]);
    expect(directories('cd "a b" && x\ny')).toEqual([start, changed, uncertain]);
    expect(directories('cd "a b"; x')).toEqual([start, uncertain]);
    expect(directories('cd "a b" || x')).toEqual([start, uncertain]);
    expect(directories('set -u; cd "a b" && x; y')).toEqual([start, start, changed, uncertain]);
    // A failure ends the script, unless somebody takes that back or asks what became of it.
    expect(directories('set -eu\ncd "a b"\nx || y; z')).toEqual([start, start, changed, changed, changed]);
    expect(directories('set -o errexit; cd "a b"; x')).toEqual([start, start, changed]);
    expect(directories('set -e; cd "a b" && x; y')).toEqual([start, start, changed, uncertain]);
    expect(directories('set -e; cd "a b" || x')).toEqual([start, start, uncertain]);
    expect(directories('set -e; set +e; cd "a b"; x')).toEqual([start, start, start, uncertain]);
    expect(directories('set -e; cd "a b"; set +e; x')).toEqual([start, start, uncertain, uncertain]);
  });
});

describe('an opaque script', () => {
  for (const { says, script, reason, at } of opaqueRows) {
    it(`is given up by name and place: ${says}`, () => {
      const parsed = parseScript(script);
      if (parsed.kind === 'plain') throw new Error(`accepted as ${JSON.stringify(argvs(parsed))}`);
      const text = parsed.at === undefined ? undefined : script.slice(parsed.at.start, parsed.at.end);
      expect({ reason: parsed.reason, at: text }).toEqual({ reason, at });
    });
  }

  it('names the whole shell command it would be run by', () => {
    expect(parseScript('a &')).toMatchObject({ argv: ['bash', '-c', '--', 'a &'] });
  });

  it('is given up before reading when it is longer than an argument can be', () => {
    expect(parseScript('a'.repeat(131_073))).toMatchObject({
      kind: 'opaque',
      reason: 'too-long',
      at: { start: 131_072, end: 131_073 },
    });
  });
});

describe('any text', () => {
  it('is answered without an exception, never with an empty list', () => {
    const soup = fc.string({
      unit: fc.constantFrom(...Array.from(' \t\n\r\0$`(){}[]<>|&;\'"\\#!~*?=abé\ud800')),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(soup, anyText(60)), (script) => {
        const parsed = parseScript(script);
        expect(parsed.kind === 'opaque' || parsed.commands.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never plain when it holds an unquoted character with a meaning', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/);
    const special = fc.constantFrom(...'$`()<>*?&;|\r{}'.split(''), '[a]');
    fc.assert(
      fc.property(word, word, special, (program, argument, character) => {
        const parsed = parseScript(`${program} ${argument}${character}x`);
        const hidden =
          parsed.kind === 'plain' && parsed.commands.some(({ argv }) => argv.join('').includes(character));
        expect(hidden).toBe(false);
      }),
    );
  });
});
