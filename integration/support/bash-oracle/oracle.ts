// Real bash as the judge: says which argv lists a script makes it run, without anything ever being run. Three layers,
// each checked by a canary before the first generated script: a preloaded library that writes down every execve and
// refuses every change to the world, functions in place of every builtin, and a PATH that leads nowhere.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchDriver, forkingDriver, isolatedStubs, shStubs } from './stubs.ts';

/** Every stub succeeds, or every stub fails: between them both arms of `&&` and `||` are taken. */
export type Schedule = 'all-succeed' | 'all-fail';
export const schedules: readonly Schedule[] = ['all-succeed', 'all-fail'];

export type Executed = readonly (readonly string[])[];

export interface Oracle {
  /** What each script runs, in the order the records arrived. Scripts must not be able to spell `builtin`. */
  runBatch(scripts: readonly string[], schedule: Schedule, mode?: 'shared' | 'forked'): Promise<Executed[]>;
  /** One script as `bash -c -- SCRIPT`, exactly as the library starts it. */
  runAlone(script: string, schedule: Schedule): Promise<Executed>;
  /** One script of external commands and everyday builtins, read by `shell` as `sh -c` would. */
  runBySh(shell: string, script: string, schedule: Schedule): Promise<Executed>;
  close(): void;
}

export type OracleStart =
  { readonly kind: 'ready'; readonly oracle: Oracle } | { readonly kind: 'missing'; readonly what: string };

const batchTimeoutMs = 120_000;
const aloneTimeoutMs = 10_000;

/** Needs Linux, bash and a C compiler; works as root and as anybody else. */
export async function startOracle(locale = 'C.UTF-8'): Promise<OracleStart> {
  const bash = findProgram('bash');
  const compiler = findProgram('cc');
  if (process.platform !== 'linux')
    return missing('the oracle preloads a library into bash, which needs Linux');
  if (bash === undefined) return missing('there is no bash on PATH');
  if (compiler === undefined) return missing('there is no C compiler (cc) on PATH');

  const directory = mkdtempSync(join(tmpdir(), 'cordon-oracle-'));
  const oracle = new BashOracle(bash, directory, locale);
  const source = fileURLToPath(new URL('no-exec.c', import.meta.url));
  const compiled = spawnSync(compiler, ['-shared', '-fPIC', '-O1', '-o', oracle.library, source], {
    encoding: 'utf8',
  });
  const problem = compiled.status === 0 ? await findLeak(oracle, directory) : `cc failed: ${compiled.stderr}`;
  if (problem === undefined) return { kind: 'ready', oracle };
  oracle.close();
  return missing(problem);
}

function missing(what: string): OracleStart {
  return { kind: 'missing', what };
}

class BashOracle implements Oracle {
  readonly #bash: string;
  readonly #directory: string;
  readonly #locale: string;
  readonly library: string;
  #batches = 0;

  constructor(bash: string, directory: string, locale: string) {
    this.#bash = bash;
    this.#directory = directory;
    this.#locale = locale;
    this.library = join(directory, 'no-exec.so');
    writeFileSync(join(directory, 'shared.sh'), batchDriver);
    writeFileSync(join(directory, 'forked.sh'), forkingDriver);
    writeFileSync(join(directory, 'isolated.sh'), isolatedStubs);
  }

  async runBatch(
    scripts: readonly string[],
    schedule: Schedule,
    mode: 'shared' | 'forked' = 'shared',
  ): Promise<Executed[]> {
    for (const script of scripts) {
      if (spellsBuiltin(script))
        throw new Error(`Cannot run ${JSON.stringify(script)} in a batch: it may say builtin`);
      if (script.includes('\0')) throw new Error('Cannot run a script that holds a NUL');
    }
    this.#batches += 1;
    const file = join(this.#directory, `scripts-${this.#batches}`);
    writeFileSync(file, scripts.map((script) => `${script}\0`).join(''));
    const input = openSync(file, 'r');
    try {
      const bytes = await this.#spawn([join(this.#directory, `${mode}.sh`)], schedule, {
        timeoutMs: batchTimeoutMs,
        scriptsFd: input,
      });
      return readRecords(bytes, scripts.length);
    } finally {
      closeSync(input);
      rmSync(file);
    }
  }

  async runAlone(script: string, schedule: Schedule): Promise<Executed> {
    const bytes = await this.#spawn(['-c', '--', script], schedule, {
      timeoutMs: aloneTimeoutMs,
      env: { BASH_ENV: join(this.#directory, 'isolated.sh') },
    });
    return readRecords(Buffer.concat([Buffer.from(['S', '0', ''].join('\0')), bytes]), 1)[0] ?? [];
  }

  async runBySh(shell: string, script: string, schedule: Schedule): Promise<Executed> {
    const bytes = await this.#spawn(['-c', '--', shStubs + script], schedule, {
      timeoutMs: aloneTimeoutMs,
      program: shell,
      env: { CORDON_ORACLE_FD: '3' },
    });
    return readRecords(Buffer.concat([Buffer.from(['S', '0', ''].join('\0')), bytes]), 1)[0] ?? [];
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #spawn(
    args: readonly string[],
    schedule: Schedule,
    options: {
      readonly timeoutMs: number;
      readonly program?: string;
      readonly scriptsFd?: number;
      readonly env?: Record<string, string>;
    },
  ): Promise<Buffer> {
    // The drivers move these to numbers no script will think of.
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', options.scriptsFd ?? 'ignore'] as const;
    const child = spawn(options.program ?? this.#bash, args, {
      cwd: this.#directory,
      detached: true,
      stdio: [...stdio],
      env: {
        LD_PRELOAD: this.library,
        PATH: '/cordon-oracle/empty',
        LC_ALL: this.#locale,
        CORDON_ORACLE_STATUS: schedule === 'all-succeed' ? '0' : '1',
        ...options.env,
      },
    });
    const records = child.stdio[3];
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const timer = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        reject(
          new Error(
            `Cannot judge ${JSON.stringify(args.at(-1))}: bash was still busy after ${options.timeoutMs} ms`,
          ),
        );
      }, options.timeoutMs);
      child.once('error', reject);
      (records as NodeJS.ReadableStream).on('data', (chunk: Buffer) => chunks.push(chunk));
      child.once('close', () => {
        clearTimeout(timer);
        resolve(Buffer.concat(chunks));
      });
    });
  }
}

/** Whether the letters of `builtin` are left when quoting is taken away. */
export function spellsBuiltin(script: string): boolean {
  return (
    script.replace(/['"\\\n]/g, '').includes('builtin') ||
    (/\$'|[{*?[]/.test(script) && /b.*u.*i.*l/.test(script))
  );
}

/** What stands in front of the words of a record that is no command: a file that was opened, assignments carried. */
export const openedFile = '\u0001opened';
export const carriedAssignments = '\u0001carried';

function readRecords(bytes: Buffer, count: number): Executed[] {
  const fields = bytes.toString('utf8').split('\0');
  const runs: string[][][] = Array.from({ length: count }, () => []);
  let current: string[][] | undefined;
  for (let at = 0; at < fields.length - 1;) {
    const kind = fields[at];
    if (kind === 'S') {
      current = runs[Number(fields[at + 1])];
      at += 2;
    } else if (kind === 'C' || kind === 'O' || kind === 'E') {
      const size = Number(fields[at + 1]);
      // bash's printf writes at every newline, and two stages of a pipeline must not tear each other's records.
      const words = fields.slice(at + 2, at + 2 + size).map((word) => word.replaceAll('\u001f', '\n'));
      if (kind === 'C') current?.push(words);
      else if (kind === 'O') current?.push([openedFile, ...words]);
      else {
        const carried = words.filter((word) => word !== '').sort();
        if (carried.length > 0) current?.push([carriedAssignments, ...carried]);
      }
      at += 2 + size;
    } else {
      throw new Error(`Cannot read the oracle's records at ${JSON.stringify(fields[at])}`);
    }
  }
  return runs;
}

/** Tries to get past every layer; answers with the first that gave way. */
async function findLeak(oracle: Oracle, directory: string): Promise<string | undefined> {
  const leak = join(directory, 'leak');
  const touch = ['/usr/bin/touch', '/bin/touch'].find((path) => existsSync(path)) ?? '/usr/bin/touch';
  const canaries: readonly { readonly script: string; readonly want: Executed }[] = [
    { script: `${touch} ${leak}`, want: [[touch, leak]] },
    { script: `touch ${leak}`, want: [['touch', leak]] },
    { script: `exec ${touch} ${leak}`, want: [['exec', touch, leak]] },
    { script: `eval '${touch} ${leak}'`, want: [['eval', `${touch} ${leak}`]] },
    {
      script: `echo x | ${touch} ${leak}`,
      want: [
        ['echo', 'x'],
        [touch, leak],
      ],
    },
    { script: `: > ${leak}`, want: [[openedFile, 'write', leak], [':']] },
    { script: `> ${leak}`, want: [[openedFile, 'write', leak]] },
    {
      script: `CI=1 ${touch} ${leak}`,
      want: [
        [carriedAssignments, 'CI=1'],
        [touch, leak],
      ],
    },
    {
      script: `V1=2 touch ${leak}`,
      want: [
        [carriedAssignments, 'V1=2'],
        ['touch', leak],
      ],
    },
    { script: `( ${touch} ${leak} )`, want: [[touch, leak]] },
    { script: 'kill -9 $$', want: [['kill', '-9', '']] },
  ];
  for (const { script, want } of canaries) {
    const batched = (await oracle.runBatch([script], 'all-succeed', 'forked'))[0] ?? [];
    const alone = await oracle.runAlone(script, 'all-succeed');
    for (const got of [batched, alone]) {
      if (existsSync(leak)) return `${script} was really run; is bash statically linked?`;
      if (
        script.startsWith('kill')
          ? got[0]?.[0] !== 'kill'
          : JSON.stringify([...got].sort()) !== JSON.stringify([...want].sort())
      ) {
        return `${script} was recorded as ${JSON.stringify(got)}`;
      }
    }
  }
  return undefined;
}

function findProgram(name: string): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
