// What holds for every set of rules and every input: more restriction never loosens, an allowance never lifts a
// restriction, and no way to spell or wrap a program gets it past a rule that forbids it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationVerdict, ParsedCommand } from '../../domain/index.ts';
import { parseCommand } from '../../shell/index.ts';
import { contextOf, policyOf, usualDisk } from '../testdata/world.ts';
import { evaluate } from './evaluate.ts';

const order: Readonly<Record<EvaluationVerdict, number>> = {
  allowed: 0,
  safe: 0,
  unknown: 0,
  opaque: 0,
  dangerous: 0,
  prompt: 1,
  forbidden: 2,
};

const program = fc.constantFrom('git', 'rm', 'touch', 'cargo', '/usr/bin/git', './git', '/bin/rm');
const argument = fc.constantFrom('push', 'status', '-x', '-C', 'a', 'build');
const words = fc
  .tuple(program, fc.array(argument, { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest]);
const rule = fc
  .tuple(
    words,
    fc.constantFrom('allow', 'prompt', 'forbidden'),
    fc.constantFrom(
      '',
      ', exact=True',
      ', skip_options=True',
      ', skip_options=False',
      ', canonical_matching=True',
    ),
  )
  .map(
    ([pattern, decision, option]) =>
      `prefix_rule(pattern=${JSON.stringify(pattern)}, decision="${decision}"${option})\n`,
  );
const rules = fc.array(rule, { maxLength: 5 }).map((each) => each.join(''));
const joint = fc.constantFrom(' && ', '; ', ' | ', ' > f; ', ' & ', '\n', ' $(', ' || ');
const script = fc
  .array(fc.tuple(words, joint), { minLength: 1, maxLength: 3 })
  .map((commands) => commands.map(([command, end]) => command.join(' ') + end).join(''));

const input = (text: string): ParsedCommand => parseCommand({ kind: 'argv', argv: ['bash', '-c', text] });

async function verdict(text: string, parsed: ParsedCommand): Promise<EvaluationVerdict> {
  return evaluate(await policyOf(text), parsed, contextOf()).verdict;
}

describe('every evaluation', () => {
  it('gets no looser by a rule that asks or forbids', async () => {
    const stricter = rule.filter((text) => !text.includes('"allow"'));
    await fc.assert(
      fc.asyncProperty(rules, stricter, script, async (before, more, text) => {
        const parsed = input(text);
        expect(order[await verdict(before + more, parsed)]).toBeGreaterThanOrEqual(
          order[await verdict(before, parsed)],
        );
      }),
      { numRuns: 400 },
    );
  });

  it('gets no looser by an allow rule where another rule asks or forbids', async () => {
    const looser = rule.filter((text) => text.includes('"allow"'));
    await fc.assert(
      fc.asyncProperty(rules, looser, script, async (before, more, text) => {
        const parsed = input(text);
        const was = await verdict(before, parsed);
        const is = await verdict(before + more, parsed);
        expect(order[is]).toBe(order[was]);
        if (parsed.kind === 'opaque') expect(is).toBe(was);
      }),
      { numRuns: 400 },
    );
  });

  it('finds a forbidden program however it is spelled, wrapped or placed', async () => {
    const spelling = fc.constantFrom(
      'rm x',
      '/bin/rm x',
      '/usr/bin/rm x',
      './rm x',
      "'rm' x",
      'r\\m x',
      'r""m x',
      '/usr/../bin/rm x',
    );
    const wrapper = fc.constantFrom(
      ...[
        'CMD',
        'sudo CMD',
        'env A=1 CMD',
        'nohup CMD',
        'timeout 5 CMD',
        'xargs CMD',
        "bash -c 'CMD'",
        'A=1 CMD',
        'CMD > f',
      ],
      ...[
        '(CMD)',
        '{ CMD; }',
        'CMD &',
        '! CMD',
        'if true; then CMD; fi',
        'for i in a; do CMD; done',
        'echo $(CMD)',
      ],
      ...[
        'true && CMD',
        'true | CMD',
        'f() { CMD; }; f',
        'find . -exec CMD \\;',
        'command CMD',
        'exec CMD',
        'eval "CMD"',
      ],
    );
    await fc.assert(
      fc.asyncProperty(spelling, wrapper, async (spelled, wrapped) => {
        const needsQuotes = wrapped.includes("'CMD'") && spelled.includes("'");
        const text = wrapped.replace('CMD', needsQuotes ? 'rm x' : spelled);
        const context = contextOf({ disk: usualDisk });
        const forbidding = await policyOf('prefix_rule(pattern=["rm"], decision="forbidden")\n');
        expect([text, evaluate(forbidding, input(text), context).verdict]).toEqual([text, 'forbidden']);
      }),
      { numRuns: 400 },
    );
  });
});
