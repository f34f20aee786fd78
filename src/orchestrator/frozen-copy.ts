// What is handed to reviewers, hooks and assessors: a picture of the question, not the question. Whoever writes into it
// changes nothing that runs.

/** A copy that shares nothing with the original and cannot be written; bytes are copied, too, and stay writable. */
export function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map || value instanceof Set) for (const each of value.values()) freeze(each);
  else for (const each of Object.values(value)) freeze(each);
  return Object.freeze(value);
}
