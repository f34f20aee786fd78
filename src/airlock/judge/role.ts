// What a path is for the programs that run later: a configuration, a hook, a link on the way to one. One path may have
// several roles; the strictest verdict wins.
import type { BytePath } from '../../domain/index.ts';
import type { GitConfigEntry } from './git/parse-git-config.ts';
import { parentOf } from './path.ts';
import type { TableRow } from './table/table-row.ts';

export type Role =
  | {
      readonly kind: 'git-config';
      readonly runs: string;
      /** What git read there before (latin1); undefined: nothing. */
      readonly before: string | undefined;
      readonly mayStay?: (entry: GitConfigEntry) => boolean;
    }
  | { readonly kind: 'git-modules'; readonly runs: string }
  | { readonly kind: 'git-hook'; readonly runs: string }
  | { readonly kind: 'git-todo'; readonly runs: string }
  | { readonly kind: 'git-attributes'; readonly runs: string }
  | { readonly kind: 'git-remote'; readonly runs: string }
  /** Decided beforehand: whatever is new there is held, because of where it stands. */
  | { readonly kind: 'hold'; readonly reason: string; readonly runs: string }
  /** Read or run by something that was there; new content is held. */
  | { readonly kind: 'program'; readonly reason: string; readonly runs: string }
  /** On the way to one of the others: a link that leads elsewhere is held. */
  | { readonly kind: 'link'; readonly reason: string; readonly runs: string }
  | { readonly kind: 'row'; readonly row: TableRow };

export class RoleMap {
  private readonly exact = new Map<string, Role[]>();
  private readonly below = new Map<string, Role[]>();

  at(path: BytePath, role: Role): void {
    this.exact.set(path, [...(this.exact.get(path) ?? []), role]);
  }

  /** For everything in the directory, and the directory itself where it is something else. */
  in(directory: BytePath, role: Role): void {
    this.below.set(directory, [...(this.below.get(directory) ?? []), role]);
  }

  of(path: BytePath): readonly Role[] {
    const roles = [...(this.exact.get(path) ?? [])];
    if (this.below.size === 0) return roles;
    for (let at = path; ; at = parentOf(at)) {
      roles.push(...(this.below.get(at) ?? []));
      if (at === '/') return roles;
    }
  }
}
