// The conformance suite's own bookkeeping: no probe without a row, no row without a probe, nothing open on purpose
// that the documentation does not give the reason for.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toolRows } from './support/probes/tools.ts';
import { hostileRows } from './support/sandbox-conformance.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const probes = readdirSync(fileURLToPath(new URL('support/probes', import.meta.url)))
  .filter((name) => name.endsWith('.c'))
  .flatMap((name) => [...read(`support/probes/${name}`).matchAll(/^\t\{"([a-z]+\.\w+)"/gm)])
  .map((match) => match[1] ?? '');

describe('the rows of the conformance suite', () => {
  it('are one for each probe', () => {
    const names: readonly string[] = hostileRows.map(({ name }) => name);
    expect(names.toSorted()).toEqual(probes.toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  it('cover the 209 that other sandboxes were measured with', () => {
    const reference = hostileRows.filter(({ beyond }) => !beyond);
    const tools = toolRows.filter(({ beyond }) => beyond !== true);
    expect([reference.length, tools.length]).toEqual([184, 25]);
  });

  it('are open on purpose only with a reason that the documentation gives too', () => {
    const open: readonly string[] = hostileRows.flatMap(({ name, knownOpen }) =>
      knownOpen === undefined ? [] : [name],
    );
    for (const page of ['../docs/sandboxing.md', '../THREAT_MODEL.md']) {
      const documented = [...read(page).matchAll(/^\| `([a-z]+\.\w+)` \|/gm)].map((match) => match[1] ?? '');
      expect(documented.toSorted(), page).toEqual(open.toSorted());
    }
    expect(open.length).toBeLessThanOrEqual(20);
  });
});
