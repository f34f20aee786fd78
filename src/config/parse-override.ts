// `-c key=value`: the key is a dotted TOML key, the value a TOML value, or plain text when it is none.
import { parse, TomlError } from 'smol-toml';
import { err, isNonEmpty, type NonEmpty, ok, type Result } from '../domain/index.ts';

export interface Override {
  readonly path: NonEmpty<string>;
  readonly value: unknown;
}

/** The error says what is wrong with the text, without repeating its value. */
export function parseOverride(text: string): Result<Override, string> {
  const at = text.indexOf('=');
  if (at <= 0) return err('expected KEY=VALUE');
  const path = keyPath(text.slice(0, at).trim());
  if (path === undefined) return err('expected a dotted key such as sandbox_mode or features.exec_policy');
  return ok({ path, value: tomlValue(text.slice(at + 1).trim()) });
}

/** Quoted segments work as in TOML: `projects."/home/me/a.b".trust_level`. */
function keyPath(key: string): NonEmpty<string> | undefined {
  if (/[\n\r=#[\]{}]/.test(key)) return undefined;
  const table = parseOrUndefined(`${key} = 0`);
  const path: string[] = [];
  for (let node: unknown = table; typeof node === 'object' && node !== null;) {
    const [entry, ...more] = Object.entries(node);
    // `__proto__` as a key would write to the prototype of the table it is laid over.
    if (entry === undefined || more.length > 0 || entry[0] === '__proto__') return undefined;
    path.push(entry[0]);
    node = entry[1];
  }
  return isNonEmpty(path) ? path : undefined;
}

/** Text that is no TOML value stands for itself, so that `-c model=o3` needs no second layer of quotes. */
function tomlValue(text: string): unknown {
  const table = parseOrUndefined(`value = ${text}`);
  // A line break in the text could smuggle in a second key: then it was no value.
  return table !== undefined && Object.keys(table).length === 1 ? table['value'] : text;
}

function parseOrUndefined(toml: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(toml);
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}
