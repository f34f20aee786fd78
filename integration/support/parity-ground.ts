// The ground on which rows of ordinary tools are played: a home and a workspace of their own, one runtime, and the same
// steps plainly and in whatever way a test has.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createShellRuntime, type ShellRuntime } from '../../src/index.ts';

export interface ParityRow {
  readonly name: string;
  readonly quick?: boolean;
  /** Outside, before the steps. {D}: the directory of the row; {T}: one beside it. */
  readonly setup?: string;
  readonly steps: readonly string[];
  /** Outside, afterwards. */
  readonly after?: string;
}

export function readParityRows(file: string): readonly ParityRow[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ParityRow);
}

const settings =
  '[user]\n name = a\n email = a@b\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n[advice]\n detachedHead = false\n';
const date = '2026-01-01T00:00:00Z';

export class ParityGround {
  readonly base: string = realpathSync(mkdtempSync('/var/tmp/cordon-parity-'));
  readonly work: string = join(this.base, 'work');
  readonly #env: Readonly<Record<string, string>>;
  #runtime: ShellRuntime | undefined;

  constructor(env: Readonly<Record<string, string>> = {}) {
    const home = join(this.base, 'home');
    for (const directory of [home, this.work]) mkdirSync(directory);
    writeFileSync(join(home, '.gitconfig'), settings);
    this.#env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      ...env,
    };
  }

  get runtime(): ShellRuntime {
    if (this.#runtime === undefined) throw new Error('There is no runtime');
    return this.#runtime;
  }

  /** Only the sandbox is of interest: nobody is asked, no rules of anybody's. */
  async open(): Promise<void> {
    this.#runtime = await createShellRuntime({
      workspace: this.work,
      excludeSlashTmp: true,
      excludeTmpdir: true,
      approvalPolicy: 'never',
      rules: { home: join(this.base, 'cordon'), system: join(this.base, 'none') },
      baseEnv: this.#env,
      environment: { ignoreDefaultExcludes: true },
      defaultTimeoutMs: 60_000,
    });
  }

  async close(): Promise<void> {
    await this.#runtime?.close();
    remove(this.base);
  }

  plainly(cwd: string, script: string): string {
    const { status, stdout } = spawnSync('bash', ['-c', script], {
      cwd,
      env: this.#env,
      encoding: 'latin1',
      timeout: 60_000,
    });
    return `status ${String(status)}\n${stdout}`;
  }

  /** What the steps of a row print and what is there afterwards, with the row's own paths taken out. */
  async play(
    row: ParityRow,
    way: string,
    step: (directory: string, script: string) => Promise<string>,
  ): Promise<readonly string[]> {
    const at = join(this.work, `${row.name}-${way}`);
    const [directory, beside] = [join(at, 'd'), join(at, 't')];
    for (const each of [directory, beside]) mkdirSync(each, { recursive: true });
    const fill = (script: string): string => script.replaceAll('{D}', directory).replaceAll('{T}', beside);
    const clean = (text: string): string => text.replaceAll(directory, '{D}').replaceAll(beside, '{T}');
    if (row.setup !== undefined) expect(this.plainly(directory, fill(row.setup))).toMatch(/^status 0\n/u);
    const said: string[] = [];
    for (const script of row.steps) said.push(clean(await step(directory, fill(script))));
    if (row.after !== undefined) said.push(clean(this.plainly(directory, fill(row.after))));
    remove(at);
    return said;
  }

  async playPlainly(row: ParityRow): Promise<readonly string[]> {
    return await this.play(
      row,
      'plain',
      async (cwd, script) => await Promise.resolve(this.plainly(cwd, script)),
    );
  }
}

/** Directories that a command closed included. */
function remove(directory: string): void {
  spawnSync('chmod', ['-R', 'u+rwx', directory]);
  rmSync(directory, { recursive: true, force: true });
}
