// A root with everything in it that is held by name: repositories of each layout, start-up files of tools, and names that
// are missing. `integration/fixtures/what-is-held.c` tries each of them.
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const repository = (at: string): Record<string, string> => ({
  [`${at}/HEAD`]: 'ref: refs/heads/main\n',
  [`${at}/config`]: '[core]\n\tbare = false\n',
  [`${at}/objects/info/packs`]: '',
  [`${at}/refs/heads/main`]: '',
  [`${at}/hooks/pre-push`]: '#!/bin/sh\n',
});

const files: Readonly<Record<string, string>> = {
  ...repository('.git'),
  ...repository('sub/.git'),
  ...repository('.git/modules/m'),
  ...repository('a/b/edge/.git'),
  'tree/.git': 'gitdir: ../.git/worktrees/w\n',
  '.git/worktrees/w/HEAD': 'ref: refs/heads/w\n',
  '.git/worktrees/w/commondir': '../..\n',
  '.git/worktrees/w/gitdir': '../../../tree/.git\n',
  '.claude/settings.json': '{}\n',
  'sub/.claude/settings.json': '{}\n',
  secret: 'secret',
  held: 'held',
};

/** `root` is an empty directory. */
export function fillHeldRoot(root: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  linkSync(join(root, 'secret'), join(root, 'other-name'));
}
