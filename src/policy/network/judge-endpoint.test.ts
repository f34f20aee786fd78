import { describe, expect, it } from 'vitest';
import { readNetworkHost } from '../language/network-host.ts';
import type { NetworkProtocol, NetworkRule } from '../rules/rule.ts';
import type { Decision } from '../../domain/index.ts';
import { readEndpoint } from './endpoint.ts';
import { judgeEndpoint } from './judge-endpoint.ts';

function rule(host: string, protocol: NetworkProtocol, decision: Decision): NetworkRule {
  return {
    ...readNetworkHost(host),
    protocol,
    decision,
    justification: undefined,
    source: { kind: 'file', file: '/n.rules', line: 1 },
  };
}

describe('readEndpoint', () => {
  it.each([
    ['a.example:443', { host: 'a.example', port: 443, transport: 'tcp' }],
    ['A.Example.:1', { host: 'a.example', port: 1, transport: 'tcp' }],
    ['a.example:53/udp', { host: 'a.example', port: 53, transport: 'udp' }],
    ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535, transport: 'tcp' }],
    ['[0:0::1]:80', { host: '::1', port: 80, transport: 'tcp' }],
    ['[::FFFF:169.254.169.254]:80', { host: '169.254.169.254', port: 80, transport: 'tcp' }],
    ['[::ffff:a9fe:a9fe]:80', { host: '169.254.169.254', port: 80, transport: 'tcp' }],
  ])('reads %s', (text, endpoint) => {
    expect(readEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    ...['a.example', 'a.example:', 'a.example:0', 'a.example:080', 'a.example:65536', 'a.example:1/sctp'],
    ...['127.1:80', '2130706433:80', '0x7f000001:80', '010.0.0.1:80', '1.2.3.4.5:80', 'a.0x7f:80'],
    ...['::1:80', '[::1]', '[127.0.0.1]:80', '[fe80::1%eth0]:80', '*.example:80', 'é.example:80'],
    ...[
      'a..example:80',
      '-a.example:80',
      'a@b.example:80',
      'http://a.example:80',
      'a.example:80\n',
      ' a:80',
      '',
    ],
  ])('takes %j for none', (text) => {
    expect(readEndpoint(text)).toBeUndefined();
  });
});

describe('judgeEndpoint', () => {
  const rules = [
    rule('web.example', 'https', 'allow'),
    rule('plain.example', 'http', 'allow'),
    rule('registry.example:8443', 'https', 'allow'),
    rule('any.example', 'socks5_tcp', 'allow'),
    rule('time.example', 'socks5_udp', 'allow'),
    rule('asked.example', 'socks5_tcp', 'allow'),
    rule('asked.example', 'https', 'prompt'),
    rule('mixed.example', 'socks5_tcp', 'allow'),
    rule('mixed.example', 'http', 'prompt'),
    rule('mixed.example:22', 'socks5_tcp', 'forbidden'),
    rule('10.0.0.7', 'socks5_tcp', 'allow'),
    rule('0:0:0::1', 'socks5_tcp', 'allow'),
    rule('[::ffff:10.0.0.8]:5432', 'socks5_tcp', 'allow'),
  ];

  it.each<[says: string, to: string, decision: Decision, matches: number]>([
    ['an allow rule leads to the usual port', 'web.example:443', 'allow', 1],
    ['and to no other', 'web.example:22', 'forbidden', 0],
    ['nor by another transport', 'web.example:443/udp', 'forbidden', 0],
    ['each protocol has its own', 'plain.example:80', 'allow', 1],
    ['a written port is the only one', 'registry.example:8443', 'allow', 1],
    ['also instead of the usual one', 'registry.example:443', 'forbidden', 0],
    ['raw TCP is every port', 'any.example:22', 'allow', 1],
    ['raw TCP is no UDP', 'any.example:22/udp', 'forbidden', 0],
    ['UDP is every port', 'time.example:123/udp', 'allow', 1],
    ['UDP is no TCP', 'time.example:123', 'forbidden', 0],
    ['a question about HTTPS holds on every port', 'asked.example:8080', 'prompt', 2],
    ['the strictest wins', 'mixed.example:22', 'forbidden', 3],
    ['a written port narrows what forbids', 'mixed.example:23', 'prompt', 2],
    ['a name below is another name', 'sub.web.example:443', 'forbidden', 0],
    ['a name above is another name', 'example:443', 'forbidden', 0],
    ['a mapped address is the address', '[::ffff:10.0.0.7]:1', 'allow', 1],
    ['an address has one spelling', '[::1]:1', 'allow', 1],
    ['in rules too', '10.0.0.8:5432', 'allow', 1],
    ['what no rule speaks about is forbidden', 'other.example:443', 'forbidden', 0],
  ])('%s', (_says, to, decision, matches) => {
    const endpoint = readEndpoint(to);
    if (endpoint === undefined) throw new Error(`${to} is no endpoint`);
    const verdict = judgeEndpoint(rules, endpoint);
    expect({ decision: verdict.decision, matches: verdict.matches.length }).toEqual({ decision, matches });
    expect(verdict.unreadable).toEqual([]);
  });

  it.each(['a.example:', 'a.example:x', 'a.example:443:1', '127.1', 'é.example', 'fe80::1%eth0'])(
    'names a rule about %s, which can be no host',
    (host) => {
      const bad = rule(host, 'https', 'forbidden');
      const verdict = judgeEndpoint([bad], { host: 'a.example', port: 443, transport: 'tcp' });
      expect(verdict).toEqual({ matches: [], decision: 'forbidden', unreadable: [bad] });
    },
  );

  it('refuses a port that is none', () => {
    for (const port of ['0', '65536', '099999'])
      expect(() => readNetworkHost(`a.example:${port}`)).toThrow(/the port of network_rule/);
  });
});
