// What a command leaves behind, and what a person does next. A plant is open when the mark exists afterwards, or when
// `host` exits 7: {M} is the mark's path, {D} the workspace's. Every plant also runs without any protection first:
// where that is not open, the row proves nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Plant {
  readonly name: string;
  readonly quick?: boolean;
  /** `home`: the workspace is the person's home. */
  readonly dir?: string;
  readonly setup?: string;
  readonly steps: readonly string[];
  readonly host: string;
  /** Must hold as well: nothing is closed by breaking the tool. */
  readonly keeps?: string;
}

export interface Grown {
  readonly isOpen: boolean;
  readonly keeps: boolean;
}

export interface Garden {
  readonly workspace: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a script outside, as the person. */
  sh(script: string): number;
}

export function readPlants(file: string): readonly Plant[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Plant);
}

/** `protect` is told before the steps; what it answers runs each of them. `outside`: where the mark will be. */
export async function grow(
  plant: Plant,
  base: string,
  protect: (garden: Garden) => Promise<(script: string) => Promise<void>>,
  outside: string = join(base, 'out'),
): Promise<Grown> {
  const workspace = join(base, plant.dir ?? 'd');
  const mark = join(outside, 'MARK');
  mkdirSync(workspace, { recursive: true });
  mkdirSync(outside, { recursive: true });
  const home = plant.dir === 'home' ? workspace : join(base, 'h');
  mkdirSync(home, { recursive: true });
  if (plant.dir !== 'home') {
    const settings =
      '[user]\n name = a\n email = a@b\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n';
    writeFileSync(join(home, '.gitconfig'), settings);
  }
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', GIT_EDITOR: 'true' };
  const fill = (script: string): string => script.replaceAll('{D}', workspace).replaceAll('{M}', mark);
  const sh = (script: string): number =>
    spawnSync('bash', ['-c', fill(script)], { cwd: workspace, env, stdio: 'ignore', timeout: 60_000 })
      .status ?? -1;
  if (plant.setup !== undefined && sh(plant.setup) !== 0) throw new Error(`${plant.name}: its setup failed`);
  const step = await protect({ workspace, home, env, sh });
  for (const script of plant.steps) await step(fill(script));
  const early = existsSync(mark);
  const status = sh(plant.host);
  const isOpen = early || existsSync(mark) || status === 7;
  return { isOpen, keeps: plant.keeps === undefined || sh(plant.keeps) === 0 };
}
