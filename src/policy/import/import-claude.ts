// Reads the permissions of Claude Code's settings.json: `Bash(git push:*)` in `allow`, `ask` and `deny`.
import type { Decision } from '../../domain/index.ts';
import { plainCommand, writeRules, type Imported, type ImportedRules } from './imported-rules.ts';
import { isTable, wordsOf } from './read-settings.ts';

const lists: Readonly<Record<string, Decision>> = { deny: 'forbidden', ask: 'prompt', allow: 'allow' };

/** Undefined when the text is no such file. */
export function importClaude(text: string): ImportedRules | undefined {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    return undefined;
  }
  const permissions = isTable(settings) ? settings['permissions'] : undefined;
  if (!isTable(permissions)) return undefined;
  const entries = Object.entries(lists).flatMap(([name, decision]) =>
    wordsOf(permissions[name]).map((written) => readEntry(written, decision)),
  );
  return writeRules('Claude Code', entries);
}

function readEntry(written: string, decision: Decision): Imported {
  const body = /^Bash\(([\s\S]*)\)$/.exec(written)?.[1];
  if (body === undefined) {
    const because = written === 'Bash' ? 'it is about every command' : 'it is not about commands';
    return { written, because };
  }
  // `:*` at the end, and a star as the last word, let anything follow.
  const isPrefix = /(?::\*|\s\*)$/.test(body);
  const words = plainCommand(body.replace(/(?::\*|\s\*)$/, ''));
  if (words === undefined) return { written, because: 'it is more than the words of one command' };
  return { decision, written, words, isPrefix };
}
