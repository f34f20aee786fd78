// What a host can enforce, line by line, for `cordon doctor`: the facts judged by a pure table. Each line says what the
// thing gives and, where it is missing, how to get it.
import type { Availability } from '../domain/index.ts';
import { gatherHostFacts, type HostFacts, type ProbeOptions } from './probe-host-facts.ts';

export type FindingState = 'good' | 'limited' | 'missing';

export interface HostFinding {
  readonly subject: string;
  readonly state: FindingState;
  /** What is there. */
  readonly found: string;
  /** What it gives a sandboxed command. */
  readonly gives: string;
  /** How to get what is missing; undefined when nothing is. */
  readonly cure: string | undefined;
}

export interface HostReport {
  readonly platform: string;
  readonly findings: readonly HostFinding[];
  /** What `workspace-write` would really enforce here, measured on a harmless command. */
  readonly workspaceWrite: Availability;
}

/** Asks the host everything once. Takes a moment: the launcher may have to be built first. */
export async function probeHost(options: ProbeOptions): Promise<HostReport> {
  return judgeHost(await gatherHostFacts(options));
}

export function judgeHost(facts: HostFacts): HostReport {
  const judges = judgesOf[facts.platform] ?? [];
  return {
    platform: facts.platform,
    findings: judges.map((judge) => judge(facts)),
    workspaceWrite: facts.sandbox ?? {
      kind: 'missing',
      what: `no sandbox exists for ${facts.platform}`,
      hint: 'Use Linux, macOS or WSL 2',
    },
  };
}

type Judge = (facts: HostFacts) => HostFinding;

const judgesOf: Readonly<Partial<Record<string, readonly Judge[]>>> = {
  linux: [kernel, landlock, namespaces, seccomp, notification, cgroups, compiler, launcher],
  darwin: [kernel, seatbelt, compiler, launcher],
};

function kernel({ platform, release, machine, container }: HostFacts): HostFinding {
  const wsl1 = platform === 'linux' && /microsoft/i.test(release) && !/wsl2/i.test(release);
  const inside = container === undefined ? '' : `, in a container (${container})`;
  return {
    subject: 'kernel',
    state: wsl1 ? 'missing' : 'good',
    found: `${platform} ${release} on ${machine}${inside}`,
    gives: 'everything below',
    cure: wsl1
      ? 'This is WSL 1, which has neither namespaces nor Landlock: run `wsl --set-version DISTRO 2`'
      : undefined,
  };
}

/** What the newest rights of each Landlock ABI add, and the kernel that brings them. */
const landlockSteps: readonly { readonly abi: number; readonly adds: string; readonly kernel: string }[] = [
  { abi: 3, adds: 'truncation held back', kernel: '6.2' },
  { abi: 4, adds: 'TCP rules', kernel: '6.7' },
  { abi: 5, adds: 'device ioctls held back', kernel: '6.10' },
  { abi: 6, adds: 'abstract sockets and signals kept inside', kernel: '6.12' },
];

function landlock({ kernel: told }: HostFacts): HostFinding {
  const abi = Number(told.get('landlock_abi') ?? 0);
  const gives = 'writes, /proc and devices held back on top of every mount';
  const subject = 'landlock';
  if (abi === 0) {
    const why = told.get('landlock_error');
    return {
      subject,
      state: 'missing',
      found: why === undefined ? 'not known: the launcher could not be asked' : `none (${why})`,
      gives,
      cure:
        why === 'EOPNOTSUPP'
          ? 'It is built in but switched off: add `landlock` to the `lsm=` list of the kernel command line'
          : 'Use a kernel from 6.2 on with CONFIG_SECURITY_LANDLOCK, and an engine whose seccomp profile allows it',
    };
  }
  const next = landlockSteps.find((step) => step.abi > abi);
  return {
    subject,
    state: next === undefined ? 'good' : 'limited',
    found: `ABI ${String(abi)}`,
    gives,
    cure: next === undefined ? undefined : `Linux ${next.kernel} would add: ${next.adds}`,
  };
}

function namespaces({ kernel: told }: HostFacts): HostFinding {
  const kind = told.get('namespaces');
  const gives = 'protected paths, metadata, processes, network and /tmp of its own; nothing left running';
  const subject = 'namespaces';
  if (kind === 'user') return { subject, state: 'good', found: 'usable', gives, cure: undefined };
  if (kind === 'privileged')
    return {
      subject,
      state: 'good',
      found: 'usable by root, without a user namespace',
      gives,
      cure: undefined,
    };
  return {
    subject,
    state: 'missing',
    found: told.get('namespaces_why') ?? 'not known: the launcher could not be asked',
    gives,
    cure: told.get('namespaces_cure') ?? 'Get the launcher first',
  };
}

function seccomp({ kernel: told }: HostFacts): HostFinding {
  const usable = told.get('seccomp_filter') === 'yes';
  const inherited = told.get('seccomp_inherited') === '1' ? '; this process is filtered already' : '';
  return {
    subject: 'seccomp',
    state: usable ? 'good' : 'missing',
    found: usable ? `filters usable${inherited}` : 'none',
    gives: 'sockets by family, io_uring, namespaces, key rings and other kernel surface kept off',
    cure: usable ? undefined : 'Use a kernel with CONFIG_SECCOMP_FILTER',
  };
}

function notification({ kernel: told }: HostFacts): HostFinding {
  const usable = told.get('seccomp_notify') === 'yes';
  return {
    subject: 'seccomp notification',
    state: usable ? 'good' : 'limited',
    found: usable ? 'usable' : 'none',
    gives: 'certain evidence of what was denied',
    cure: usable ? undefined : 'Use Linux 5.5 or newer; without it denials are read out of the output',
  };
}

function cgroups({ cgroups: { version, delegated } }: HostFacts): HostFinding {
  const wanted = ['memory', 'pids'].filter((name) => !delegated.includes(name));
  const usable = version === 'v2' && wanted.length === 0;
  return {
    subject: 'cgroups',
    state: usable ? 'good' : 'limited',
    found: usable
      ? `v2, ${delegated.join(' ')} delegated`
      : version === 'v2'
        ? 'v2, not delegated to this process'
        : version,
    gives:
      'a bound on memory for everything a command starts together (without it, for each process), and before Linux 6.14 one on the processes of root',
    cure: usable
      ? undefined
      : 'Start cordon with `systemd-run --user --scope -p Delegate=yes -p MemoryMax=4G`',
  };
}

function compiler({ compiler: found }: HostFacts): HostFinding {
  return {
    subject: 'compiler',
    state: found === undefined ? 'limited' : 'good',
    found: found ?? 'none',
    gives: 'builds the launcher when the package is installed',
    cure:
      found === undefined
        ? 'Install one: `apt-get install build-essential`, `dnf install gcc`, `apk add build-base`, `xcode-select --install`'
        : undefined,
  };
}

function launcher({ launcher: found, platform }: HostFacts): HostFinding {
  const gives =
    platform === 'linux'
      ? 'the sandbox itself, and terminals that lose no output'
      : 'terminals that lose no output';
  const subject = 'launcher';
  if (found?.ok === true) return { subject, state: 'good', found: found.value, gives, cure: undefined };
  return {
    subject,
    state: 'missing',
    found: found?.error.what ?? 'none',
    gives,
    cure: found?.error.hint ?? 'Run `npm rebuild cordon`',
  };
}

function seatbelt({ sandbox }: HostFacts): HostFinding {
  const gives = 'writes, network, processes and protected paths held back';
  const subject = 'seatbelt';
  if (sandbox?.kind === 'available')
    return { subject, state: 'good', found: '/usr/bin/sandbox-exec', gives, cure: undefined };
  return { subject, state: 'missing', found: sandbox?.what ?? 'none', gives, cure: sandbox?.hint };
}
