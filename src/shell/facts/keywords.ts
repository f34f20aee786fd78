// The words that are grammar where a command begins, and what each of them opens, closes or leads.
import type { Draft } from './draft.ts';

export const openers: ReadonlySet<string> = new Set('{ if while until for select case'.split(' '));
export const closers: ReadonlySet<string> = new Set('} fi done esac'.split(' '));
export const skippedKeywords: ReadonlySet<string> = new Set(
  'if then elif else fi while until do done ! { } esac coproc'.split(' '),
);
export const headers: Readonly<Record<string, Draft['header']>> = {
  for: 'for',
  select: 'for',
  case: 'case',
  function: 'function',
  '[[': 'test',
};
/** Grammar to bash, names of programs to dash. */
export const ofBashAlone: ReadonlySet<string> = new Set('select function [[ coproc time'.split(' '));
