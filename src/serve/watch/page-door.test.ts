import { describe, expect, it } from 'vitest';
import { admitPage, pageHeaders } from './page-door.ts';

const token = 'abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE';
const named = `cordon.watch, cordon.token.${token}`;
const place = { host: '127.0.0.1:4500', origin: 'http://127.0.0.1:4500' };

describe('the door of the page', () => {
  it.each([
    ['the page itself', {}, named, 'admitted'],
    ['the names the other way round', {}, `cordon.token.${token},cordon.watch`, 'admitted'],
    ['a program without a page', { origin: undefined }, named, 'admitted'],
    ['a name that was led here', { host: 'evil.example:4500' }, named, 403],
    ['a foreign page', { origin: 'http://evil.example' }, named, 403],
    ['a page of another port of loopback', { origin: 'http://127.0.0.1:4501' }, named, 403],
    ['a page without a place', { origin: 'null' }, named, 403],
    ['a header that came twice', { host: '' }, named, 403],
    ['no names', {}, undefined, 401],
    ['no token', {}, 'cordon.watch', 401],
    ['the token alone', {}, `cordon.token.${token}`, 401],
    ['a wrong token', {}, `cordon.watch, cordon.token.${token.slice(1)}x`, 401],
    ['an empty token', {}, 'cordon.watch, cordon.token.', 401],
    ['two tokens', {}, `${named}, cordon.token.x`, 401],
    ['a token as a name', {}, `cordon.watch, ${token}`, 401],
  ] as const)('looks at %s', (_, more, offered, answer) => {
    const admission = admitPage({ ...place, ...more }, offered, { port: 4500, token });
    expect(admission.kind === 'admitted' ? 'admitted' : admission.status).toBe(answer);
  });

  it('never admits an empty token, also where the server had none', () => {
    expect(admitPage(place, 'cordon.watch, cordon.token.', { port: 4500, token: '' }).kind).toBe('refused');
  });

  it('lets the page load its own files, speak to its own server, and nothing else', () => {
    const policy = pageHeaders('127.0.0.1:4500')['Content-Security-Policy'] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self' ws://127.0.0.1:4500",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(pageHeaders('[::1]:4500')['Content-Security-Policy']).toContain("connect-src 'self';");
  });
});
