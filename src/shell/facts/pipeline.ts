// What feeds the commands that are being read: the stages of a pipeline, and the groups around them.
import type { Draft } from './draft.ts';
import type { Feed, Reading } from './reading.ts';
import { fileWrittenBy } from './written-files.ts';

/** Groups whose redirections are handed to the commands in them; a longer group is simply doubted. */
const mostInGroup = 64;

export class Pipeline {
  readonly #reading: Reading;
  #pipedFrom: Feed | undefined;
  /** Where the stage that is being read began. */
  #stage: number;
  /** What was true where each open `{`, `if`, `while`, … began. */
  readonly #groups: {
    readonly stage: number;
    readonly pipedFrom: Feed | undefined;
    readonly inherited: Feed | undefined;
  }[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#stage = reading.found.length;
    this.#pipedFrom = reading.pipedFrom;
  }

  /** What feeds the stage that is being read. */
  get pipedFrom(): Feed | undefined {
    return this.#pipedFrom;
  }

  /** How many groups are open. */
  get depth(): number {
    return this.#groups.length;
  }

  beginStage(): void {
    this.#stage = this.#reading.found.length;
  }

  /** `a |` at the end of a line goes on in the next one. */
  endStage(how: 'pipes' | 'background' | 'ends', hasCommand: boolean): void {
    const { found, pipedFrom } = this.#reading;
    if (how === 'pipes') this.#pipedFrom = { commands: found, from: this.#stage, to: found.length };
    else if (hasCommand) this.#pipedFrom = pipedFrom;
    if (how !== 'ends' || hasCommand) this.#stage = found.length;
  }

  open(): void {
    const { pipedFrom } = this.#reading;
    this.#groups.push({ stage: this.#stage, pipedFrom: this.#pipedFrom, inherited: pipedFrom });
    this.#reading.pipedFrom = this.#pipedFrom;
  }

  /** The group that has ended; undefined when none was open. */
  close(): Draft['group'] {
    const open = this.#groups.pop();
    if (open === undefined) return undefined;
    this.#stage = open.stage;
    this.#pipedFrom = open.pipedFrom;
    this.#reading.pipedFrom = open.inherited;
    return { from: open.stage, pipedFrom: open.pipedFrom };
  }
}

/** `{ sh; } < f`, `{ echo x; } > f`: what stands in the group reads what the group reads, and writes what it writes. */
export function redirectGroup(reading: Reading, draft: Draft): void {
  const { found } = reading;
  const { group } = draft;
  const redirects = draft.redirects.filter(
    (redirect) => redirect.operator.startsWith('<') || fileWrittenBy(redirect) !== undefined,
  );
  if (group === undefined || redirects.length === 0) return;
  if (found.length - group.from > mostInGroup) {
    reading.doubtful = true;
    return;
  }
  for (const command of found.slice(group.from)) {
    // A pipe inside the group is nearer.
    const isRead = command.pipedFrom === group.pipedFrom;
    command.around?.push(...redirects.filter(({ operator }) => isRead || !operator.startsWith('<')));
  }
}
