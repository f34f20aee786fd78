// What a connection leads to, as a person writes it: HOST:PORT, [IPV6]:PORT, and /udp behind it.
import { readHost } from './read-host.ts';

export type Transport = 'tcp' | 'udp';

export interface Endpoint {
  /** In the one spelling of `readHost`. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  readonly transport: Transport;
}

/** Undefined when the text is none. The port has to be there; the transport is TCP unless `/udp` follows. */
export function readEndpoint(text: string): Endpoint | undefined {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/]+)):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
  if (parts === null) return undefined;
  const [, bracketed, bare, digits, transport] = parts;
  const host = readHost(bracketed ?? bare ?? '');
  const port = readPort(digits ?? '');
  // Brackets are for IPv6 alone.
  const isBracketedRightly = bracketed === undefined || bracketed.includes(':');
  if (host === undefined || port === undefined || !isBracketedRightly) return undefined;
  return { host, port, transport: transport === 'udp' ? 'udp' : 'tcp' };
}

/** 1 to 65535 in decimal digits, without leading zeros. */
export function readPort(digits: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
