// Real bash and real dash as judges of the facts: which stub programs a script makes them run. Builtins are real here,
// for it is they that evaluate things twice; the preloaded library of the other oracle writes down every execve instead
// of doing it and refuses every change to the world, and only shells and a few filters are let through, under the same
// library. Bounded: seconds of CPU for each script, a deadline for each batch, an empty directory, no input. A batch with
// a script that waits for ever is taken apart until that script is alone; what it ran by then is what it runs.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Shell = 'bash' | 'dash';
export const stubs: readonly string[] = ['t0', 't1', 't2', 't3', 't4', 't5'];
const letThrough: readonly string[] = ['bash', 'dash', 'sh', 'cat', 'env', 'nice', 'xargs', 'base64'];
const batchTimeoutMs = 60_000;
const partTimeoutMs = 15_000;

export interface ShellRuns {
  /** For each script the argv of every stub that ran, in no order. */
  run(shell: Shell, scripts: readonly string[]): Promise<readonly (readonly string[])[][]>;
  close(): void;
}

export type ShellsStart =
  | { readonly kind: 'ready'; readonly shells: ShellRuns }
  | { readonly kind: 'missing'; readonly what: string };

export async function startShells(): Promise<ShellsStart> {
  if (process.platform !== 'linux')
    return { kind: 'missing', what: 'the oracle preloads a library, which needs Linux' };
  const directory = mkdtempSync(join(tmpdir(), 'cordon-facts-'));
  const shells = new Shells(directory);
  const problem = prepare(directory) ?? (await findLeak(shells, directory));
  if (problem === undefined) return { kind: 'ready', shells };
  shells.close();
  return { kind: 'missing', what: problem };
}

function prepare(directory: string): string | undefined {
  const source = fileURLToPath(new URL('../bash-oracle/no-exec.c', import.meta.url));
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', join(directory, 'no-exec.so'), source], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) return `cc failed: ${compiled.error?.message ?? compiled.stderr}`;
  mkdirSync(join(directory, 'bin'));
  mkdirSync(join(directory, 'empty'));
  for (const name of stubs) {
    writeFileSync(join(directory, 'bin', name), '');
    chmodSync(join(directory, 'bin', name), 0o755);
  }
  for (const name of letThrough) {
    const target = ['/bin', '/usr/bin']
      .map((place) => join(place, name === 'sh' ? 'dash' : name))
      .find(existsSync);
    if (target === undefined) return `there is no ${name} on this host`;
    symlinkSync(target, join(directory, 'bin', name));
  }
  return undefined;
}

interface Batch {
  readonly bytes: Buffer;
  /** False when it was ended at its deadline. */
  readonly hasEnded: boolean;
}

class Shells implements ShellRuns {
  readonly #directory: string;
  #batches = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async run(shell: Shell, scripts: readonly string[]): Promise<readonly (readonly string[])[][]> {
    return this.#judge(shell, scripts, batchTimeoutMs);
  }

  async #judge(
    shell: Shell,
    scripts: readonly string[],
    timeoutMs: number,
  ): Promise<readonly (readonly string[])[][]> {
    const { bytes, hasEnded } = await this.#runBatch(shell, scripts, timeoutMs);
    if (hasEnded || scripts.length === 1) return readRecords(bytes, scripts.length);
    const half = Math.ceil(scripts.length / 2);
    return [
      ...(await this.#judge(shell, scripts.slice(0, half), partTimeoutMs)),
      ...(await this.#judge(shell, scripts.slice(half), partTimeoutMs)),
    ];
  }

  async #runBatch(shell: Shell, scripts: readonly string[], timeoutMs: number): Promise<Batch> {
    this.#batches += 1;
    const file = join(this.#directory, `batch-${String(this.#batches)}`);
    writeFileSync(file, driver(shell, scripts));
    try {
      return await this.#spawn(shell, file, timeoutMs);
    } finally {
      rmSync(file);
    }
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #spawn(shell: Shell, file: string, timeoutMs: number): Promise<Batch> {
    const bin = join(this.#directory, 'bin');
    const child = spawn(join(bin, shell), [file], {
      cwd: join(this.#directory, 'empty'),
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      env: {
        LD_PRELOAD: join(this.#directory, 'no-exec.so'),
        PATH: bin,
        LC_ALL: 'C.UTF-8',
        CORDON_ORACLE_STATUS: '0',
        CORDON_ORACLE_FD: '9',
        CORDON_ORACLE_PASS: bin,
      },
    });
    const records = child.stdio[3];
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const end = (): void => {
        if (child.pid === undefined) return;
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // The whole group has ended by itself.
        }
      };
      let hasEnded = true;
      const timer = setTimeout(() => {
        hasEnded = false;
        end();
      }, timeoutMs);
      child.once('error', reject);
      (records as NodeJS.ReadableStream).on('data', (chunk: Buffer) => chunks.push(chunk));
      // A job in the background may hold the pipe; nothing of a batch outlives it.
      child.once('exit', () => setTimeout(end, 500));
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ bytes: Buffer.concat(chunks), hasEnded });
      });
    });
  }
}

/** Each script in a subshell of its own, by `eval`, which reads text as `-c` does. */
function driver(shell: Shell, scripts: readonly string[]): string {
  const isBash = shell === 'bash';
  // dash may write one record in pieces, and two stages of a pipeline would tear them: the library writes it at once.
  const record = isBash
    ? `__record() { builtin printf '%s\\0' S "$CORDON_ORACLE_INDEX" C $# "\${@//$'\\n'/$'\\x1f'}" >&9; }`
    : '__record() { /cordon-oracle/record "$@"; }';
  const functions = stubs.map((name) => `${name}() { __record ${name} "$@"; }`).join('\n');
  const runs = scripts.map((script, index) => {
    const quoted = `'${script.replaceAll("'", "'\\''")}'`;
    return `( CORDON_ORACLE_INDEX=${String(index)}; export CORDON_ORACLE_INDEX; ulimit -t 2; eval ${isBash ? '-- ' : ''}${quoted} ) </dev/null >/dev/null 2>&1`;
  });
  return ['exec 9>&3 3>&-', isBash ? 'FUNCNEST=20' : ':', 'ulimit -c 0', record, functions, ...runs, ''].join(
    '\n',
  );
}

function readRecords(bytes: Buffer, count: number): (readonly string[])[][] {
  const fields = bytes.toString('utf8').split('\0');
  const runs: (readonly string[])[][] = Array.from({ length: count }, () => []);
  let current: (readonly string[])[] | undefined;
  for (let at = 0; at < fields.length - 1;) {
    const length = Number(fields[at + 1]);
    if (fields[at] === 'S') {
      current = runs[length];
      at += 2;
    } else if (fields[at] === 'C') {
      current?.push(fields.slice(at + 2, at + 2 + length).map((word) => word.replaceAll('\u001f', '\n')));
      at += 2 + length;
    } else {
      throw new Error(`Cannot read the oracle's records at ${JSON.stringify(fields[at])}`);
    }
  }
  return runs;
}

/** Tries to get past the library; answers with the first way that worked. */
async function findLeak(shells: Shells, directory: string): Promise<string | undefined> {
  const leak = join(directory, 'leak');
  const attempts = [
    `/usr/bin/touch ${leak}`,
    `: > ${leak}`,
    `echo '/usr/bin/touch ${leak}' | sh`,
    `env -i /bin/sh -c '/usr/bin/touch ${leak}'`,
    `env -i sh -c '/usr/bin/touch ${leak}'`,
    `unset LD_PRELOAD; bash -c '/usr/bin/touch ${leak}'`,
    `exec -c bash -c ': > ${leak}'`,
    'kill -9 $$ $PPID',
  ];
  for (const shell of ['bash', 'dash'] as const) {
    const runs = await shells.run(shell, [...attempts, "t0 a 'b c'; echo t1 | sh"]);
    if (existsSync(leak))
      return `${shell} changed the world in spite of the library; is it statically linked?`;
    const said = JSON.stringify([...(runs[attempts.length] ?? [])].sort());
    if (said !== JSON.stringify([['t0', 'a', 'b c'], ['t1']])) return `${shell} recorded ${said}`;
  }
  return undefined;
}
