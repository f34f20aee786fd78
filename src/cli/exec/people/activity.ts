// What a turn waits for at the moment, in a few words: the model, a command, or several.
import { stripControl, type ThreadItem } from '../../../exec/index.ts';
import { visible } from '../../terminal/visible-text.ts';

interface Running {
  readonly name: string;
  readonly since: number;
}

/** Characters of a command that say which one it is. */
const nameLength = 48;

export class Activity {
  readonly #now: () => number;
  readonly #progress: (id: string) => { readonly lines: number; readonly pending: string };
  readonly #running = new Map<string, Running>();
  #modelSince = 0;
  #lastStarted: string | undefined;

  constructor(
    now: () => number,
    progress: (id: string) => { readonly lines: number; readonly pending: string },
  ) {
    this.#now = now;
    this.#progress = progress;
  }

  begin(): void {
    this.#modelSince = this.#now();
  }

  start(item: ThreadItem): void {
    const name =
      item.type === 'command_execution'
        ? shortName(item.command)
        : item.type === 'file_change'
          ? 'patch'
          : undefined;
    if (name === undefined) return;
    this.#running.set(item.id, { name, since: this.#now() });
    this.#lastStarted = item.id;
  }

  /** Answers with the command's name, where it has to be said which one ended. */
  end(id: string): string | undefined {
    const name =
      this.nameAmongOthers(id) ?? (id === this.#lastStarted ? undefined : this.#running.get(id)?.name);
    this.#running.delete(id);
    this.#modelSince = this.#now();
    return name;
  }

  /** The command's name, where others run beside it. */
  nameAmongOthers(id: string): string | undefined {
    return this.#running.size > 1 ? this.#running.get(id)?.name : undefined;
  }

  /** One line. */
  text(): string {
    const [[id, first] = [], ...others] = this.#running;
    if (id === undefined || first === undefined)
      return `waiting for the model, ${this.#seconds(this.#modelSince)}`;
    const time = this.#seconds(first.since);
    if (others.length > 0) return `${others.length + 1} commands, ${time}: ${first.name}`;
    const { lines, pending } = this.#progress(id);
    const count = lines === 0 ? '' : `, ${lines} ${lines === 1 ? 'line' : 'lines'}`;
    return `${first.name}, ${time}${count}${pending === '' ? '' : `  ${visible(pending)}`}`;
  }

  #seconds(since: number): string {
    const seconds = Math.round((this.#now() - since) / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}

function shortName(command: string): string {
  const [line = ''] = stripControl(command).trim().split('\n');
  const name = visible(line);
  return name.length > nameLength ? `${name.slice(0, nameLength - 1)}…` : name;
}
