/** A string that was checked once and is trusted by its type from then on. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An absolute path in lexical normal form: no `.`, `..`, doubled or trailing slash. Made by {@link absolutePath}. */
export type AbsolutePath = Brand<string, 'AbsolutePath'>;
/** Names one request from first event to last. Chosen by the caller, unique within a runtime. */
export type CallId = Brand<string, 'CallId'>;
/** Names one live or finished PTY session. */
export type SessionId = Brand<number, 'SessionId'>;

export type NonEmpty<T> = readonly [T, ...T[]];
/** What `execve` is given: the program first, then its arguments, decoded, without NUL. */
export type Argv = NonEmpty<string>;

/** An expected end that the caller handles; only broken promises are thrown. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** The good end of a {@link Result}. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The expected bad end of a {@link Result}. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Narrows a list to one that has a first item. */
export function isNonEmpty<T>(items: readonly T[]): items is NonEmpty<T> {
  return items.length > 0;
}

/** Brands `text` when it is absolute and free of NUL, after lexical normalisation; undefined otherwise. */
export function absolutePath(text: string): AbsolutePath | undefined {
  if (!text.startsWith('/') || text.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}` as AbsolutePath;
}

/** Closes a switch over a union: a new case breaks the build, and a forged value breaks the run. */
export function assertNever(value: never, where: string): never {
  throw new Error(`Cannot handle ${JSON.stringify(value)} in ${where}: no case covers it`);
}
