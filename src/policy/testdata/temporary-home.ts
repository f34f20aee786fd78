// A private directory that looks like a home, removed after the test.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PolicyLocations } from '../load/rule-locations.ts';

export interface TemporaryHome {
  readonly root: string;
  readonly home: string;
  readonly system: string;
  readonly project: string;
  /** All of them, the project trusted. */
  readonly locations: PolicyLocations;
  /** Writes a file below the root, making its directories. */
  write(path: string, text: string): string;
}

export function temporaryHome(): TemporaryHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-policy-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [home, system, project] = [`${root}/home`, `${root}/etc`, `${root}/project`];
  for (const each of [home, system, project]) mkdirSync(each);
  return {
    root,
    home,
    system,
    project,
    locations: { home, system, trustedProjects: [project] },
    write(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
  };
}
