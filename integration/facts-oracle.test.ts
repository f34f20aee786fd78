// Real bash and real dash against the reader of facts: every program that a script runs is among its literal commands,
// or an unknown command is, so that rules that ask and forbid treat the script strictly. CORDON_FACTS_SCRIPTS sets how
// many scripts are made (200 000 before a release), CORDON_FACTS_SEED where they start.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiteralCommand } from '../src/domain/index.ts';
import { parseCommand } from '../src/shell/index.ts';
import { Random } from './support/bash-oracle/random.ts';
import { hiddenScript } from './support/facts-oracle/hidden-scripts.ts';
import { type Shell, type ShellRuns, startShells } from './support/facts-oracle/run-shells.ts';

const total = Number(process.env['CORDON_FACTS_SCRIPTS'] ?? 1_500);
const seed = Number(process.env['CORDON_FACTS_SEED'] ?? 20_261_130);
const size = 250;
const minutes = 60_000;
const started = await startShells();
const required = process.env['REQUIRE_SANDBOX'] === '1';

describe.skipIf(started.kind === 'missing' && !required)('shells as the judges of the facts', () => {
  let shells: ShellRuns;
  beforeAll(() => {
    if (started.kind === 'missing') throw new Error(`Cannot judge by shells: ${started.what}`);
    shells = started.shells;
  });
  afterAll(() => {
    if (started.kind === 'ready') started.shells.close();
  });

  for (const shell of ['bash', 'dash'] as const) {
    it(
      `every program ${shell} runs is seen (${String(total)} hostile scripts)`,
      async () => {
        const random = new Random(seed + (shell === 'bash' ? 0 : 1));
        const counts = { ran: 0, unread: 0 };
        const missed: unknown[] = [];
        for (let done = 0; done < total; done += size) {
          const scripts = Array.from({ length: Math.min(size, total - done) }, () => hiddenScript(random));
          missed.push(...(await judge(shells, shell, scripts, counts)));
        }
        expect(missed.slice(0, 10)).toEqual([]);
        // Worth something only while many scripts run something (dash rejects more of them), and some of those are read.
        expect({ most: counts.ran > total / 4, read: counts.unread < (counts.ran * 3) / 4 }).toEqual({
          most: true,
          read: true,
        });
        if (process.env['CORDON_FACTS_SCRIPTS'] !== undefined)
          console.log(shell, total, counts, missed.length);
      },
      120 * minutes,
    );
  }
});

async function judge(
  shells: ShellRuns,
  shell: Shell,
  scripts: readonly string[],
  counts: { ran: number; unread: number },
): Promise<unknown[]> {
  const runs = await shells.run(shell, scripts);
  return scripts.flatMap((script, index) => {
    const ran = runs[index] ?? [];
    if (ran.length === 0) return [];
    counts.ran += 1;
    const { literalCommands } = parseCommand({
      kind: 'argv',
      argv: [shell === 'bash' ? 'bash' : 'sh', '-c', script],
    });
    if (literalCommands.some(({ words }) => words[0] === undefined)) {
      counts.unread += 1;
      return [];
    }
    const unseen = ran.find((argv) => !literalCommands.some((literal) => stands(literal, argv)));
    return unseen === undefined ? [] : [{ shell, script, unseen }];
  });
}

/** An unknown word may stand for any words, or for none. */
function stands({ words }: LiteralCommand, argv: readonly string[]): boolean {
  const matches = (from: number, at: number): boolean => {
    if (from === words.length) return at === argv.length;
    const word = words[from];
    if (word !== undefined) return word === argv[at] && matches(from + 1, at + 1);
    for (let next = at; next <= argv.length; next += 1) if (matches(from + 1, next)) return true;
    return false;
  };
  return matches(0, 0);
}
