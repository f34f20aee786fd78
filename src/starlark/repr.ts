// Values as text: `repr` writes source for a value, `str` leaves a string as it is.
import type { Meter } from './budget.ts';
import { Failure, overBudget } from './errors.ts';
import { formatCompact } from './format-float.ts';
import {
  deepestData,
  StarlarkBytes,
  StarlarkDict,
  StarlarkFloat,
  StarlarkFunction,
  StarlarkList,
} from './values.ts';
import { StarlarkRange, StarlarkTuple, type Value } from './values.ts';

/** Longest text {@link repr} answers with; the rest is cut off with an ellipsis. */
const longestShown = 1000;

/** How a value is written in source, for messages: never longer than about a thousand characters. */
export function repr(value: Value): string {
  const stopWhenFull = (length: number): void => {
    if (length > longestShown) throw new Full();
  };
  const writer = new Writer(stopWhenFull, longestShown);
  try {
    writer.write(value, 0);
  } catch (error) {
    if (!(error instanceof Full) && !(error instanceof Failure)) throw error;
    return `${writer.text.slice(0, longestShown)}…`;
  }
  return writer.text;
}

/** `repr(value)` inside the language: charged to the budget as it grows. */
export function reprWithin(value: Value, meter: Meter): string {
  let charged = 0;
  const writer = new Writer((length) => {
    meter.text(length - charged);
    if (length > meter.budget.stringLength) meter.text(length);
    charged = length;
  });
  writer.write(value, 0);
  return writer.text;
}

/** `str(value)` inside the language. */
export function strWithin(value: Value, meter: Meter): string {
  if (typeof value === 'string') return value;
  if (value instanceof StarlarkBytes) {
    meter.text(value.bytes.length);
    return new TextDecoder().decode(value.bytes);
  }
  return reprWithin(value, meter);
}

class Full extends Error {}

class Writer {
  text = '';
  readonly #onGrowth: (length: number) => void;
  readonly #open: Value[] = [];
  readonly #longest: number;

  /** `longest` is how much of one string is looked at. */
  constructor(onGrowth: (length: number) => void, longest = Infinity) {
    this.#onGrowth = onGrowth;
    this.#longest = longest;
  }

  write(value: Value, depth: number): void {
    if (typeof value === 'string') {
      if (this.#longest === Infinity) this.#onGrowth(this.text.length + value.length);
      this.#add(quoteText(value.length > this.#longest ? value.slice(0, this.#longest) : value));
    } else if (typeof value === 'number' || typeof value === 'bigint') this.#add(String(value));
    else if (typeof value === 'boolean') this.#add(value ? 'True' : 'False');
    else this.#writeObject(value, depth);
  }

  #writeObject(value: Exclude<Value, string | number | bigint | boolean>, depth: number): void {
    if (value === null) this.#add('None');
    else if (value instanceof StarlarkFloat) this.#add(formatCompact(value.value));
    else if (
      value instanceof StarlarkList ||
      value instanceof StarlarkTuple ||
      value instanceof StarlarkDict
    ) {
      this.#writeCollection(value, depth);
    } else if (value instanceof StarlarkRange) this.#add(rangeText(value));
    else if (value instanceof StarlarkBytes) {
      if (this.#longest === Infinity) this.#onGrowth(this.text.length + value.bytes.length);
      this.#add(quoteBytes(value.bytes.subarray(0, this.#longest)));
    } else if (value instanceof StarlarkFunction) this.#add(value.name);
    else this.#add('Ellipsis');
  }

  /** A collection inside itself is shown as `[...]`. */
  #writeCollection(value: StarlarkList | StarlarkTuple | StarlarkDict, depth: number): void {
    const [open, close] = bracketsOf(value);
    if (this.#open.includes(value)) {
      this.#add(`${open}...${close}`);
      return;
    }
    if (depth >= deepestData) throw overBudget('Value is nested too deeply to be printed');
    this.#open.push(value);
    this.#add(open);
    if (value instanceof StarlarkDict) this.#entries(value, depth);
    else this.#items(value.items, depth);
    this.#add(value instanceof StarlarkTuple && value.items.length === 1 ? `,${close}` : close);
    this.#open.pop();
  }

  #items(items: readonly Value[], depth: number): void {
    for (const [index, item] of items.entries()) {
      if (index > 0) this.#add(', ');
      this.write(item, depth + 1);
    }
  }

  #entries({ entries }: StarlarkDict, depth: number): void {
    let isFirst = true;
    for (const { key, value } of entries.values()) {
      if (!isFirst) this.#add(', ');
      isFirst = false;
      this.write(key, depth + 1);
      this.#add(': ');
      this.write(value, depth + 1);
    }
  }

  #add(text: string): void {
    this.text += text;
    this.#onGrowth(this.text.length);
  }
}

function bracketsOf(value: StarlarkList | StarlarkTuple | StarlarkDict): readonly [string, string] {
  if (value instanceof StarlarkList) return ['[', ']'];
  return value instanceof StarlarkTuple ? ['(', ')'] : ['{', '}'];
}

function rangeText({ start, stop, step }: StarlarkRange): string {
  if (step !== 1) return `range(${start}, ${stop}, ${step})`;
  return start === 0 ? `range(${stop})` : `range(${start}, ${stop})`;
}

function quoteText(text: string): string {
  return `"${needsEscape.test(text) ? text.replace(escapable, escapeCharacter) : text}"`;
}

function quoteBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte < 0x80) text += quoteText(String.fromCharCode(byte)).slice(1, -1);
    else text += `\\x${byte.toString(16)}`;
  }
  return `b"${text}"`;
}

function escapeCharacter(character: string): string {
  const named = namedEscapes.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);
// Controls, the quote, the backslash, all of U+0080 to U+00FF, and beyond that whatever is no letter or digit: marks
// that cannot be seen must not hide in a message.
const escapable = /["\\]|[\u0000-\u001f\u007f-\u00ff]|[^\u0000-\u00ff\p{Alphabetic}\p{N}]/gu;
const needsEscape = /[^ !#-[\]-~]/;
