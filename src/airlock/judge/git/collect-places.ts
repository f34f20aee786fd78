// Gives the places of every git directory their roles: hooks, attributes, unfinished work, old-fashioned remotes.
import { bytePath, type BytePath } from '../../../domain/index.ts';
import { follow, ledBefore, type Errand } from '../follow.ts';
import { inside } from '../path.ts';
import type { Role } from '../role.ts';
import { namesIn } from '../view.ts';

const goesOn = { what: 'a list of what git goes on with', runs: 'git rebase --continue' };
const reads = { what: 'git attributes', runs: 'git add, checkout, diff and merge in this repository' };
const top = bytePath('/');

export function collectPlaces(errand: Errand, directory: BytePath, workTrees: readonly BytePath[]): void {
  const { roles } = errand;
  collectHooks(errand, inside(directory, 'hooks'), top);
  const attributes = follow(errand, inside(directory, 'info/attributes'), top, reads);
  roles.at(attributes, { kind: 'git-attributes', runs: reads.runs });
  for (const name of ['rebase-merge/git-rebase-todo', 'rebase-merge/done', 'sequencer/todo'])
    roles.at(follow(errand, inside(directory, name), top, goesOn), { kind: 'git-todo', runs: goesOn.runs });
  for (const name of ['remotes', 'branches'])
    roles.in(inside(directory, name), { kind: 'git-remote', runs: 'git fetch and git push' });
  for (const workTree of workTrees)
    roles.at(inside(workTree, '.gitmodules'), { kind: 'git-modules', runs: 'git submodule update' });
}

/** Everything in a directory that git takes hooks from, and the scripts its names lead to. */
export function collectHooks(errand: Errand, text: string, base: BytePath): void {
  const { view, roles } = errand;
  const to = { what: 'a git hook', runs: 'git commit, checkout, merge and push in this repository' };
  const role: Role = { kind: 'git-hook', runs: to.runs };
  const place = follow(errand, text, base, to);
  roles.in(place, role);
  for (const name of namesIn(view.after, place)) {
    const hook = inside(place, name);
    // One script for several names: a link that was there.
    if (view.after.stat(hook).kind === 'symlink' && ledBefore(view, hook) !== hook)
      roles.at(follow(errand, hook, top, to), role);
  }
}
