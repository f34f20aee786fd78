// Who may open the page, and what every answer of its port says to the browser: nothing from elsewhere is loaded, no other
// site may hold the page in a frame, and no text of it is ever taken for markup.
import { type Admission, type Guarded, isOwnPlace, isSameSecret } from '../loopback/index.ts';

/** What a page's connection speaks; beside it the page names its token the same way. */
export const pageProtocol = 'cordon.watch';
const tokenPrefix = 'cordon.token.';

/**
 * A browser lets a page name subprotocols and nothing else of its own, and they are in no address, no history and no
 * log. `offered` is the header Sec-WebSocket-Protocol as it was sent; a second one of it counts as none.
 */
export function admitPage(
  place: Pick<Guarded, 'host' | 'origin'>,
  offered: string | undefined,
  { port, token }: { readonly port: number; readonly token: string },
): Admission {
  const own = isOwnPlace(place, port);
  if (own.kind === 'refused') return own;
  const names = (offered ?? '').split(',').map((name) => name.trim());
  const given = names
    .filter((name) => name.startsWith(tokenPrefix))
    .map((name) => name.slice(tokenPrefix.length));
  // Compared although none was given: how long it takes says nothing.
  const isRight = isSameSecret(given[0] ?? '', token) && given.length === 1 && names.includes(pageProtocol);
  if (isRight && token !== '') return { kind: 'admitted' };
  return { kind: 'refused', status: 401, why: 'the token is missing or wrong' };
}

/** For every answer. `host`: by which of our names it was asked for; it was looked at before. */
export function pageHeaders(host: string): Readonly<Record<string, string>> {
  // An address of the other family has no form in a policy; there it is the page's own place.
  const sockets = host.startsWith('[') ? '' : ` ws://${host}`;
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self'${sockets}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    Connection: 'close',
  };
}
