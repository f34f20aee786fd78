// The door: what the page and its server say to each other, as types.
export type * from './calls.ts';
export type * from './changes.ts';
export type * from './methods.ts';
export type * from './questions.ts';
export type * from './screen.ts';
