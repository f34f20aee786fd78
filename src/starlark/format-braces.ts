// `"{} {name} {0!r}".format(…)`: positions or names, `!s` or `!r`, no format specifications.
import type { Meter } from './budget.ts';
import { runtimeError } from './errors.ts';
import type { Arguments } from './machine.ts';
import { reprWithin, strWithin } from './repr.ts';
import type { Value } from './values.ts';

export function formatBraces(format: string, args: Arguments, meter: Meter): string {
  meter.text(format.length);
  const fields = new Fields(args);
  const parts: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    length += text.length;
    meter.text(length > meter.budget.stringLength ? length : text.length);
    parts.push(text);
  };
  let from = 0;
  while (from < format.length) {
    const at = nextBrace(format, from);
    add(format.slice(from, at));
    if (at === format.length) break;
    const brace = format.charAt(at);
    if (format.charAt(at + 1) === brace) {
      add(brace);
      from = at + 2;
      continue;
    }
    if (brace === '}') throw runtimeError('Unmatched `}` in the format string: write `}}` for the character');
    const close = format.indexOf('}', at);
    const field = format.slice(at + 1, close === -1 ? undefined : close);
    if (close === -1 || field.includes('{')) throw runtimeError('Unmatched `{` in the format string');
    add(renderField(field, fields, meter));
    from = close + 1;
  }
  return parts.join('');
}

function nextBrace(format: string, from: number): number {
  for (let at = from; at < format.length; at++) {
    const character = format.charAt(at);
    if (character === '{' || character === '}') return at;
  }
  return format.length;
}

function renderField(field: string, fields: Fields, meter: Meter): string {
  const bang = field.indexOf('!');
  const name = bang === -1 ? field : field.slice(0, bang);
  const conversion = bang === -1 ? 's' : field.slice(bang + 1);
  if (conversion !== 's' && conversion !== 'r') {
    throw runtimeError(
      `Invalid conversion \`!${conversion}\` in the format string, expected \`!s\` or \`!r\``,
    );
  }
  const value = fields.get(name);
  return conversion === 'r' ? reprWithin(value, meter) : strWithin(value, meter);
}

/** Fields are numbered by themselves or by the file, not both. */
class Fields {
  readonly #args: Arguments;
  #numbering: 'automatic' | 'manual' | undefined;
  #next = 0;

  constructor(args: Arguments) {
    this.#args = args;
  }

  get(name: string): Value {
    if (name === '') {
      const index = this.#next;
      this.#next += 1;
      return this.#byPosition(index, 'automatic');
    }
    if (/^\d+$/.test(name)) return this.#byPosition(Number(name), 'manual');
    const forbidden = /[.,[\]:]/.exec(name);
    if (forbidden !== null)
      throw runtimeError(`Invalid character \`${forbidden[0]}\` inside a replacement field`);
    const value = this.#args.named[this.#args.names.indexOf(name)];
    if (value === undefined) throw runtimeError(`Format field \`${name}\` has no argument`);
    return value;
  }

  #byPosition(index: number, numbering: 'automatic' | 'manual'): Value {
    if (this.#numbering !== undefined && this.#numbering !== numbering) {
      throw runtimeError('Cannot mix `{}` and `{0}` in one format string');
    }
    this.#numbering = numbering;
    const value = this.#args.positional[index];
    if (value === undefined) throw runtimeError('Not enough arguments for the format string');
    return value;
  }
}
