import { describe, expect, it } from 'vitest';
import { type AbsolutePath, type Enforcement, err, ok } from '../domain/index.ts';
import { type FindingState, judgeHost } from './probe-host.ts';
import type { HostFacts } from './probe-host-facts.ts';

const full: Enforcement = {
  level: 'full',
  layers: ['namespaces', 'landlock', 'seccomp'],
  landlockAbi: 7,
  missing: [],
};

const good: HostFacts = {
  platform: 'linux',
  machine: 'x64',
  release: '6.18.0',
  container: undefined,
  compiler: 'cc: cc 12',
  launcher: ok('/p/native/build/cordon-launcher' as AbsolutePath),
  kernel: new Map([
    ['landlock_abi', '7'],
    ['seccomp_filter', 'yes'],
    ['seccomp_notify', 'yes'],
    ['seccomp_inherited', '0'],
    ['namespaces', 'user'],
  ]),
  cgroups: { version: 'v2', delegated: ['cpu', 'memory', 'pids'] },
  sandbox: { kind: 'available', enforcement: full },
};

const told = (more: Readonly<Record<string, string>>): HostFacts => ({
  ...good,
  kernel: new Map([...good.kernel, ...Object.entries(more)]),
});

describe('the report on a host', () => {
  it('finds nothing to cure where everything is there', () => {
    const { findings } = judgeHost(good);
    expect(findings.map(({ subject, state, cure }) => [subject, state, cure])).toEqual(
      [
        'kernel',
        'landlock',
        'namespaces',
        'seccomp',
        'seccomp notification',
        'cgroups',
        'compiler',
        'launcher',
      ].map((subject) => [subject, 'good', undefined]),
    );
  });

  const rows: readonly {
    readonly says: string;
    readonly facts: HostFacts;
    readonly subject: string;
    readonly state: FindingState;
    readonly cure: RegExp;
  }[] = [
    {
      says: 'tells what the next Landlock would add',
      facts: told({ landlock_abi: '4' }),
      subject: 'landlock',
      state: 'limited',
      cure: /^Linux 6\.10 would add: device ioctls/,
    },
    {
      says: 'tells a Landlock that is switched off from one that is not there',
      facts: { ...good, kernel: new Map([['landlock_error', 'EOPNOTSUPP']]) },
      subject: 'landlock',
      state: 'missing',
      cure: /lsm=/,
    },
    {
      says: 'hands on why namespaces are forbidden',
      facts: told({ namespaces: 'none', namespaces_why: 'AppArmor', namespaces_cure: 'Run `sysctl x`' }),
      subject: 'namespaces',
      state: 'missing',
      cure: /^Run `sysctl x`$/,
    },
    {
      says: 'does not take silence for a namespace',
      facts: { ...good, kernel: new Map() },
      subject: 'namespaces',
      state: 'missing',
      cure: /launcher/,
    },
    {
      says: 'does not take silence for seccomp',
      facts: { ...good, kernel: new Map() },
      subject: 'seccomp',
      state: 'missing',
      cure: /CONFIG_SECCOMP_FILTER/,
    },
    {
      says: 'knows WSL 1 by its kernel',
      facts: { ...good, release: '4.4.0-19041-Microsoft' },
      subject: 'kernel',
      state: 'missing',
      cure: /--set-version/,
    },
    {
      says: 'says how limits are delegated',
      facts: { ...good, cgroups: { version: 'v2', delegated: [] } },
      subject: 'cgroups',
      state: 'limited',
      cure: /Delegate=yes/,
    },
    {
      says: 'does without a compiler where the launcher is built',
      facts: { ...good, compiler: undefined },
      subject: 'compiler',
      state: 'limited',
      cure: /build-essential/,
    },
    {
      says: 'hands on why the launcher is missing',
      facts: { ...good, launcher: err({ what: 'no compiler', hint: 'Install one' }) },
      subject: 'launcher',
      state: 'missing',
      cure: /^Install one$/,
    },
  ];
  for (const { says, facts, subject, state, cure } of rows)
    it(says, () => {
      const finding = judgeHost(facts).findings.find((each) => each.subject === subject);
      expect(finding?.state).toBe(state);
      expect(finding?.cure).toMatch(cure);
    });

  it('accepts WSL 2', () => {
    const facts = { ...good, release: '5.15.153.1-microsoft-standard-WSL2' };
    expect(judgeHost(facts).findings[0]?.state).toBe('good');
  });

  it('speaks of Seatbelt on macOS, and of no Landlock', () => {
    const { findings } = judgeHost({ ...good, platform: 'darwin' });
    expect(findings.map(({ subject }) => subject)).toEqual(['kernel', 'seatbelt', 'compiler', 'launcher']);
  });

  it('knows no sandbox for another system', () => {
    const { findings, workspaceWrite } = judgeHost({ ...good, platform: 'win32', sandbox: undefined });
    expect(findings).toEqual([]);
    expect(workspaceWrite).toEqual({
      kind: 'missing',
      what: 'no sandbox exists for win32',
      hint: 'Use Linux, macOS or WSL 2',
    });
  });
});
