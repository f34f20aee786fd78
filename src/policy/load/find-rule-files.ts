// Lists the rule files of a directory: regular files with the right ending, sorted. Anything else that ends like a
// rule file is a mistake to report, not to step over: somebody believes its rules are in force.
import { lstatSync, readdirSync } from 'node:fs';
import type { PolicyError } from '../../domain/index.ts';
import { codeOf, reasonOf } from './read-rule-file.ts';
import type { RulesDirectory } from './rule-locations.ts';

export interface FoundFiles {
  readonly files: readonly string[];
  readonly errors: readonly PolicyError[];
}

const none: FoundFiles = { files: [], errors: [] };

export function findRuleFiles({ directory, extension, ownPath }: RulesDirectory): FoundFiles {
  for (const part of ownPath) {
    if (isLink(part)) {
      const because = 'it is a symbolic link, and a link in a project can lead to rules that nobody trusted';
      return { files: [], errors: [cannotList(part, because)] };
    }
  }
  let entries;
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return none;
    return { files: [], errors: [cannotList(directory, reasonOf(error))] };
  }
  const files: string[] = [];
  const errors: PolicyError[] = [];
  const named = entries.filter(
    ({ name }) => name.endsWith(extension) && name !== extension && !isLeftover(name),
  );
  for (const entry of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = `${directory}/${entry.name}`;
    if (entry.isFile()) files.push(file);
    else if (entry.isSymbolicLink()) {
      errors.push(cannotUse(file, 'it is a symbolic link; put the rules into a regular file'));
    } else errors.push(cannotUse(file, 'it is not a regular file'));
  }
  return { files, errors };
}

/** What editors and file systems lay beside a file: the lock of Emacs, and what macOS keeps where it has no other place. */
function isLeftover(name: string): boolean {
  return name.startsWith('.#') || name.startsWith('._');
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function cannotList(file: string, because: string): PolicyError {
  const message = `Cannot read the rules directory: ${because}`;
  return { file, line: undefined, column: undefined, message, excerpt: undefined };
}

function cannotUse(file: string, because: string): PolicyError {
  const message = `Cannot use the rule file: ${because}`;
  return { file, line: undefined, column: undefined, message, excerpt: undefined };
}
