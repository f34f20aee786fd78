// The conformance suite: what every sandbox backend is measured by. A backend brings a way to prepare a command and
// declares nothing else: what it does not hold back must be what its own enforcement report says is missing.
import { mkdtemp, readFile, rm, chmod, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SharedProbes } from './probes/build-probes.ts';
import { type Column, type ColumnOptions, type HostKind, measureColumn } from './probes/measure.ts';
import { renderSummary, summarize } from './probes/print-table.ts';
import type { HostileRow } from './probes/row.ts';
import { channelRows } from './probes/rows-channels.ts';
import { fileRows } from './probes/rows-files.ts';
import { kernelRows } from './probes/rows-kernel.ts';
import { toolRows, wantedStatus } from './probes/tools.ts';

export const hostileRows: readonly HostileRow[] = [...fileRows, ...kernelRows, ...channelRows];

export interface Backend {
  prepare: ColumnOptions['prepare'];
  environment: ColumnOptions['environment'];
}

export interface ConformanceOptions {
  readonly name: string;
  readonly backend: Backend;
  readonly probes: SharedProbes;
  readonly uid: number;
  readonly host: HostKind;
  /** Default `workspace-write`. Under `read-only` no tool is asked to work that writes. */
  readonly mode?: ColumnOptions['mode'];
  /** How many of the probes may be open at most; a guard against slow decay. */
  readonly mostOpen: number;
  readonly fewestTools: number;
}

/** At most this many rows may be marked as open on purpose. */
const mostKnownOpen = 20;

export function conformance(options: ConformanceOptions): void {
  describe(options.name, () => {
    const measured = measureOnce(options);
    beforeAll(measured.run, 300_000);
    afterAll(measured.clean);

    describe('holds back', () => {
      for (const row of hostileRows.filter(({ knownOpen }) => knownOpen === undefined))
        it(`${row.name}: ${row.says}`, () => {
          const { outcomes, enforcement } = measured.column();
          const found = outcomes.get(row.name);
          expect(found?.outcome, 'the probe ran').not.toBe('not-run');
          const declared = enforcement.missing.map(({ restriction }) => restriction);
          if (found?.outcome === 'open') expect(declared, `open: ${found.how}`).toContain(row.restriction);
        });
    });

    describe.skipIf(options.mode === 'read-only')('lets ordinary work go on', () => {
      for (const row of toolRows)
        it(`${row.name}: ${row.says}`, async ({ skip }) => {
          const column = measured.column();
          if (row.needsNamespaces === true && !column.enforcement.layers.includes('namespaces')) skip();
          const status = column.tools.get(row.name);
          const log = await readFile(`${column.toolDirectory}/${row.name}.log`, 'utf8').catch(() => '');
          expect(status, log).toBe(wantedStatus(row));
        });
    });

    it('lists what stays open, with a reason, and no more than agreed', () => {
      const known = hostileRows.filter((row) => row.knownOpen !== undefined);
      expect(known.length).toBeLessThanOrEqual(mostKnownOpen);
      const summary = summarize(options.name, measured.column(), hostileRows);
      expect(summary.openOfReference).toBeLessThanOrEqual(options.mostOpen);
      expect(summary.tools).toBeGreaterThanOrEqual(options.fewestTools);
    });

    it('leaves no process and no placeholder behind, even when the agent is killed', () => {
      const { leftBehind, enforcement } = measured.column();
      // Where protected names cannot be kept, the probes themselves have made them.
      const isKept = !enforcement.missing.some(({ restriction }) => restriction === 'protected-paths');
      expect(leftBehind.filter((name) => isKept || !name.startsWith('placeholder:'))).toEqual([]);
    });
  });
}

function measureOnce(options: ConformanceOptions): {
  run(): Promise<void>;
  clean(): Promise<void>;
  column(): Column;
} {
  let directory: string | undefined;
  let column: Column | undefined;
  return {
    run: async () => {
      // Not below /tmp: a private /tmp would hide the outside and pass every probe for nothing.
      directory = await mkdtemp('/var/tmp/cordon-conformance-');
      await chmod(directory, 0o755);
      const programs = await options.probes.get();
      const { uid, host } = options;
      column = await measureColumn({
        directory: `${directory}/column`,
        programs,
        uid,
        host,
        mode: options.mode ?? 'workspace-write',
        rows: hostileRows,
        ...options.backend,
      });
      const summary = summarize(options.name, column, hostileRows);
      process.stdout.write(`${renderSummary(summary)}\n${openRows(column)}\n`);
      const keep = process.env['CONFORMANCE_JSON'];
      if (keep !== undefined)
        await writeFile(
          `${keep}/${options.name.replaceAll(/\W+/g, '-')}.json`,
          JSON.stringify(
            {
              summary,
              outcomes: Object.fromEntries(column.outcomes),
              tools: Object.fromEntries(column.tools),
            },
            null,
            1,
          ),
        );
    },
    clean: async () => {
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
    column: () => {
      if (column === undefined) throw new Error('Cannot judge: the column was not measured');
      return column;
    },
  };
}

function openRows(column: Column): string {
  const open = hostileRows.filter((row) => column.outcomes.get(row.name)?.outcome === 'open');
  return `  open: ${open.map((row) => (row.knownOpen === undefined ? `${row.name}!` : row.name)).join(' ')}`;
}
