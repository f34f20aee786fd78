// Everything about one command: what was decided and by which rule, what holds it, what was stopped, how it ended, and
// what a terminal shows of its output.
import { lasted, stateWords, verdictWords } from './words/call-words.ts';
import { element, foreign, timeOf, type Child } from './element.ts';
import { linesBlock } from './lines-block.ts';
import { OutputView } from './output-view.ts';
import type { ScreenRows, WatchedAttempt, WatchedCall } from './protocol/index.ts';

export type AskOutput = (callId: string) => Promise<ScreenRows>;

interface Shown {
  readonly callId: string;
  readonly heading: HTMLElement;
  readonly facts: HTMLElement;
  readonly output: OutputView;
}

export class CallDetail {
  readonly #place: HTMLElement;
  readonly #askOutput: AskOutput;
  readonly #back: () => void;
  #shown: Shown | undefined;

  constructor(place: HTMLElement, askOutput: AskOutput, back: () => void) {
    this.#place = place;
    this.#askOutput = askOutput;
    this.#back = back;
  }

  /** `anew`: its output is asked for. */
  show(call: WatchedCall, how: 'anew' | 'news'): void {
    const shown = this.#shown?.callId === call.callId ? this.#shown : this.#make(call);
    const { text, mood } = stateWords(call);
    shown.heading.replaceChildren(element('span', { class: `state ${mood}` }, text));
    shown.facts.replaceChildren(...factsOf(call));
    if (call.endedAtMs !== null) shown.output.end();
    if (how === 'news' && shown === this.#shown) return;
    this.#shown = shown;
    void this.#askOutput(call.callId).then(
      (rows) => shown.output.apply(rows),
      (error: unknown) => shown.output.say(error instanceof Error ? error.message : String(error)),
    );
  }

  rows(rows: ScreenRows): void {
    this.#shown?.output.apply(rows);
  }

  focus(): void {
    this.#shown?.heading.focus();
  }

  clear(): void {
    this.#shown = undefined;
    this.#place.replaceChildren();
  }

  #make(call: WatchedCall): Shown {
    const heading = element('h3', { attributes: { tabindex: '-1', id: 'detail-title' } });
    const facts = element('dl', { class: 'facts' });
    const output = new OutputView();
    this.#place.replaceChildren(
      element(
        'article',
        { attributes: { 'aria-labelledby': 'detail-title' } },
        element(
          'button',
          { class: 'back', attributes: { type: 'button' }, on: { click: this.#back } },
          'Back to the list',
        ),
        heading,
        linesBlock({
          label: 'Command',
          lines: call.command.split('\n'),
          make: (line) => element('span', { class: 'line' }, foreign(line, 'tabs'), '\n'),
        }),
        facts,
        output.element,
      ),
    );
    return { callId: call.callId, heading, facts, output };
  }
}

function factsOf(call: WatchedCall): readonly HTMLElement[] {
  const { cwd, verdict, because, attempts, denials, notes, ending, pid, session, client } = call;
  const where = [
    `client ${String(client)}`,
    ...(session === null ? [] : [`session ${String(session)}`]),
    ...(pid === null ? [] : [`process ${String(pid)}`]),
  ].join(', ');
  return [
    ...fact('Where', foreign(cwd)),
    ...fact('Who', where),
    ...fact('When', timeOf(call.beganAtMs), `, ${lasted(call)}`),
    ...(verdict === null
      ? []
      : fact(
          'Decided',
          verdictWords[verdict] ?? verdict,
          ...(because === null ? [] : [': ', foreign(because)]),
        )),
    ...attempts.flatMap(attemptFacts),
    ...list('Stopped', denials, 'warning'),
    ...(ending === null ? [] : fact('End', foreign(ending))),
    ...list('Notes', notes),
  ];
}

function attemptFacts({
  ordinal,
  sandbox,
  enforcement,
  missing,
  limits,
  grant,
}: WatchedAttempt): readonly HTMLElement[] {
  const name = ordinal === 1 ? 'Sandbox' : 'Second attempt';
  const held = sandbox === 'none' ? '' : ` (${sandbox}, enforced: ${enforcement})`;
  return [
    ...fact(name, foreign(limits), held, ...(grant === null ? [] : [', ', foreign(grant)])),
    ...list('Missing', missing, 'warning'),
  ];
}

function fact(name: string, ...value: readonly Child[]): readonly HTMLElement[] {
  return [element('dt', {}, name), element('dd', {}, ...value)];
}

function list(name: string, texts: readonly string[], look = ''): readonly HTMLElement[] {
  if (texts.length === 0) return [];
  return [
    element('dt', {}, name),
    ...texts.map((text) => element('dd', look === '' ? {} : { class: look }, foreign(text))),
  ];
}
