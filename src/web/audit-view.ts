// Who decided what, when and why.
import { firstLine } from './words/call-words.ts';
import { byId, element, foreign, timeOf } from './element.ts';
import type { AuditLine, WatchMethods } from './protocol/index.ts';

export type AskAudit = () => Promise<WatchMethods['watch/audit']['result']>;

export class AuditView {
  readonly #ask: AskAudit;

  constructor(ask: AskAudit) {
    this.#ask = ask;
  }

  async look(): Promise<void> {
    const place = byId('audit-list');
    try {
      const { entries, omitted } = await this.#ask();
      if (entries.length === 0) {
        place.replaceChildren(element('p', {}, 'Nothing was decided yet.'));
        return;
      }
      place.replaceChildren(
        element('ol', { class: 'plain audit' }, ...entries.map(entryOf)),
        ...(omitted === 0 ? [] : [element('p', {}, `${String(omitted)} older ones are not shown.`)]),
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      place.replaceChildren(element('p', { class: 'problem' }, foreign(why)));
    }
  }
}

const moods: Readonly<Record<string, string>> = {
  denied: 'bad',
  abort: 'bad',
  forbidden: 'bad',
  skip: 'faint',
};
const words: Readonly<Record<string, string>> = { skip: 'not asked' };

function entryOf({ atMs, command, purpose, source, decision, why }: AuditLine): HTMLElement {
  return element(
    'li',
    {},
    element(
      'span',
      { class: `state ${moods[decision] ?? 'good'}` },
      words[decision] ?? decision.replaceAll('-', ' '),
    ),
    element('span', { class: 'faint' }, timeOf(atMs), ` · by ${source} · ${purpose.replaceAll('-', ' ')}`),
    ...(command === null ? [] : [element('code', {}, foreign(firstLine(command).slice(0, 300)))]),
    element('span', {}, foreign(why)),
  );
}
