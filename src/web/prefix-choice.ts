// How many words of the command a rule takes that is to be saved: the offered ones at least, and as many as there are.
import { element } from './element.ts';
import { coveredBy, type Prefix } from './words/covered-by.ts';

export interface PrefixChoice {
  readonly element: HTMLElement;
  value(): readonly string[];
}

export function prefixChoice(prefix: Prefix, id: string): PrefixChoice {
  const lengths = Array.from(
    { length: prefix.words.length - prefix.atLeast + 1 },
    (_, more) => prefix.atLeast + more,
  );
  const select = element(
    'select',
    { attributes: { id: `${id}-prefix` } },
    ...lengths.map((length) =>
      element('option', { attributes: { value: String(length) } }, coveredBy(prefix, length)),
    ),
  );
  return {
    element: element(
      'p',
      { class: 'field' },
      element('label', { attributes: { for: select.id } }, 'A rule that is saved covers'),
      select,
    ),
    value: () => prefix.words.slice(0, Number(select.value)),
  };
}
