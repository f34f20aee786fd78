import { describe, expect, it } from 'vitest';
import { admit, guardedBy, isSameSecret } from './guard.ts';
import { loopbackAddress } from './listen-address.ts';

const token = 'abcdefghijklmnopqrstuvwxyz0123456789';
const good = { host: '127.0.0.1:4500', origin: undefined, authorization: `Bearer ${token}` };

describe('the guard of a server on loopback', () => {
  it.each([
    ['the token and the address', {}, 'admitted'],
    ['the name of loopback', { host: 'localhost:4500' }, 'admitted'],
    ['the name in capitals', { host: 'LOCALHOST:4500' }, 'admitted'],
    ['the other family', { host: '[::1]:4500' }, 'admitted'],
    ['a page of its own', { origin: 'http://127.0.0.1:4500' }, 'admitted'],
    ['the scheme in other letters', { authorization: `bearer  ${token}` }, 'admitted'],
    ['no host', { host: undefined }, 403],
    ['a host without a port', { host: '127.0.0.1' }, 403],
    ['another port', { host: '127.0.0.1:4501' }, 403],
    ['a name that resolves here', { host: 'rebind.example:4500' }, 403],
    ['a name that begins like ours', { host: 'localhost.rebind.example:4500' }, 403],
    ['an address that is written otherwise', { host: '127.1:4500' }, 403],
    ['a foreign page', { origin: 'http://evil.example' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:80' }, 403],
    ['a page that is none', { origin: 'null' }, 403],
    ['a page by https', { origin: 'https://127.0.0.1:4500' }, 403],
    ['an empty page', { origin: '' }, 403],
    ['no token', { authorization: undefined }, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['another scheme', { authorization: `Basic ${token}` }, 401],
    ['a part of the token', { authorization: `Bearer ${token.slice(1)}` }, 401],
    ['more than the token', { authorization: `Bearer ${token}x` }, 401],
    ['two words', { authorization: `Bearer ${token} ${token}` }, 401],
  ] as const)('looks at %s', (_, more, answer) => {
    const admission = admit({ ...good, ...more }, { port: 4500, token });
    expect(admission.kind === 'admitted' ? 'admitted' : admission.status).toBe(answer);
  });

  it.each(['Host', 'Origin', 'Authorization'])('refuses two headers %s, whichever is right', (twice) => {
    const sent = (...values: string[]): string[] => values.flatMap((value) => [twice, value]);
    const rest = Object.entries({
      Host: '127.0.0.1:4500',
      Origin: 'http://127.0.0.1:4500',
      Authorization: `Bearer ${token}`,
    });
    const right = rest.find(([name]) => name === twice)?.[1] ?? '';
    const others = rest.filter(([name]) => name !== twice).flat();
    const admitted = (values: string[]): string =>
      admit(guardedBy({ rawHeaders: [...others, ...values] }), { port: 4500, token }).kind;
    expect(admitted(sent(right))).toBe('admitted');
    expect(admitted([twice.toLowerCase(), right])).toBe('admitted');
    for (const values of [sent(right, 'evil'), sent('evil', right), sent(right, right)])
      expect(admitted(values)).toBe('refused');
    expect(admitted([twice.toUpperCase(), right, ...sent(right)])).toBe('refused');
  });

  it('never admits an empty token, also where the server had none', () => {
    expect(admit({ ...good, authorization: undefined }, { port: 4500, token: '' }).kind).toBe('refused');
    expect([isSameSecret('a', 'a'), isSameSecret('a', 'b'), isSameSecret('', 'a')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('where a server listens', () => {
  it.each([
    ['ws://127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['ws://localhost:4500/', { host: '127.0.0.1', port: 4500 }],
    ['ws://[::1]:65535', { host: '::1', port: 65_535 }],
    ['ws://0.0.0.0:0', undefined],
    ['ws://192.168.0.1:0', undefined],
    ['ws://[::]:0', undefined],
    ['ws://example.com:0', undefined],
    ['ws://127.0.0.1.evil.example:0', undefined],
    ['ws://127.0.0.2:0', undefined],
    ['ws://127.0.0.1', undefined],
    ['ws://127.0.0.1:70000', undefined],
    ['ws://127.0.0.1:0/path', undefined],
    ['ws://user@127.0.0.1:0', undefined],
    ['wss://127.0.0.1:0', undefined],
    ['http://127.0.0.1:0', undefined],
    ['127.0.0.1:0', undefined],
    ['', undefined],
  ])('%s', (url, address) => {
    expect(loopbackAddress(url, 'ws')).toEqual(address);
  });
});
