// Output of running commands as it arrives, indented: nothing a command prints can pass for a line of cordon's. Long
// output is folded: its first lines as they come, its last ones when it has ended, and how many there were between.
import type { ExecEvent } from '../../../domain/index.ts';
import { LineReader } from './line-reader.ts';
import type { Paint } from './paint.ts';
import { layOut, type Screen } from './screen.ts';

/** How much of one command's output is shown while it runs. */
export interface FoldLimits {
  readonly lines: number;
  /** Characters. */
  readonly text: number;
}

/** A person reads no more than that between two commands. */
export const folded: FoldLimits = { lines: 20, text: 8 * 1024 };
/** A log is searched, but a terminal or pipe that reads slowly must not hold everything up. */
export const logged: FoldLimits = { lines: Infinity, text: 128 * 1024 };
export const unfolded: FoldLimits = { lines: Infinity, text: Infinity };

/** Lines that are kept to be shown at the end. */
const endLines = 6;
/** Characters of one of them. */
const endWidth = 2000;

interface CommandOutput {
  readonly readers: Map<string, LineReader>;
  lines: number;
  text: number;
  hidden: number;
  readonly end: string[];
}

export class LiveOutput {
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #limits: FoldLimits;
  readonly #commands = new Map<string, CommandOutput>();
  #speaker: string | undefined;

  constructor(screen: Screen, paint: Paint, limits: FoldLimits) {
    this.#screen = screen;
    this.#paint = paint;
    this.#limits = limits;
  }

  /** @param name of the command, where several run at once and it has to be said whose lines follow. */
  show(event: Extract<ExecEvent, { readonly type: 'output.chunk' }>, name: string | undefined): void {
    const command = this.#of(event.callId);
    const reader = command.readers.get(event.stream) ?? new LineReader();
    command.readers.set(event.stream, reader);
    for (const line of reader.read(event.bytes)) this.#take(event.callId, command, line, name);
  }

  /** Lines so far, and what stands in the last one that has not ended. */
  progress(callId: string): { readonly lines: number; readonly pending: string } {
    const command = this.#commands.get(callId);
    if (command === undefined) return { lines: 0, pending: '' };
    const pending = [...command.readers.values()].map((reader) => reader.pending).find((text) => text !== '');
    return { lines: command.lines, pending: pending ?? command.end.at(-1) ?? '' };
  }

  /** The command has ended: if its output was too long to show, its end is what matters. */
  finish(callId: string): void {
    const command = this.#commands.get(callId);
    if (command === undefined) return;
    for (const reader of command.readers.values())
      for (const line of reader.end()) this.#take(callId, command, line, undefined);
    this.#commands.delete(callId);
    this.#speaker = undefined;
    const missing = command.hidden - command.end.length;
    if (missing > 0) this.#say(`[${missing} more lines; --verbose shows them all]`);
    for (const line of command.end) this.#print(line);
  }

  /** The next lines are somebody else's. */
  breakOff(): void {
    this.#speaker = undefined;
  }

  #of(callId: string): CommandOutput {
    const command = this.#commands.get(callId) ?? {
      readers: new Map(),
      lines: 0,
      text: 0,
      hidden: 0,
      end: [],
    };
    this.#commands.set(callId, command);
    return command;
  }

  #take(callId: string, command: CommandOutput, line: string, name: string | undefined): void {
    command.lines += 1;
    command.text += line.length;
    if (command.hidden === 0 && command.lines <= this.#limits.lines && command.text <= this.#limits.text) {
      if (name !== undefined && this.#speaker !== callId) this.#say(`[${name}]`);
      this.#speaker = callId;
      this.#print(line);
      return;
    }
    command.hidden += 1;
    command.end.push(line.length > endWidth ? `${line.slice(0, endWidth)} [...]` : line);
    if (command.end.length > endLines) command.end.shift();
  }

  #print(line: string): void {
    for (const row of layOut(line, this.#screen.columns(), '  ')) this.#screen.write(`${row}\n`);
  }

  #say(text: string): void {
    for (const row of layOut(text, this.#screen.columns(), '  '))
      this.#screen.write(`${this.#paint.dim(row)}\n`);
  }
}
