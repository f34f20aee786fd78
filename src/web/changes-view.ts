// What commands changed: each set or record can be opened, and shows its difference then.
import { byId, element, foreign, replaceChildren, timeOf } from './element.ts';
import { linesBlock } from './lines-block.ts';
import type { ChangesDiff, WatchedChanges } from './protocol/index.ts';
import { diffLook } from './words/diff-look.ts';

export interface AskChanges {
  list(): Promise<readonly WatchedChanges[]>;
  diff(kind: WatchedChanges['kind'], id: string): Promise<ChangesDiff>;
}

export class ChangesView {
  readonly #ask: AskChanges;
  readonly #items = new Map<string, { readonly made: HTMLDetailsElement; readonly said: string }>();

  constructor(ask: AskChanges) {
    this.#ask = ask;
  }

  async look(): Promise<void> {
    const place = byId('change-list');
    try {
      const changes = await this.#ask.list();
      const nothing = element('p', {}, 'Nothing waits, and nothing is kept.');
      replaceChildren(place, changes.length === 0 ? [nothing] : changes.map((each) => this.#item(each)));
    } catch (error) {
      place.replaceChildren(element('p', { class: 'problem' }, foreign(said(error))));
    }
  }

  /** The same element while nothing about it is new: it stays open. */
  #item(changes: WatchedChanges): HTMLDetailsElement {
    const key = `${changes.kind} ${changes.id}`;
    const text = JSON.stringify(changes);
    const known = this.#items.get(key);
    if (known?.said === text) return known.made;
    const made = this.#make(changes);
    made.open = known?.made.open ?? false;
    this.#items.set(key, { made, said: text });
    return made;
  }

  #make(changes: WatchedChanges): HTMLDetailsElement {
    const { kind, id, command, atMs, count, paths, problem } = changes;
    const diff = element('div', {}, 'Looking…');
    const files = count === 1 ? '1 path' : `${String(count)} paths`;
    return element(
      'details',
      {
        class: 'changes',
        on: {
          toggle: (event) => {
            if ((event.target as HTMLDetailsElement).open) void this.#fill(diff, kind, id);
          },
        },
      },
      element(
        'summary',
        {},
        element(
          'span',
          { class: `state ${kind === 'set' ? 'asks' : 'faint'}` },
          kind === 'set' ? 'Waits' : 'In place',
        ),
        element('code', {}, foreign(command.split('\n')[0]?.slice(0, 300) ?? '')),
        element('span', { class: 'faint' }, timeOf(atMs), ` · ${files}`),
      ),
      ...(problem === null ? [] : [element('p', { class: 'problem' }, foreign(problem))]),
      ...heldOf(paths),
      diff,
    );
  }

  async #fill(place: HTMLElement, kind: WatchedChanges['kind'], id: string): Promise<void> {
    try {
      const { lines, omitted } = await this.#ask.diff(kind, id);
      const difference = linesBlock({
        label: 'Difference',
        lines,
        make: (line) => element('span', { class: `line ${diffLook(line)}` }, foreign(line, 'tabs'), '\n'),
      });
      place.replaceChildren(
        ...(lines.length === 0 ? ['No content differs.'] : [difference]),
        ...(omitted === 0 ? [] : [`${String(omitted)} more lines are not shown here.`]),
      );
    } catch (error) {
      place.replaceChildren(foreign(said(error)));
    }
  }
}

function heldOf(paths: WatchedChanges['paths']): readonly HTMLElement[] {
  const held = paths.filter((path) => path.held.length > 0);
  if (held.length === 0) return [];
  return [
    element(
      'ul',
      { class: 'warning' },
      ...held.map(({ path, held: reasons }) =>
        element('li', {}, foreign(path), ' would be held back: ', foreign(reasons.join('; '))),
      ),
    ),
  ];
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
