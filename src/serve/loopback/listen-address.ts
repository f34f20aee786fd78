// Where a server listens: loopback, and nowhere else.

export interface LoopbackAddress {
  /** An address, never a name that something else could resolve. */
  readonly host: '127.0.0.1' | '::1';
  /** 0 takes a free one. */
  readonly port: number;
}

/** Undefined for anything that is not loopback with a port: `ws://127.0.0.1:4500`, `ws://localhost:0`, `ws://[::1]:0`. */
export function loopbackAddress(url: string, scheme: 'ws' | 'http'): LoopbackAddress | undefined {
  const found = /^([a-z]+):\/\/(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\/?$/u.exec(url);
  const port = Number(found?.[3]);
  if (found?.[1] !== scheme || port > 65_535) return undefined;
  return { host: found[2] === '[::1]' ? '::1' : '127.0.0.1', port };
}
