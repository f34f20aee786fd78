// Reads the directories of `cwd`, `paths` and `paths_outside`: absolute, below the home, or relative to the project of
// the file, else to the workspace.
import { absolutePath } from '../../domain/index.ts';
import { Mistake } from './mistake.ts';
import type { RulePlace } from './rule-file.ts';

export function readDirectory(text: string, name: string, { base, home }: RulePlace): string {
  if (text === '') throw new Mistake(`Invalid rule: \`${name}\` cannot have an empty word`);
  const inHome = text === '~' || text.startsWith('~/');
  if (inHome && home === undefined) {
    throw new Mistake(`Invalid rule: \`${name}\` names the home directory, and there is none`);
  }
  if (!inHome && base === undefined && !text.startsWith('/')) {
    throw new Mistake(
      `Invalid rule: \`${name}\` takes absolute directories where there is no project and no workspace, got ${JSON.stringify(text)}`,
    );
  }
  const path = absolutePath(
    inHome ? `${home}${text.slice(1)}` : text.startsWith('/') ? text : `${base}/${text}`,
  );
  if (path === undefined) throw new Mistake(`Invalid rule: \`${name}\` has a word that is no path`);
  return path;
}
