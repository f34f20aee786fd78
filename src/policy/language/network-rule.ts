// `network_rule`: connections to one host are allowed, asked about or forbidden.
import type { Decision, RuleSource } from '../../domain/index.ts';
import type { NetworkProtocol } from '../rules/rule.ts';
import { Mistake } from './mistake.ts';
import { readNetworkHost } from './network-host.ts';
import { readArgument } from './read-arguments.ts';
import { checkJustification, decisions, readDecision } from './read-decision.ts';
import type { RuleBuiltin } from './rule-builtin.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { RuleCall } from './rule-value.ts';

export const networkRule: RuleBuiltin = {
  required: ['host', 'protocol', 'decision'],
  optional: ['justification'],
  named: [],
  add: addNetworkRule,
};

/** `ask` is not in the language; `deny` is the older word of network rules alone. */
const networkDecisions: Readonly<Record<string, Decision>> = { ...decisions, deny: 'forbidden' };

const protocols: Readonly<Record<string, NetworkProtocol>> = {
  http: 'http',
  https: 'https',
  https_connect: 'https',
  'http-connect': 'https',
  socks5_tcp: 'socks5_tcp',
  socks5_udp: 'socks5_udp',
};

function addNetworkRule(draft: RuleDraft, { args, line }: RuleCall, file: string): void {
  const host = readArgument(args, 'host', 'str') ?? '';
  const protocolWord = readArgument(args, 'protocol', 'str') ?? '';
  const decisionWord = readArgument(args, 'decision', 'str') ?? '';
  const justification = readArgument(args, 'justification', 'str');
  const protocol = Object.hasOwn(protocols, protocolWord) ? protocols[protocolWord] : undefined;
  if (protocol === undefined) {
    throw new Mistake(
      `Invalid rule: the protocol of network_rule must be one of http, https, socks5_tcp, socks5_udp, got ${JSON.stringify(protocolWord)}`,
    );
  }
  const decision = readDecision(decisionWord, networkDecisions);
  checkJustification(justification);
  const source: RuleSource = { kind: 'file', file, line };
  draft.network.push({ ...readNetworkHost(host), protocol, decision, justification, source });
}
