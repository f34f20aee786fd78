// `cordon doctor` on this very host: what it says must be what the sandbox then does.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { HostReport } from '../src/sandbox/probe-host.ts';

const cordon = fileURLToPath(new URL('../bin/cordon.js', import.meta.url));

function doctor(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cordon, 'doctor', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('cordon doctor', () => {
  it('prints a table without colours into a pipe, and ends with a verdict', () => {
    const { status, stdout, stderr } = doctor();
    expect([status, stderr]).toEqual([/\nworkspace-write cannot be enforced here/.test(stdout) ? 1 : 0, '']);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toMatch(/^ok +kernel +\w+ \d/);
    expect(stdout).toMatch(/\nworkspace-write (is fully enforced|is refused|cannot be enforced) here/);
  });

  it('says the same to machines', () => {
    const { status, stdout } = doctor('--json');
    const report = JSON.parse(stdout) as HostReport;
    const expected = report.workspaceWrite.kind === 'missing' ? 1 : 0;
    expect([status, report.platform]).toEqual([expected, process.platform]);
    for (const { subject, state, cure } of report.findings) {
      expect([subject, ['good', 'limited', 'missing'].includes(state)]).toEqual([subject, true]);
      if (state === 'good') expect([subject, cure]).toEqual([subject, undefined]);
      else expect([subject, typeof cure]).toEqual([subject, 'string']);
    }
  });

  it('promises what the sandbox then enforces', () => {
    const report = JSON.parse(doctor('--json').stdout) as HostReport;
    const run = spawnSync(process.execPath, [cordon, 'sandbox', '--', 'true'], { encoding: 'utf8' });
    const promised = report.workspaceWrite;
    if (promised.kind === 'available' && promised.enforcement.level === 'full') expect(run.status).toBe(0);
    else expect(run.status).toBe(125);
    const namespaces = report.findings.find(({ subject }) => subject === 'namespaces');
    if (promised.kind === 'available' && process.platform === 'linux')
      expect(namespaces?.state === 'good').toBe(promised.enforcement.layers.includes('namespaces'));
  });

  it('knows no other option', () => {
    expect(doctor('--loud').status).toBe(2);
  });
});
