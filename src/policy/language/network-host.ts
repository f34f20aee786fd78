// Normalises the host of a `network_rule`: a host name or an address, nothing that looks like a URL or a pattern.
import { readPort } from '../network/endpoint.ts';
import { Mistake } from './mistake.ts';

export interface NetworkPlace {
  readonly host: string;
  /** Undefined when none was written. */
  readonly port: number | undefined;
}

export function readNetworkHost(text: string): NetworkPlace {
  const trimmed = text.trim();
  if (trimmed === '') throw new Mistake('Invalid rule: the host of network_rule cannot be empty');
  if (trimmed.includes('*')) {
    throw new Mistake('Invalid rule: the host of network_rule must be one host; wildcards are not allowed');
  }
  if (/:\/\/|[/?#]/.test(trimmed)) {
    throw new Mistake(
      'Invalid rule: the host of network_rule must be a host name or an address, without scheme or path',
    );
  }
  const [written, digits] = splitPort(trimmed);
  const host = written.replace(/\.+$/, '').toLowerCase();
  if (host === '') throw new Mistake('Invalid rule: the host of network_rule cannot be empty');
  if (/\s/.test(host)) throw new Mistake('Invalid rule: the host of network_rule cannot contain white space');
  const port = digits === undefined ? undefined : readPort(digits);
  if (digits !== undefined && port === undefined) {
    throw new Mistake(
      `Invalid rule: the port of network_rule must be between 1 and 65535: ${JSON.stringify(digits)}`,
    );
  }
  return { host, port };
}

function splitPort(host: string): readonly [host: string, digits: string | undefined] {
  if (host.startsWith('[')) {
    const end = host.indexOf(']');
    if (end <= 1)
      throw new Mistake(
        `Invalid rule: the host of network_rule has a bad bracketed address: ${JSON.stringify(host)}`,
      );
    const suffix = host.slice(end + 1);
    if (suffix !== '' && !/^:\d+$/.test(suffix)) {
      throw new Mistake(
        `Invalid rule: the host of network_rule has an unsupported suffix: ${JSON.stringify(host)}`,
      );
    }
    return [host.slice(1, end), suffix === '' ? undefined : suffix.slice(1)];
  }
  // Exactly one colon and digits is a port; more colons are an IPv6 address.
  const parts = /^([^:]*):(\d+)$/.exec(host);
  return parts === null ? [host, undefined] : [parts[1] ?? '', parts[2]];
}
