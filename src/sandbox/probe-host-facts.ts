// Gathers what `cordon doctor` judges: asks the kernel through the launcher, reads /proc and /sys, tries the compiler.
// Never throws: what cannot be found out is absent from the facts.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { arch, release } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { AbsolutePath, Availability, Result } from '../domain/index.ts';
import { ensureLauncher, type LauncherMissing, type LauncherPlace } from './ensure-launcher.ts';
import { probeLauncher } from './landlock/index.ts';
import { seatbeltBackend } from './seatbelt/index.ts';

export interface HostFacts {
  readonly platform: string;
  readonly machine: string;
  readonly release: string;
  /** The container engine this process seems to live in; it is often who forbids namespaces. */
  readonly container: string | undefined;
  readonly compiler: string | undefined;
  readonly launcher: Result<AbsolutePath, LauncherMissing> | undefined;
  /** The launcher's own answers (`native/run/probe.c`), by name; empty when it gave none. */
  readonly kernel: ReadonlyMap<string, string>;
  readonly cgroups: CgroupFacts;
  /** What this platform's sandbox enforced on a harmless command just now. */
  readonly sandbox: Availability | undefined;
}

export interface CgroupFacts {
  readonly version: 'v2' | 'v1' | 'none';
  /** Controllers this process may hand to groups of its own; empty when none were delegated to it. */
  readonly delegated: readonly string[];
}

export interface ProbeOptions {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly launcher?: LauncherPlace;
}

export async function gatherHostFacts(options: ProbeOptions): Promise<HostFacts> {
  const { platform, env } = options;
  const linux = platform === 'linux';
  const launcher = platform === 'win32' ? undefined : await ensureLauncher(options.launcher);
  const [compiler, kernel, cgroups, sandbox, container] = await Promise.all([
    findCompiler(env['CC']),
    linux && launcher?.ok === true ? askKernel(launcher.value) : new Map<string, string>(),
    linux ? readCgroups() : { version: 'none' as const, delegated: [] },
    probeSandbox(platform, launcher),
    linux ? findContainer() : undefined,
  ]);
  return {
    platform,
    machine: arch(),
    release: release(),
    container,
    compiler,
    launcher,
    kernel,
    cgroups,
    sandbox,
  };
}

async function probeSandbox(
  platform: string,
  launcher: HostFacts['launcher'],
): Promise<Availability | undefined> {
  if (platform === 'darwin') return await seatbeltBackend().probe();
  if (platform !== 'linux' || launcher === undefined) return undefined;
  return launcher.ok ? await probeLauncher(launcher.value) : { kind: 'missing', ...launcher.error };
}

async function askKernel(launcher: AbsolutePath): Promise<ReadonlyMap<string, string>> {
  const text = await output(launcher, ['--probe']);
  const pairs = (text ?? '').split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
  });
  return new Map(pairs);
}

async function findCompiler(chosen: string | undefined): Promise<string | undefined> {
  for (const name of [chosen, 'cc', 'gcc', 'clang']) {
    if (name === undefined || name === '') continue;
    const said = await output(name, ['--version']);
    if (said !== undefined) return `${name}: ${said.split('\n')[0] ?? ''}`;
  }
  return undefined;
}

async function readCgroups(): Promise<CgroupFacts> {
  const own = await text('/proc/self/cgroup');
  const path = /^0::(.*)$/m.exec(own ?? '')?.[1];
  if (own === undefined || own === '') return { version: 'none', delegated: [] };
  if (path === undefined) return { version: 'v1', delegated: [] };
  for (const mount of ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']) {
    const group = `${mount}${path === '/' ? '' : path}`;
    const controllers = await text(`${group}/cgroup.controllers`);
    if (controllers === undefined) continue;
    // Where version 1 has the controllers, version 2 has none worth naming.
    if (mount.endsWith('unified') && !/\b(?:memory|pids)\b/.test(controllers)) break;
    const above = path === '/' ? [] : await handedDown(dirname(group));
    return { version: 'v2', delegated: [...new Set([...(await handedDown(group)), ...above])] };
  }
  return { version: 'v1', delegated: [] };
}

/** What a new group in this one may use, when this process may make one and move a process there. */
async function handedDown(group: string): Promise<readonly string[]> {
  if (!(await mayWrite(group)) || !(await mayWrite(`${group}/cgroup.procs`))) return [];
  const controllers = (await text(`${group}/cgroup.subtree_control`)) ?? '';
  return controllers.split(/\s+/).filter((name) => name !== '');
}

async function findContainer(): Promise<string | undefined> {
  if ((await text('/.dockerenv')) !== undefined) return 'Docker';
  if ((await text('/run/.containerenv')) !== undefined) return 'Podman';
  const named = /container=([\w-]+)/.exec((await text('/proc/1/environ')) ?? '')?.[1];
  return named;
}

async function text(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

async function mayWrite(path: string): Promise<boolean> {
  return await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function output(program: string, words: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, words, { timeout: 10_000 })).stdout;
  } catch {
    return undefined;
  }
}
