// One spelling for every host, so that a rule and a question compare as plain text. What programs read in several ways
// is no host here: 127.1, 0x7f.1 and 010.0.0.1 are addresses to some resolvers and names to others.
import { isIPv4, isIPv6 } from 'node:net';

/**
 * A name in lower case without trailing dots, an IPv4 address, or an IPv6 address in its shortest form without
 * brackets; an address mapped into IPv6 is the IPv4 address it reaches. Undefined for anything else, international
 * names included: they are written in their `xn--` form.
 */
export function readHost(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (isIPv6(text)) return text.includes('%') ? undefined : readIPv6(text);
  const name = text.replace(/\.+$/, '').toLowerCase();
  if (isIPv4(name)) return name;
  const labels = name.split('.');
  const isName =
    name.length <= 253 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  const endsInNumber = /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
  return isName && !endsInNumber ? name : undefined;
}

function readIPv6(text: string): string {
  const shortest = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest);
  if (mapped === null) return shortest;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
