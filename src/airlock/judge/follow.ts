// Follows a path as a program would after the command, and gives every link on the way a role of its own.
import { bytePath, type BytePath } from '../../domain/index.ts';
import { resolvePath } from './path.ts';
import type { RoleMap } from './role.ts';
import type { View } from './view.ts';

export interface Errand {
  readonly view: View;
  readonly roles: RoleMap;
}

export interface Destination {
  /** For people: `a git hook`. */
  readonly what: string;
  readonly runs: string;
}

/** Where `text` will lead, read from `base` (itself without links) when it is relative. */
export function follow({ view, roles }: Errand, text: string, base: BytePath, to: Destination): BytePath {
  const resolved = resolvePath(view.after, text, base);
  for (const link of resolved?.links ?? [])
    roles.at(link, { kind: 'link', reason: `This link leads to ${to.what}.`, runs: to.runs });
  // A link that was made or changed is held, so this is not where it will lead: its target stays content.
  const staysAway = resolved?.links.some((link) => view.changed.has(link)) === true;
  const real = staysAway ? ledBefore(view, text, base) : resolved?.real;
  return real ?? (text.startsWith('/') ? (text as BytePath) : base);
}

/** Where it led before. */
export function ledBefore(view: View, text: string, base: BytePath = bytePath('/')): BytePath | undefined {
  return resolvePath(view.before, text, base)?.real;
}

/** `~` and `~/…` as git and shells read them. */
export function expandHome(view: View, value: string): string {
  if (view.home === undefined) return value;
  return value.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => view.home ?? '');
}
