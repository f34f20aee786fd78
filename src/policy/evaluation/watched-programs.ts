// Which files are the programs that rules forbid or ask about, so that the same file under another name is known for it.
import { absolutePath, type AbsolutePath, type WatchedProgram } from '../../domain/index.ts';
import { baseName } from '../rules/host-path.ts';
import type { Policy } from '../rules/policy.ts';
import { familyOf } from '../rules/same-programs.ts';
import { multiCall } from './find-denials.ts';
import type { ProgramResolver } from './program-resolver.ts';

/** Each runs the program it is given, whatever that file's own mode says. Where there is none, nothing is missed. */
const loaders: readonly string[] = [
  '/lib64/ld-linux-x86-64.so.2',
  '/lib/ld-linux-aarch64.so.1',
  '/lib/ld-linux.so.2',
  '/lib/ld-musl-x86_64.so.1',
  '/lib/ld-musl-aarch64.so.1',
];

/**
 * Beginnings of the names that rules which forbid or ask may mean; undefined where only a comparison of whole words tells.
 * A beginning is enough for whoever asks about too much: `python3` stands for every `python3.12`.
 */
export function namesSpokenOf(policy: Policy): readonly string[] | undefined {
  const names = new Set<string>(multiCall);
  for (const { decision, canonical, program } of policy.rules) {
    if (decision === 'allow') continue;
    const base = baseName(program);
    if (canonical || base === '' || program.includes('*')) return undefined;
    for (const name of [base, ...familyOf(base)]) names.add(name);
  }
  return [...names].filter((name) => ![...names].some((other) => other !== name && name.startsWith(other)));
}

/** `path` is the `PATH` of the command. Rules that ask or forbid come first; nothing is watched when there is none. */
export function watchedPrograms(
  policy: Policy,
  resolve: ProgramResolver,
  path: string | undefined,
): readonly WatchedProgram[] {
  const found = new Map<string, WatchedProgram>();
  const disk = resolve.snapshot?.() ?? resolve;
  const add = (kind: WatchedProgram['kind'], name: string, place: AbsolutePath | undefined): void => {
    if (place !== undefined) found.set(`${kind} ${name} ${place}`, { kind, path: place, name });
  };
  for (const { decision, program } of policy.rules) {
    if (decision === 'allow') continue;
    const place = disk.locate(program, { cwd: undefined, path });
    const isMany = place.realPath !== undefined && multiCall.has(baseName(place.realPath));
    if (!isMany) add('program', program, place.path);
  }
  for (const name of multiCall) add('multi-call', name, disk.locate(name, { cwd: undefined, path }).path);
  for (const loader of loaders) add('loader', baseName(loader), absolutePath(loader));
  return [...found.values()];
}
