// Whether a command is nothing but a patch: `apply_patch PATCH`, or `apply_patch` with the patch as a here-document, as
// models write it into a shell call. Such a command is carried out by us; anything beside it makes it a command.

export interface FoundPatch {
  readonly patch: string;
  /** Where its paths start, relative to the directory of the call. */
  readonly directory: string | undefined;
}

const names: ReadonlySet<string> = new Set(['apply_patch', 'applypatch']);
const shells: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'zsh',
  '/bin/bash',
  '/bin/sh',
  '/usr/bin/bash',
  '/bin/zsh',
]);

export function findPatch(command: string | readonly string[]): FoundPatch | undefined {
  if (typeof command === 'string') return inScript(command);
  const [program = '', first = '', second = ''] = command;
  if (command.length === 2 && names.has(program)) return { patch: first, directory: undefined };
  return command.length === 3 && shells.has(program) && /^-l?c$/.test(first) ? inScript(second) : undefined;
}

/**
 * The whole script, literally: no expansion can be in a here-document with a quoted end, and one without quotes is taken
 * only where nothing in it would expand.
 */
const hereDocument =
  /^\s*(?:cd\s+(?:'([^'\n]+)'|([\w@%+=:,./-]+))\s*&&\s*)?(?:apply_patch|applypatch)\s*<<(-?)\s*(?:'([\w-]+)'|"([\w-]+)"|([\w-]+))[ \t]*\n([\s\S]*)$/;
/** `apply_patch 'PATCH'`: single quotes hold everything but themselves. */
const quoted =
  /^\s*(?:cd\s+(?:'([^'\n]+)'|([\w@%+=:,./-]+))\s*&&\s*)?(?:apply_patch|applypatch)\s+'([^']*)'\s*$/;

function inScript(script: string): FoundPatch | undefined {
  const simple = quoted.exec(script);
  if (simple !== null) return { patch: simple[3] ?? '', directory: simple[1] ?? simple[2] };
  const found = hereDocument.exec(script);
  if (found === null) return undefined;
  const [, inQuotes, plain, dash, single, double, bare, rest = ''] = found;
  const end = single ?? double ?? bare ?? '';
  const lines = rest.split('\n');
  const strip = (line: string): string => (dash === '-' ? line.replace(/^\t+/, '') : line);
  const last = lines.findIndex((line) => strip(line) === end);
  if (last < 0 || lines.slice(last + 1).some((line) => line.trim() !== '')) return undefined;
  const body = lines.slice(0, last).map(strip).join('\n');
  if (bare !== undefined && /[$`\\]/.test(body)) return undefined;
  return { patch: body, directory: inQuotes ?? plain };
}
