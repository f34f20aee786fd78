// Compiles the probe programs once per run, into a directory that any user may read and execute.
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface ProbePrograms {
  /** Runs probes inside the sandbox. */
  readonly probe: string;
  /** Stands where an agent's process stands: holds descriptors and a terminal, starts the sandbox. */
  readonly outer: string;
  /** Set-uid to a user that is not the one under test; undefined when this process may not make one. */
  readonly setuid: (owner: number) => Promise<string>;
}

export interface SharedProbes {
  get(): Promise<ProbePrograms>;
  clean(): Promise<void>;
}

/** Compiles when first asked, once for all columns of a test file. */
export function sharedProbes(): SharedProbes {
  let directory: string | undefined;
  let built: Promise<ProbePrograms> | undefined;
  const build = async (): Promise<ProbePrograms> => {
    directory = await mkdtemp('/var/tmp/cordon-probes-');
    await chmod(directory, 0o755);
    return await buildProbes(`${directory}/bin`);
  };
  return {
    get: async () => await (built ??= build()),
    clean: async () => {
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

const here = fileURLToPath(new URL('.', import.meta.url));
const standalone = ['outer.c', 'whoami.c'];

async function buildProbes(directory: string): Promise<ProbePrograms> {
  await mkdir(directory, { mode: 0o755 });
  const compile = async (
    output: string,
    sources: readonly string[],
    libraries: readonly string[],
  ): Promise<string> => {
    const path = `${directory}/${output}`;
    const inputs = sources.map((name) => here + name);
    await promisify(execFile)('cc', ['-std=gnu11', '-Wall', '-Wextra', '-o', path, ...inputs, ...libraries]);
    await chmod(path, 0o755);
    return path;
  };
  const shared = readdirSync(here).filter((name) => name.endsWith('.c') && !standalone.includes(name));
  const [probe, outer] = await Promise.all([
    compile('probe', shared, ['-lrt']),
    compile('outer', ['outer.c'], ['-lutil']),
  ]);
  const setuid = async (owner: number): Promise<string> => {
    const path = await compile(`whoami-${String(owner)}`, ['whoami.c'], []);
    if (process.getuid?.() === 0) await chown(path, owner, owner);
    await chmod(path, 0o4755);
    return path;
  };
  return { probe, outer, setuid };
}
