// Refuses an import that climbs a wall or closes a ring, type imports included. The walls are ARCHITECTURE.md's
// table; this file is their only machine-readable form. Run by `npm run layers`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What each room may import. A room inside a room (`policy/heuristics`) has a row of its own. */
export const walls: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  shell: ['domain'],
  starlark: [],
  'policy/heuristics': ['domain'],
  policy: ['domain', 'starlark', 'policy/heuristics'],
  launcher: ['domain'],
  'sandbox/landlock': ['domain', 'launcher', 'sandbox'],
  'sandbox/seatbelt': ['domain', 'sandbox'],
  sandbox: ['domain', 'launcher', 'sandbox/landlock', 'sandbox/seatbelt'],
  'airlock/judge': ['domain'],
  'airlock/held': ['domain', 'airlock/tree'],
  'airlock/tree': ['domain'],
  'airlock/scan': ['domain', 'airlock/judge', 'airlock/tree'],
  'airlock/layer': ['domain', 'launcher', 'airlock/tree'],
  'airlock/records': ['domain', 'airlock/layer'],
  airlock: [
    'domain',
    'launcher',
    'airlock/judge',
    'airlock/held',
    'airlock/tree',
    'airlock/scan',
    'airlock/layer',
    'airlock/records',
  ],
  orchestrator: ['domain'],
  'runtime/process': ['domain', 'launcher'],
  'runtime/unified-exec': ['domain', 'launcher', 'runtime/process', 'orchestrator'],
  runtime: [
    'domain',
    'shell',
    'policy',
    'launcher',
    'sandbox',
    'airlock',
    'orchestrator',
    'runtime/process',
    'runtime/unified-exec',
  ],
  config: ['domain'],
  exec: ['domain', 'runtime', 'config'],
  cli: [
    'domain',
    'shell',
    'policy',
    'launcher',
    'sandbox',
    'sandbox/seatbelt',
    'airlock',
    'airlock/held',
    'airlock/judge',
    'airlock/records',
    'airlock/tree',
    'runtime',
    'config',
    'exec',
    'serve',
  ],
  // The terminal reviewer and the exit statuses are the program's; an embedder gets the same ones.
  embed: ['domain', 'shell', 'sandbox', 'runtime', 'config', 'exec', 'cli'],
  serve: ['domain', 'runtime', 'web/protocol'],
  // What runs in a browser: nothing of Node, and of this program the spelling of text and the words of the two sides.
  web: ['domain', 'web/protocol'],
  'web/protocol': [],
  adapters: ['domain', 'runtime', 'exec', 'embed'],
  index: ['domain', 'shell', 'runtime', 'config', 'embed'],
};

/** Rooms entered by any of their files, not only by the door: the CLI loads as little as it can. */
const openFloors: Readonly<Record<string, readonly string[]>> = {
  cli: ['policy', 'shell', 'sandbox', 'airlock', 'config', 'exec', 'runtime', 'serve'],
  embed: ['cli', 'exec'],
  adapters: ['exec'],
  web: ['domain'],
};

export interface SourceFile {
  /** Relative to src/, with forward slashes. */
  readonly path: string;
  readonly imports: readonly string[];
  /** Words of the launcher's protocol in it. */
  readonly protocolWords?: readonly string[];
}

/** Whoever writes one of these speaks to the launcher itself. */
const protocolPattern =
  /\b(?:FrameReader|encodeFrame|startFrame|encodeSignal|encodeRelease|decodeReport|NODE_HANDLE)\b|'fd:3'/gu;

export function roomOf(path: string): string {
  const nested = Object.keys(walls).find((room) => room.includes('/') && path.startsWith(`${room}/`));
  if (nested !== undefined) return nested;
  const [top] = path.split('/');
  return top === undefined || top.endsWith('.ts') ? 'index' : top;
}

/** Every broken wall and every ring, as sentences; empty when the house stands. */
export function checkLayers(files: readonly SourceFile[]): string[] {
  return [...files.flatMap(brokenWalls), ...files.flatMap(strangers), ...rings(files)];
}

function brokenWalls(file: SourceFile): string[] {
  const from = roomOf(file.path);
  const allowed = walls[from];
  if (allowed === undefined)
    return [`${file.path}: room "${from}" is not on the map (scripts/check-layers.ts)`];
  return file.imports.flatMap((target) => {
    const to = roomOf(target);
    if (to === from) return [];
    if (!allowed.includes(to)) return [`${file.path}: "${from}" may not import "${to}" (${target})`];
    const insideOneRoom = to.startsWith(`${from}/`) || from.startsWith(`${to}/`);
    const free = insideOneRoom || (openFloors[from] ?? []).includes(to.split('/')[0] ?? to);
    const door = target === `${to}/index.ts`;
    return door || free ? [] : [`${file.path}: enters "${to}" by ${target}, not by its index.ts`];
  });
}

/** One room speaks the launcher's protocol; the others are given runs. */
function strangers({ path, protocolWords = [] }: SourceFile): string[] {
  if (roomOf(path) === 'launcher') return [];
  return protocolWords.map(
    (word) => `${path}: speaks the launcher's protocol (${word}); only "launcher" does`,
  );
}

/** Strongly connected groups of more than one file (Tarjan). */
function rings(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map((file) => [file.path, file.imports]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path) ?? 0);
    stack.push(path);
    for (const next of edges.get(path) ?? []) {
      if (!edges.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(path, Math.min(low.get(path) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(path) !== index.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1) found.push(`Ring of imports: ${group.toSorted().join(' <-> ')}`);
  };
  for (const file of files) if (!index.has(file.path)) visit(file.path);
  return found;
}

/** Reads every non-test source below `root`; imports are resolved to paths relative to `root`. */
export function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testdata/'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const words = text.matchAll(protocolPattern);
      return {
        path,
        imports: importsOf(text, path),
        protocolWords: [...new Set([...words].map(([word]) => word))],
      };
    });
}

const importPattern =
  /^\s*(?:import|export)\b[^;'"]*?['"](\.{1,2}\/[^'"]+)['"]|\bimport\(\s*['"](\.{1,2}\/[^'"]+)['"]/gm;

export function importsOf(text: string, path: string): string[] {
  const targets = [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? '');
  return targets.map((target) => posix.normalize(posix.join(posix.dirname(path), target)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
  const files = readSources(src);
  const problems = checkLayers(files);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    `layers: ${files.length} files in ${relative(process.cwd(), src)}, ${problems.length} problems\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
