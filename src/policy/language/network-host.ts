// Normalises the host of a `network_rule`: a host name or an address, nothing that looks like a URL or a pattern.
import { Mistake } from './mistake.ts';

export function readNetworkHost(text: string): string {
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
  const host = withoutPort(trimmed).replace(/\.+$/, '').toLowerCase();
  if (host === '') throw new Mistake('Invalid rule: the host of network_rule cannot be empty');
  if (/\s/.test(host)) throw new Mistake('Invalid rule: the host of network_rule cannot contain white space');
  return host;
}

function withoutPort(host: string): string {
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
    return host.slice(1, end);
  }
  // Exactly one colon and digits is a port; more colons are an IPv6 address.
  return host.replace(/^([^:]*):\d+$/, '$1');
}
