// Reads Gemini CLI's policies (TOML, `[[rule]]`) and the older lists of its settings.json.
import { parse } from 'smol-toml';
import type { Decision } from '../../domain/index.ts';
import { plainCommand, writeRules, type Imported, type ImportedRules } from './imported-rules.ts';
import { isTable, wordsOf } from './read-settings.ts';

/** Undefined when the text is neither. */
export function importGemini(text: string): ImportedRules | undefined {
  const document = readDocument(text);
  if (document === undefined) return undefined;
  const { rule, tools } = document;
  const entries = [
    ...(Array.isArray(rule) ? rule.flatMap(readRule) : []),
    ...readLists(isTable(tools) ? tools : {}, { allowed: 'allow', exclude: 'forbidden' }),
    ...readLists(document, { allowedTools: 'allow', excludeTools: 'forbidden' }),
  ];
  return writeRules('Gemini CLI', entries);
}

function readDocument(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text);
    return isTable(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

const decisions: Readonly<Record<string, Decision>> = {
  allow: 'allow',
  ask_user: 'prompt',
  deny: 'forbidden',
};

function readRule(entry: unknown): readonly Imported[] {
  if (!isTable(entry)) return [];
  const tools = wordsOf(entry['toolName']);
  const written = `rule for ${tools.length === 0 ? 'every tool' : tools.join(', ')}`;
  if (!tools.includes('run_shell_command')) return [{ written, because: 'it is not about commands' }];
  const word = entry['decision'];
  const decision = typeof word === 'string' && Object.hasOwn(decisions, word) ? decisions[word] : undefined;
  if (decision === undefined) return [{ written, because: 'its decision is not known' }];
  if (entry['commandRegex'] !== undefined || entry['argsPattern'] !== undefined) {
    return [{ written, because: 'it is a regular expression; say it with args or wildcards' }];
  }
  const prefixes = wordsOf(entry['commandPrefix']);
  if (prefixes.length === 0) return [{ written, because: 'it is about every command' }];
  return prefixes.map((prefix) => readPrefix(prefix, decision, prefix));
}

function readLists(
  table: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, Decision>>,
): readonly Imported[] {
  return Object.entries(names).flatMap(([name, decision]) =>
    wordsOf(table[name]).map((written): Imported => {
      const body = /^(?:run_shell_command|ShellTool)\(([\s\S]*)\)$/.exec(written)?.[1];
      return body === undefined
        ? { written, because: 'it is not about one command' }
        : readPrefix(body, decision, written);
    }),
  );
}

function readPrefix(prefix: string, decision: Decision, written: string): Imported {
  const words = plainCommand(prefix);
  return words === undefined
    ? { written, because: 'it is more than the words of one command' }
    : { decision, written, words, isPrefix: true };
}
