// capitalize, lower, title, upper, and the questions isalnum, isalpha, isdigit, islower, isspace, istitle, isupper.
import { method, type Method } from './native.ts';
import type { Machine } from './machine.ts';

export const caseMethods: readonly (readonly [string, Method<string>])[] = [
  mapped('lower', (text) => text.toLowerCase()),
  mapped('upper', (text) => text.toUpperCase()),
  mapped('capitalize', (text) => {
    const first = String.fromCodePoint(...codePoints(text).slice(0, 1));
    return first.toUpperCase() + text.slice(first.length).toLowerCase();
  }),
  mapped('title', (text) =>
    text.replace(/\p{Alphabetic}+/gu, (word) => {
      const first = String.fromCodePoint(...codePoints(word).slice(0, 1));
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    }),
  ),
  asked('isalnum', (text) => /^[\p{Alphabetic}\p{N}]+$/u.test(text)),
  asked('isalpha', (text) => /^\p{Alphabetic}+$/u.test(text)),
  asked('isdigit', (text) => /^\p{N}+$/u.test(text)),
  asked('isspace', (text) => /^\p{White_Space}+$/u.test(text)),
  asked('islower', (text) => /\p{Lowercase}/u.test(text) && !/\p{Uppercase}/u.test(text)),
  asked('isupper', (text) => /\p{Uppercase}/u.test(text) && !/\p{Lowercase}/u.test(text)),
  asked('istitle', (text) => {
    const words = text.match(/\p{Alphabetic}+/gu) ?? [];
    return words.length > 0 && words.every((word) => !/^\p{Lowercase}|(?<!^)\p{Uppercase}/u.test(word));
  }),
];

function codePoints(text: string): number[] {
  const first = text.codePointAt(0);
  return first === undefined ? [] : [first];
}

/** Case mapping can triple a string's length. */
function mapped(name: string, map: (text: string) => string): readonly [string, Method<string>] {
  return method(name, [], (text: string, _, machine) => {
    charge(text, machine);
    machine.meter.text(text.length);
    const result = map(text);
    machine.meter.text(result.length);
    return result;
  });
}

function asked(name: string, test: (text: string) => boolean): readonly [string, Method<string>] {
  return method(name, [], (text: string, _, machine) => {
    charge(text, machine);
    return test(text);
  });
}

function charge(text: string, { meter }: Machine): void {
  // Property lookups cost far more than copying: about a step each.
  meter.step(text.length);
}
