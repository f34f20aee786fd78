import { describe, expect, it } from 'vitest';
import type { HostReport } from '../../sandbox/probe-host.ts';
import { renderHost } from './doctor-table.ts';

const report: HostReport = {
  platform: 'linux',
  findings: [
    {
      subject: 'kernel',
      state: 'good',
      found: 'linux 6.18.0 on x64',
      gives: 'everything below',
      cure: undefined,
    },
    { subject: 'namespaces', state: 'missing', found: 'forbidden', gives: 'mounts', cure: 'Permit them' },
  ],
  workspaceWrite: {
    kind: 'available',
    enforcement: {
      level: 'partial',
      layers: ['landlock', 'seccomp'],
      landlockAbi: 7,
      missing: [{ restriction: 'file-metadata', because: 'modes can be changed' }],
    },
  },
};

describe('the doctor’s table', () => {
  it('is aligned, says what to do, and ends with what would really be enforced', () => {
    expect(renderHost(report, { colour: false })).toBe(
      `ok       kernel      linux 6.18.0 on x64
                     gives: everything below
missing  namespaces  forbidden
                     gives: mounts
                     to do: Permit them

workspace-write is refused here by default: 1 parts cannot be enforced
  file-metadata: modes can be changed
With sandbox_require = "best-effort" it runs with the rest (landlock ABI 7, seccomp), and every record lists these.
`,
    );
  });

  it('is coloured only when asked', () => {
    const text = renderHost(report, { colour: true });
    expect(text).toContain('\u001B[31mmissing');
    expect(text.replaceAll(/\u001B\[\d+m/g, '')).toBe(renderHost(report, { colour: false }));
  });

  it('says in one line that everything is enforced', () => {
    const whole: HostReport = {
      ...report,
      findings: [],
      workspaceWrite: {
        kind: 'available',
        enforcement: { level: 'full', layers: ['seatbelt'], landlockAbi: undefined, missing: [] },
      },
    };
    expect(renderHost(whole, { colour: false })).toBe(
      '\nworkspace-write is fully enforced here (seatbelt)\n',
    );
  });

  it('never suggests to go without a sandbox', () => {
    const none: HostReport = {
      ...report,
      workspaceWrite: { kind: 'missing', what: 'no launcher', hint: 'Build it' },
    };
    expect(renderHost(none, { colour: false })).toContain(
      'workspace-write cannot be enforced here: no launcher\nBuild it\nNothing will run sandboxed until then',
    );
  });
});
