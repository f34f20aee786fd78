// The gate seen from outside: `cordon run -- bash -c SCRIPT` without anybody to ask. Every row is run for real; a file
// that the script would make tells whether it ran. A row that wants to be stopped has a control without rules, in which
// the same script does make the file.
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { askTheGate } from './support/ask-the-gate.ts';
import { factRows } from './support/gate-fact-rows.ts';
import { fileOutside, gateRows, temporaryLog } from './support/gate-rows.ts';
import { writtenRows } from './support/gate-written-rows.ts';

afterAll(() => {
  for (const file of [temporaryLog, fileOutside]) rmSync(file, { force: true });
});

askTheGate('the gate from outside', gateRows);

describe('the rows of the gate', () => {
  it('are in both directions', () => {
    const wants = [...gateRows, ...factRows, ...writtenRows].map(({ want }) => want);
    expect(wants.filter((want) => want === 'runs').length).toBeGreaterThan(40);
    expect(wants.filter((want) => want === 'stopped').length).toBeGreaterThan(40);
  });
});
