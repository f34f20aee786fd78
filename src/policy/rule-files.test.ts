// Rule files as users have them: what `policy check` answers for each, or the mistake it must name.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check } from '../cli/policy/check.ts';
import type { Edge } from '../cli/edge.ts';
import { conditions, type Condition } from './testdata/conditions.ts';

interface Row {
  readonly says: string;
  readonly files: readonly string[];
  readonly encoding?: 'latin1';
  readonly options?: readonly string[];
  readonly command: readonly string[];
  readonly answer?: unknown;
  readonly printed?: string;
  readonly mistake?: Condition;
}

/** Rows where this language differs on purpose; docs/policy-language.md says why. */
const deviations = new Set(['st2: deep loop 10m']);

const rows = readFileSync(new URL('testdata/rule-files.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

const directory = mkdtempSync(join(tmpdir(), 'cordon-rule-files-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('rule files', () => {
  it.each(rows.filter(({ says }) => !deviations.has(says)))('$says', async (row) => {
    const { status, stdout, stderr } = await run(row);
    if (row.mistake === undefined) {
      expect({ status, stderr, answer: JSON.parse(stdout === '' ? 'null' : stdout) }).toEqual({
        status: 0,
        stderr: '',
        answer: row.answer,
      });
      expect(stdout).toBe(row.printed ?? `${JSON.stringify(row.answer)}\n`);
    } else {
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(conditions[row.mistake]);
    }
  });
});

async function run(row: Row): Promise<{ status: number; stdout: string; stderr: string }> {
  const files = row.files.flatMap((text, index) => {
    const file = join(directory, `p${index}.rules`);
    writeFileSync(file, text, row.encoding ?? 'utf8');
    return ['--rules', file];
  });
  const out = { stdout: '', stderr: '' };
  const edge = {
    env: { HOME: '/home/somebody' },
    cwd: '/site',
    stdout: { write: (text: string) => ((out.stdout += text), true) },
    stderr: { write: (text: string) => ((out.stderr += text), true) },
  } as unknown as Edge;
  const status = await check([...files, ...(row.options ?? []), ...row.command], edge);
  return { status, ...out };
}
