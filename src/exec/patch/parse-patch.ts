// From the text of a patch to the changes it asks for. Strict: a line that belongs nowhere is an error that names it, so
// that nothing is written which the text does not say. The form is the one models of the codex family were trained on.
import { err, isNonEmpty, type NonEmpty, ok, type Result } from '../../domain/index.ts';

export interface PatchHunk {
  /** Lines that are looked for first, in order; the hunk applies below the last of them. */
  readonly below: readonly string[];
  readonly lines: readonly HunkLine[];
  /** The hunk stands at the end of the file. */
  readonly atEnd: boolean;
}

export type HunkLine = { readonly mark: ' ' | '-' | '+'; readonly text: string };

export type PatchFile =
  | { readonly kind: 'add'; readonly path: string; readonly lines: readonly string[] }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'update';
      readonly path: string;
      readonly moveTo: string | undefined;
      readonly hunks: readonly PatchHunk[];
    };

/** Characters of a patch; nobody writes more by hand, and a model neither. */
export const mostPatchCharacters: number = 4 * 1024 * 1024;
const mostFiles = 500;

const header = /^\*\*\* (Add|Delete|Update) File: (.+)$/;

/** The error is a sentence that names the line, counted from 1. */
export function parsePatch(patch: string): Result<NonEmpty<PatchFile>, string> {
  if (patch.length > mostPatchCharacters)
    return err(`the patch is longer than ${mostPatchCharacters} characters`);
  if (patch.includes('\0')) return err('the patch holds a NUL character');
  const lines = new Lines(patch.trim());
  if (lines.marker() !== '*** Begin Patch') return err("the first line must be '*** Begin Patch'");
  lines.next();
  const files: PatchFile[] = [];
  for (;;) {
    const line = lines.marker();
    if (line === undefined) return err("the last line must be '*** End Patch'");
    if (line === '*** End Patch') break;
    const file = readFile(lines);
    if (!file.ok) return file;
    files.push(file.value);
    if (files.length > mostFiles) return err(`the patch names more than ${mostFiles} files`);
  }
  lines.next();
  if (lines.current !== undefined) return lines.error("nothing may follow '*** End Patch'");
  return isNonEmpty(files) ? ok(files) : err('the patch changes no file');
}

function readFile(lines: Lines): Result<PatchFile, string> {
  const found = header.exec(lines.marker() ?? '');
  if (found === null)
    return lines.error("expected '*** Add File: PATH', '*** Delete File: PATH' or '*** Update File: PATH'");
  const [, kind, path = ''] = found;
  lines.next();
  if (kind === 'Delete') return ok({ kind: 'delete', path });
  if (kind === 'Add') return ok({ kind: 'add', path, lines: readAdded(lines) });
  return readUpdate(lines, path);
}

function readAdded(lines: Lines): string[] {
  const added: string[] = [];
  while (lines.current?.startsWith('+') === true) {
    added.push(lines.current.slice(1));
    lines.next();
  }
  return added;
}

function readUpdate(lines: Lines, path: string): Result<PatchFile, string> {
  const moveTo = /^\*\*\* Move to: (.+)$/.exec(lines.marker() ?? '')?.[1];
  if (moveTo !== undefined) lines.next();
  const hunks: PatchHunk[] = [];
  while (lines.current !== undefined && !/^\*\*\* (Add|Delete|Update|End Patch|Begin)/.test(lines.current)) {
    const hunk = readHunk(lines);
    if (!hunk.ok) return hunk;
    hunks.push(hunk.value);
  }
  if (hunks.length === 0 && moveTo === undefined) return lines.error(`the update of ${path} changes nothing`);
  return ok({ kind: 'update', path, moveTo, hunks });
}

function readHunk(lines: Lines): Result<PatchHunk, string> {
  const below: string[] = [];
  for (;;) {
    const marker = lines.marker();
    if (marker !== '@@' && !(lines.current?.startsWith('@@ ') === true)) break;
    if (marker !== undefined && marker !== '@@') below.push((lines.current ?? '').slice(3));
    lines.next();
  }
  const changed: HunkLine[] = [];
  for (let line = lines.current; line !== undefined; line = lines.current) {
    // An editor that takes away blanks at the end of a line leaves nothing of an empty line of context.
    if (line === '') changed.push({ mark: ' ', text: '' });
    else if (isMark(line[0])) changed.push({ mark: line[0], text: line.slice(1) });
    else break;
    lines.next();
  }
  if (changed.length === 0) return lines.error("expected a line that starts with '+', '-' or a blank");
  const atEnd = lines.marker() === '*** End of File';
  if (atEnd) lines.next();
  return ok({ below, lines: changed, atEnd });
}

function isMark(character: string | undefined): character is HunkLine['mark'] {
  return character === ' ' || character === '-' || character === '+';
}

class Lines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split(/\r?\n/);
  }

  get current(): string | undefined {
    return this.#lines[this.#at];
  }

  /** The line without blanks at its end: markers are ours, blanks after them mean nothing. */
  marker(): string | undefined {
    return this.current?.trimEnd();
  }

  next(): void {
    this.#at += 1;
  }

  error(what: string): { readonly ok: false; readonly error: string } {
    const line = this.current;
    const found = line === undefined ? 'the patch ends there' : `found ${JSON.stringify(line.slice(0, 120))}`;
    return err(`line ${this.#at + 1} of the patch: ${what}; ${found}`);
  }
}
