// How everything on the page is made: elements with text in them. Markup is never read out of a text; the policy of the
// page forbids it, too.
import { visibleParts } from '../domain/visible-text.ts';

export type Child = Node | string;

interface Looks {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: { readonly [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };
}

/** Strings in `children` are our own words; somebody else's go through {@link foreign}. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  looks: Looks = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (looks.class !== undefined) made.className = looks.class;
  for (const [name, value] of Object.entries(looks.attributes ?? {})) made.setAttribute(name, value);
  for (const [name, listener] of Object.entries(looks.on ?? {}))
    made.addEventListener(name, listener as EventListener);
  made.append(...children);
  return made;
}

/** Text of a command, a file or a program: what could hide, reorder or imitate is spelled out, and looks so. */
export function foreign(text: string, keeps: 'tabs' | 'nothing' = 'nothing'): HTMLElement {
  const made = element('span', { class: 'foreign', attributes: { dir: 'ltr', translate: 'no' } });
  const stretches = keeps === 'tabs' ? text.split(/(\t)/u) : [text];
  for (const stretch of stretches) {
    if (stretch === '\t') made.append(stretch);
    else
      for (const part of visibleParts(stretch))
        made.append(part.kind === 'text' ? part.text : element('span', { class: 'escaped' }, part.text));
  }
  return made;
}

/** The element of the page with this id, which is there. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** What does not differ stays in place, and keeps the focus. */
export function replaceChildren(parent: HTMLElement, children: readonly Node[]): void {
  for (const child of [...parent.childNodes]) if (!children.includes(child)) child.remove();
  for (const [at, child] of children.entries()) {
    const there = parent.childNodes[at];
    if (there !== child) parent.insertBefore(child, there ?? null);
  }
}

export function timeOf(ms: number): HTMLTimeElement {
  const date = new Date(ms);
  return element('time', { attributes: { datetime: date.toISOString() } }, date.toLocaleTimeString());
}
