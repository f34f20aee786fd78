// Which `network_rule`s speak about a connection, and what they decide together. Words alone: no name is resolved.
import { isNonEmpty, strictest, type Decision } from '../../domain/index.ts';
import type { NetworkProtocol, NetworkRule } from '../rules/rule.ts';
import type { Endpoint, Transport } from './endpoint.ts';
import { readHost } from './read-host.ts';

export interface EndpointVerdict {
  /** In order of definition. */
  readonly matches: readonly NetworkRule[];
  /** The strictest of the matches; `forbidden` when there is none, since an unknown host is denied. */
  readonly decision: Decision;
  /** Rules whose host can be no host. Nothing was decided by them, so nobody may rely on the rest. */
  readonly unreadable: readonly NetworkRule[];
}

interface Covers {
  readonly transport: Transport;
  /** Where an allow rule without a port of its own leads; undefined for every port. */
  readonly port: number | undefined;
}

const covers: Readonly<Record<NetworkProtocol, Covers>> = {
  http: { transport: 'tcp', port: 80 },
  https: { transport: 'tcp', port: 443 },
  socks5_tcp: { transport: 'tcp', port: undefined },
  socks5_udp: { transport: 'udp', port: undefined },
};

export function judgeEndpoint(rules: readonly NetworkRule[], endpoint: Endpoint): EndpointVerdict {
  const unreadable = rules.filter(({ host }) => readHost(host) === undefined);
  const matches = rules.filter((rule) => speaksAbout(rule, endpoint));
  const decisions = matches.map(({ decision }) => decision);
  return { matches, decision: isNonEmpty(decisions) ? strictest(decisions) : 'forbidden', unreadable };
}

/** A rule that asks or forbids is not narrowed by the usual port of its protocol: what is spoken there nobody can know. */
function speaksAbout({ host, port, protocol, decision }: NetworkRule, endpoint: Endpoint): boolean {
  const { transport, port: usual } = covers[protocol];
  const only = port ?? (decision === 'allow' ? usual : undefined);
  return (
    readHost(host) === endpoint.host &&
    transport === endpoint.transport &&
    (only === undefined || only === endpoint.port)
  );
}
