// The list of commands, newest first, and the one that is looked at beside it.
import { type AskOutput, CallDetail } from './call-detail.ts';
import { firstLine, stateWords } from './words/call-words.ts';
import { byId, element, foreign, replaceChildren, timeOf } from './element.ts';
import type { ScreenRows, WatchedCall } from './protocol/index.ts';

interface Item {
  readonly element: HTMLLIElement;
  readonly button: HTMLButtonElement;
}

export class CallsView {
  readonly #calls = new Map<string, WatchedCall>();
  readonly #items = new Map<string, Item>();
  readonly #detail: CallDetail;
  #chosen: string | undefined;
  #isDue = false;

  constructor(askOutput: AskOutput) {
    this.#detail = new CallDetail(byId('call-detail'), askOutput, () => this.#back());
    byId('call-list').addEventListener('keydown', (event) => this.#pressed(event));
  }

  reset(calls: readonly WatchedCall[]): void {
    this.#calls.clear();
    for (const call of calls) this.#calls.set(call.callId, call);
    const chosen = this.#chosen === undefined ? undefined : this.#calls.get(this.#chosen);
    if (chosen === undefined) this.#choose(undefined);
    else this.#detail.show(chosen, 'anew');
    this.#showSoon();
  }

  put(call: WatchedCall): void {
    this.#calls.set(call.callId, call);
    if (this.#chosen === call.callId) this.#detail.show(call, 'news');
    this.#showSoon();
  }

  forget(callId: string): void {
    this.#calls.delete(callId);
    if (this.#chosen === callId) this.#choose(undefined);
    this.#showSoon();
  }

  rows(rows: ScreenRows): void {
    if (rows.callId === this.#chosen) this.#detail.rows(rows);
  }

  #choose(callId: string | undefined): void {
    this.#chosen = callId;
    const call = callId === undefined ? undefined : this.#calls.get(callId);
    byId('commands').classList.toggle('has-detail', call !== undefined);
    if (call === undefined) this.#detail.clear();
    else {
      this.#detail.show(call, 'anew');
      this.#detail.focus();
    }
    this.#showSoon();
  }

  #back(): void {
    const item = this.#chosen === undefined ? undefined : this.#items.get(this.#chosen);
    this.#choose(undefined);
    item?.button.focus();
  }

  /** Many news in one moment are shown once. */
  #showSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#show();
    });
  }

  #show(): void {
    for (const id of [...this.#items.keys()]) if (!this.#calls.has(id)) this.#items.delete(id);
    const items = [...this.#calls.values()].toReversed().map((call) => this.#item(call).element);
    replaceChildren(byId('call-list'), items);
    byId('no-calls').hidden = items.length > 0;
  }

  #item(call: WatchedCall): Item {
    const known = this.#items.get(call.callId) ?? this.#make(call);
    const { text, mood } = stateWords(call);
    const isChosen = call.callId === this.#chosen;
    if (isChosen) known.button.setAttribute('aria-current', 'true');
    else known.button.removeAttribute('aria-current');
    const said = `${text} ${mood}`;
    if (known.button.dataset['said'] === said) return known;
    known.button.dataset['said'] = said;
    known.button.replaceChildren(
      element('span', { class: `state ${mood}` }, text),
      element('code', {}, foreign(firstLine(call.command).slice(0, 300))),
      element(
        'span',
        { class: 'faint' },
        timeOf(call.beganAtMs),
        ` · client ${String(call.client)}${call.tty ? ' · terminal' : ''}`,
      ),
    );
    return known;
  }

  #make({ callId }: WatchedCall): Item {
    const button = element('button', {
      class: 'call',
      attributes: { type: 'button' },
      on: { click: () => this.#choose(callId) },
    });
    const item = { element: element('li', {}, button), button };
    this.#items.set(callId, item);
    return item;
  }

  /** Up and down go along the list, as well as Tab. */
  #pressed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...byId('call-list').querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = buttons[at + step];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}
