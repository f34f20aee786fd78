// Who may speak to a server on loopback: whoever has the token, and no page of a browser that was led here. A name that
// only resolves to loopback (DNS rebinding) is a foreign one. Pure.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Guarded {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly why: string };

/**
 * What a request says of itself, as it was sent. A header that comes twice counts as none: who stands in between might
 * have looked at the other one.
 */
export function guardedBy({ rawHeaders }: { readonly rawHeaders: readonly string[] }): Guarded {
  const only = (name: string): string | undefined => {
    const found = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
    return found.length > 1 ? '' : found[0];
  };
  return { host: only('host'), origin: only('origin'), authorization: only('authorization') };
}

const hostNames = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** Whether the request is meant for the server that listens on `port`, and comes from no foreign page. */
export function isOwnPlace({ host, origin }: Pick<Guarded, 'host' | 'origin'>, port: number): Admission {
  const own = hostNames.map((name) => `${name}:${String(port)}`);
  if (host === undefined || !own.includes(host.toLowerCase()))
    return { kind: 'refused', status: 403, why: 'the Host header names another server' };
  if (origin !== undefined && !own.some((name) => origin.toLowerCase() === `http://${name}`))
    return { kind: 'refused', status: 403, why: 'the Origin header names another site' };
  return { kind: 'admitted' };
}

/** `port` is the one that is listened on. */
export function admit(
  { host, origin, authorization }: Guarded,
  { port, token }: { readonly port: number; readonly token: string },
): Admission {
  const place = isOwnPlace({ host, origin }, port);
  if (place.kind === 'refused') return place;
  const given = /^bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
  // Compared although none was given: how long it takes says nothing.
  const isRight = isSameSecret(given ?? '', token) && given !== undefined;
  if (!isRight) return { kind: 'refused', status: 401, why: 'the token is missing or wrong' };
  return { kind: 'admitted' };
}

/** In a time that does not depend on where they differ, nor on their lengths. */
export function isSameSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
