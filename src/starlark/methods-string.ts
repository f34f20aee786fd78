// The methods of strings and bytes, from three families.
import { method, type Method } from './native.ts';
import { searchMethods } from './methods-search.ts';
import { caseMethods } from './methods-case.ts';
import { splitMethods } from './methods-split.ts';
import { StarlarkBytes, StarlarkTuple } from './values.ts';

export const stringMethods: ReadonlyMap<string, Method<string>> = new Map([
  ...searchMethods,
  ...caseMethods,
  ...splitMethods,
]);

export const bytesMethods: ReadonlyMap<string, Method<StarlarkBytes>> = new Map([
  method('elems', [], ({ bytes }: StarlarkBytes, _, { meter }) => {
    meter.elements(bytes.length * bytesObjectCells, bytes.length);
    return new StarlarkTuple(Array.from(bytes, (byte) => new StarlarkBytes(Uint8Array.of(byte))));
  }),
]);

const bytesObjectCells = 16;
