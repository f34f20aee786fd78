// Reads the words of a failed program: which lines complain about a path or the network, and about what.
// It believes nothing: the program may be hostile and print what it likes; find-denial.ts checks every candidate
// against the profile and the file system.

export type Complaint =
  | {
      readonly kind: 'path';
      /** `read-only`: only a mount gives that answer. `refused`: permissions, Landlock or a dropped capability. */
      readonly answer: 'read-only' | 'refused';
      /** As the program spelled it, maybe relative; undefined when the line names none. */
      readonly paths: readonly string[];
      readonly excerpt: string;
    }
  | { readonly kind: 'network'; readonly address: string | undefined; readonly excerpt: string }
  | { readonly kind: 'unix-socket'; readonly path: string; readonly excerpt: string };

const maxLines = 200;
const maxLineLength = 1_000;
const maxExcerptLength = 300;

/** Complaints in `text`, the last line first: what a program says last is usually why it stopped. */
export function readComplaints(text: string): readonly Complaint[] {
  const lines = text.split(/\r?\n/u).slice(-maxLines).reverse();
  return lines.flatMap((line) => {
    const complaint = readLine(line.slice(0, maxLineLength).trim());
    return complaint === undefined ? [] : [complaint];
  });
}

function readLine(line: string): Complaint | undefined {
  if (line === '') return undefined;
  const excerpt = line.slice(0, maxExcerptLength);
  const socket = /unix:(?:\/\/)?(\/[^\s:'"]+)/u.exec(line)?.[1];
  if (socket !== undefined && /denied|not permitted|cannot connect|failed/iu.test(line)) {
    return { kind: 'unix-socket', path: socket.replace(/[.,]+$/u, ''), excerpt };
  }
  const address = readNetwork(line);
  if (address !== undefined) return { kind: 'network', address: address.host, excerpt };
  const answer = readAnswer(line);
  return answer === undefined ? undefined : { kind: 'path', answer, paths: readPaths(line), excerpt };
}

function readAnswer(line: string): 'read-only' | 'refused' | undefined {
  if (/read-only file ?system|\bEROFS\b/iu.test(line)) return 'read-only';
  if (/permission denied|operation not permitted|\bEACCES\b|\bEPERM\b/iu.test(line)) return 'refused';
  return undefined;
}

/** Each pattern may capture the host; `\0` never occurs, so an absent group reads as unknown. */
const networkPatterns: readonly RegExp[] = [
  /could not resolve (?:host|hostname|proxy)[: ]+["'‘]?([\w.-]+)/iu,
  /unable to resolve host address ["'‘]([\w.-]+)/iu,
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND|EAI_FAIL) ([\w.-]+)/u,
  /\bdial (?:tcp|udp)[46]?:? (?:lookup )?([\w.-]+)/u,
  /failed to connect to ([\w.-]+) port \d+/iu,
  /connect (?:ENETUNREACH|EPERM|EACCES|EHOSTUNREACH) ([\d.]+|[\da-f:]+)/u,
  /connect to (?:host )?([\w.-]+)(?: port \d+)?: (?:network is unreachable|operation not permitted)/iu,
  /(?:temporary failure in name resolution|name or service not known|no address associated with hostname)/iu,
  /network is unreachable|\bENETUNREACH\b/iu,
  /\bsocket(?:\(\))?: (?:operation not permitted|permission denied|address family not supported)/iu,
];

function readNetwork(line: string): { readonly host: string | undefined } | undefined {
  // sudo warns that it cannot resolve the machine's own name, with or without a network.
  if (/^sudo: /u.test(line)) return undefined;
  for (const pattern of networkPatterns) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const host = found[1];
    const isLoopback = host !== undefined && /^(?:localhost|127\.|::1$|0\.0\.0\.0$)/u.test(host);
    return isLoopback ? undefined : { host };
  }
  return undefined;
}

const quoted = /'([^']+)'|"([^"]+)"|‘([^’]+)’|`([^`']+)[`']/gu;

/** Quoted words first (`touch: cannot touch 'x'`), else the word before the colon (`open /etc/x: permission denied`). */
function readPaths(line: string): readonly string[] {
  const inQuotes = [...line.matchAll(quoted)].flatMap((found) =>
    // The groups that did not take part are undefined, whatever their type says.
    found.slice(1).filter(Boolean),
  );
  if (inQuotes.length > 0) return inQuotes;
  // By position, not by a pattern for what stands before: that would take quadratic time on a line of blanks.
  const at = line.search(/read-only file ?system|permission denied|operation not permitted/iu);
  const segment = line
    .slice(0, Math.max(at, 0))
    .replace(/\($/u, '')
    .trimEnd()
    .replace(/:$/u, '')
    .split(': ')
    .at(-1)
    ?.trim();
  if (segment === undefined || segment === '') return [];
  if (segment.startsWith('/')) return [segment];
  const word = segment.split(/\s+/u).at(-1) ?? '';
  return /[/.]/u.test(word) || !segment.includes(' ') ? [word] : [];
}
