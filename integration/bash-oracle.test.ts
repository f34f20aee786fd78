// Real bash against the splitter: whatever is accepted as plain must be exactly what bash would run. CORDON_ORACLE_SCRIPTS
// sets how many scripts are made (default 6 000, 200 000 before a release), CORDON_ORACLE_SEED where they start.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../src/shell/dialect.ts';
import type { LiteralCommand } from '../src/domain/index.ts';
import { parseScript, quoteArgv } from '../src/shell/index.ts';
import { splitScript } from '../src/shell/split-script.ts';
import { plainRows } from '../src/shell/testdata/script-rows.ts';
import { mutatedScript, soupScript } from './support/bash-oracle/hostile-scripts.ts';
import {
  carriedAssignments,
  openedFile,
  type Oracle,
  schedules,
  spellsBuiltin,
  startOracle,
} from './support/bash-oracle/oracle.ts';
import { type LabelledScript, plainScript } from './support/bash-oracle/plain-scripts.ts';
import { shPrograms } from './support/bash-oracle/stubs.ts';
import { predictRuns, sameRuns } from './support/bash-oracle/predict-runs.ts';
import { wildScript } from './support/bash-oracle/wild-scripts.ts';
import { Random } from './support/bash-oracle/random.ts';

const total = Number(process.env['CORDON_ORACLE_SCRIPTS'] ?? 6_000);
const seed = Number(process.env['CORDON_ORACLE_SEED'] ?? 20_261_122);
const minutes = 60_000;
const started = await startOracle();
const required = process.env['REQUIRE_SANDBOX'] === '1';

describe.skipIf(started.kind === 'missing' && !required)('bash as the judge', () => {
  let oracle: Oracle;
  beforeAll(() => {
    if (started.kind === 'missing') throw new Error(`Cannot judge by bash: ${started.what}`);
    oracle = started.oracle;
  });
  afterAll(() => {
    if (started.kind === 'ready') started.oracle.close();
  });

  for (const { says, script, want } of plainRows) {
    it(`runs what the split says: ${says}`, async () => {
      const split = splitScript(script, dialects.bash);
      expect(split.kind === 'split' ? split.commands.map(({ argv }) => argv) : split).toEqual(want);
      expect(await disagreementsAlone(oracle, [script])).toEqual([]);
    });
  }

  it(
    `accepts every script that is plain by construction, and reads it as it was built (${total / 2} scripts)`,
    async () => {
      const random = new Random(seed);
      const labelled = Array.from({ length: total / 2 }, () => plainScript(random));
      expect(misread(labelled).slice(0, 10)).toEqual([]);
      expect(
        await disagreements(
          oracle,
          labelled.map(({ script }) => script),
        ),
      ).toEqual([]);
    },
    30 * minutes,
  );

  it(
    `accepts nothing that bash reads otherwise (${total / 2} changed and random scripts)`,
    async () => {
      const random = new Random(seed + 1);
      const scripts = Array.from({ length: total / 2 }, () =>
        random.chance(60) ? mutatedScript(random) : soupScript(random),
      );
      const accepted = scripts.filter((script) => splitScript(script, dialects.bash).kind === 'split');
      // The generators are only worth something while a good part of what they make is accepted.
      expect(accepted.length).toBeGreaterThan(total / 50);
      expect(await disagreements(oracle, accepted)).toEqual([]);
    },
    30 * minutes,
  );

  it('agrees with `bash -c -- SCRIPT` itself, one process a script', async () => {
    const random = new Random(seed + 2);
    const scripts = Array.from({ length: 150 }, () =>
      random.chance(50) ? plainScript(random).script : mutatedScript(random),
    );
    const accepted = scripts.filter((script) => splitScript(script, dialects.bash).kind === 'split');
    expect(await disagreementsAlone(oracle, accepted)).toEqual([]);
  });

  it('agrees with a bash in the C locale', async () => {
    const plainLocale = await startOracle('C');
    if (plainLocale.kind === 'missing') throw new Error(`Cannot judge by bash: ${plainLocale.what}`);
    try {
      const random = new Random(seed + 5);
      const scripts = Array.from({ length: 1000 }, () =>
        random.chance(50) ? plainScript(random).script : mutatedScript(random),
      );
      const accepted = scripts.filter((script) => splitScript(script, dialects.bash).kind === 'split');
      expect(await disagreements(plainLocale.oracle, accepted)).toEqual([]);
    } finally {
      plainLocale.oracle.close();
    }
  });

  it.skipIf(!existsSync('/bin/dash'))('agrees with dash about scripts for sh', async () => {
    const random = new Random(seed + 6);
    const known = new Set(shPrograms);
    const scripts: string[] = [];
    while (scripts.length < 120) {
      const script = random.chance(50) ? plainScript(random).script : mutatedScript(random);
      const split = splitScript(script, dialects.sh);
      const judged =
        split.kind === 'split' &&
        split.commands.every(({ argv: [name] }) => known.has(name) || name.includes('/'));
      if (judged) scripts.push(script);
    }
    const found: unknown[] = [];
    for (const script of scripts) {
      for (const schedule of schedules) {
        const difference = compare(script, schedule, await oracle.runBySh('/bin/dash', script, schedule));
        if (difference !== undefined) found.push(difference);
      }
    }
    expect(found).toEqual([]);
  });

  it(
    `finds every literal command that bash runs in scripts with everything (${Math.ceil(total / 80)} scripts)`,
    async () => {
      const random = new Random(seed + 4);
      const scripts = Array.from({ length: Math.ceil(total / 80) }, () => wildScript(random)).filter(
        (script) => !spellsBuiltin(script),
      );
      expect(await unseen(oracle, scripts)).toEqual([]);
    },
    30 * minutes,
  );

  it('quotes every argv so that bash reads the same argv back', async () => {
    const random = new Random(seed + 3);
    const argvs = plainRows.flatMap(({ want }) => want);
    for (let count = 0; count < 1000; count += 1) {
      argvs.push(['c1', ...random.repeat(0, 5, () => Buffer.from(mutatedScript(random)).toString('utf8'))]);
    }
    const batchable = argvs.filter((argv) => !spellsBuiltin(quoteArgv(argv)));
    const runs = await oracle.runBatch(batchable.map(quoteArgv), 'all-succeed');
    expect(runs).toEqual(batchable.map((argv) => [argv]));
  });
});

function misread(labelled: readonly LabelledScript[]): unknown[] {
  return labelled.flatMap(({ script, want }) => {
    const split = splitScript(script, dialects.bash);
    const got =
      split.kind === 'split'
        ? split.commands.map(({ argv, assignments, redirects }) => ({ argv, assignments, redirects }))
        : split;
    return JSON.stringify(got) === JSON.stringify(want) ? [] : [{ script, want, got }];
  });
}

/** Runs accepted scripts in both schedules, several bash processes at a time; answers with every difference. */
async function disagreements(oracle: Oracle, scripts: readonly string[]): Promise<unknown[]> {
  const batchable = scripts.filter((script) => !spellsBuiltin(script));
  const found: unknown[] = await disagreementsAlone(oracle, scripts.filter(spellsBuiltin));
  const size = 500;
  const work = schedules.flatMap((schedule) =>
    Array.from({ length: Math.ceil(batchable.length / size) }, (_, index) => ({
      schedule,
      batch: batchable.slice(index * size, (index + 1) * size),
    })),
  );
  const worker = async (): Promise<void> => {
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const { schedule, batch } = next;
      const runs = await oracle.runBatch(batch, schedule);
      for (const [index, script] of batch.entries()) {
        const executed = runs[index] ?? [];
        const difference = compare(script, schedule, executed);
        if (difference !== undefined) found.push(difference);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  return found.slice(0, 20);
}

async function disagreementsAlone(oracle: Oracle, scripts: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const script of scripts) {
    for (const schedule of schedules) {
      const difference = compare(script, schedule, await oracle.runAlone(script, schedule));
      if (difference !== undefined) found.push(difference);
    }
  }
  return found;
}

function compare(
  script: string,
  schedule: (typeof schedules)[number],
  executed: readonly (readonly string[])[],
): unknown {
  const split = splitScript(script, dialects.bash);
  if (split.kind === 'obstacle') return { script, obstacle: split };
  const predicted = predictRuns(split.commands, schedule);
  return sameRuns(predicted, executed) ? undefined : { script, schedule, predicted, executed };
}

/** Commands that bash ran and the facts do not hold. An unknown word may stand for any words, or for none. */
async function unseen(oracle: Oracle, scripts: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  const size = 250;
  const work = schedules.flatMap((schedule) =>
    Array.from({ length: Math.ceil(scripts.length / size) }, (_, index) => ({
      schedule,
      batch: scripts.slice(index * size, (index + 1) * size),
    })),
  );
  const worker = async (): Promise<void> => {
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const runs = await oracle.runBatch(next.batch, next.schedule, 'forked');
      for (const [index, script] of next.batch.entries()) {
        const { literalCommands } = parseScript(script);
        for (const argv of runs[index] ?? []) {
          if (argv[0] === openedFile || argv[0] === carriedAssignments) continue;
          if (!literalCommands.some((literal) => stands(literal, argv))) found.push({ script, argv });
        }
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return found.slice(0, 5);
}

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
