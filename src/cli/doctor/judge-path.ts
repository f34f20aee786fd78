// `cordon doctor --judge PATH`: who obeys this path, and what would become of what a command writes there.
import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, relative, resolve } from 'node:path';
import { explainPath, makeWorld, type PathExplanation, realTree } from '../../airlock/index.ts';
import {
  type AbsolutePath,
  absolutePath,
  assertNever,
  bytePath,
  type HeldPart,
  userHome,
} from '../../domain/index.ts';
import { type Edge, UsageError } from '../edge.ts';
import { workspaceAt } from '../person-settings.ts';
import { findHeldSettings } from '../sandbox/find-held-settings.ts';
import { visible } from '../terminal/visible-text.ts';

/** The directory the program is in counts as the workspace, or the path's own directory where it lies elsewhere. */
export async function judgePath(word: string, edge: Edge, as: 'json' | 'text'): Promise<void> {
  if (word === '') throw new UsageError('--judge needs a path');
  const here = workspaceAt(undefined, edge);
  const path = realPlace(resolve(edge.cwd ?? here, word));
  const root = path.startsWith(`${here}/`) ? here : dirname(path);
  const { changes } = await findHeldSettings(root, edge, { loginHome: () => userInfo().homedir });
  const place = { root: root as AbsolutePath, path: bytePath(relative(root, path)) };
  const world = makeWorld({
    before: realTree,
    after: realTree,
    home: absolutePath(userHome(edge.env, () => userInfo().homedir) ?? ''),
    roots: [place.root],
    path: edge.env['PATH'],
    rules: changes,
  });
  const explained = explainPath(place, world);
  edge.stdout.write(
    as === 'json'
      ? `${JSON.stringify({ path, workspace: root, ...explained, verdict: toJson(explained.verdict) })}\n`
      : [
          path,
          ...(root === here ? [] : [`  (taken as if commands could write in ${root})`]),
          ...describe(explained).map((line) => `  ${line}`),
        ]
          .map((line) => `${visible(line)}\n`)
          .join(''),
  );
}

/** The directories on the way as they really lie; the last name as it is written: a link there is judged as a link. */
function realPlace(path: string): string {
  const parent = dirname(path);
  if (parent === path) throw new UsageError('--judge needs a path below a directory');
  if (existsSync(parent)) return resolve(realpathSync(parent), basename(path));
  return resolve(realPlace(parent), basename(path));
}

function describe({ there, roles, verdict }: PathExplanation): readonly string[] {
  const who =
    roles.length === 0
      ? ['Nothing outside obeys it by itself: what a command writes there is kept.']
      : roles.flatMap(({ runs, rule }) => [`obeyed by ${runs}`, `  ${rule}`]);
  return [...who, ...describeVerdict(there, verdict)];
}

function describeVerdict(there: string, verdict: PathExplanation['verdict']): readonly string[] {
  if (verdict === undefined) return ['Nothing stands there now.'];
  if (verdict.kind === 'forbidden')
    return [
      `A rule forbids it (${verdict.rule}): nothing of what the command wrote would come in. ${verdict.reason}`,
    ];
  const what = `The ${there} that stands there now`;
  switch (verdict.kind) {
    case 'keep':
      return [`${what} would be kept, had a command made it.`];
    case 'hold':
      return [`${what} would be held back, had a command made it:`, ...verdict.held.map(describePart)];
    case 'rewrite':
      return [
        `${what} would be kept without these parts, had a command made it:`,
        ...verdict.held.map(describePart),
      ];
    default:
      return assertNever(verdict, 'describeVerdict');
  }
}

function describePart({ part, reason, runs, rule }: HeldPart): string {
  const by = rule === undefined ? `run or read by ${runs}` : rule;
  return `  ${part === undefined ? '' : `${part}: `}${reason} (${by})`;
}

/** Bytes that would be kept instead are nothing to print. */
function toJson(verdict: PathExplanation['verdict']): unknown {
  if (verdict?.kind !== 'rewrite') return verdict;
  return { kind: verdict.kind, held: verdict.held };
}
