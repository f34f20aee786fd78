// From what a probe said and what the world saw to one outcome a row. Pure.
import { constants } from 'node:os';
import type { HostileRow, NamespaceKind } from './row.ts';
import type { WorldReport } from './start-world.ts';

/** `unsupported` means that the act fails here without any sandbox too, so that its failure proves nothing. */
export type ProbeOutcome = 'open' | 'private-only' | 'blocked' | 'unsupported' | 'not-run';

export interface Said {
  readonly did: boolean;
  /** The errno's name, or how the probe died. */
  readonly how: string;
  readonly text: string;
}

export interface ProbeReport {
  readonly said: ReadonlyMap<string, Said>;
  readonly spaces: Readonly<Partial<Record<NamespaceKind, string>>>;
  /** Probes whose letter was typed into the terminal. */
  readonly typed: ReadonlySet<string>;
}

/** The letter each probe of tty.c types. */
const typists: Readonly<Record<string, string>> = {
  a: 'tty.tiocsti_stdin',
  b: 'tty.tiocsti_high_bits',
  c: 'tty.tiocsti_dev_tty',
  d: 'tty.tiocsti_reopened_stdin',
};

export function readProbes(stdout: string): ProbeReport {
  const said = new Map<string, Said>();
  const spaces: Partial<Record<NamespaceKind, string>> = {};
  let typed = '';
  for (const line of stdout.split('\n')) {
    const [first = '', second = '', third = '', ...rest] = line.split('\t');
    if (first === '#ns') spaces[second as NamespaceKind] = third;
    else if (first === '#typed') typed = second;
    else if (second === 'did' || second === 'refused' || second === 'died')
      said.set(first, { did: second === 'did', how: third, text: rest.join('\t') });
  }
  return { said, spaces, typed: new Set([...typed].map((letter) => typists[letter] ?? letter)) };
}

export interface Evidence {
  readonly probes: ProbeReport;
  readonly world: WorldReport;
  readonly secret: string;
  readonly outsideSpaces: Readonly<Record<NamespaceKind, string>>;
}

/** What the row came to in one run, without regard to a control. */
export function judge(row: HostileRow, evidence: Evidence): ProbeOutcome {
  const said = evidence.probes.said.get(row.name);
  if (evidence.world.effects.has(row.name) || evidence.probes.typed.has(row.name)) return 'open';
  // One that ran into its alarm proves nothing.
  if (said === undefined || said.how === String(constants.signals.SIGALRM)) return 'not-run';
  if (!said.did) return 'blocked';
  if (row.judge === 'outside') return 'private-only';
  // Twelve characters are what fits into a process name.
  if (row.judge === 'secret')
    return said.text.includes(evidence.secret.slice(0, 12)) ? 'open' : 'private-only';
  if (row.judge === 'said') return 'open';
  const kind = row.judge.saidWithin;
  return evidence.probes.spaces[kind] === evidence.outsideSpaces[kind] ? 'open' : 'private-only';
}

/** The same against a run without a sandbox: what fails there as well proves nothing here. */
export function judgeAgainst(row: HostileRow, sandboxed: Evidence, control: Evidence): ProbeOutcome {
  const outcome = judge(row, sandboxed);
  if (outcome === 'open' || outcome === 'not-run' || row.provesItself) return outcome;
  return judge(row, control) === 'open' ? outcome : 'unsupported';
}
