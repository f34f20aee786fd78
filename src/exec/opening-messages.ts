// What the model is told before the first word of the user: its instructions, and where it is.
import type { SandboxMode } from '../runtime/index.ts';
import type { HistoryItem, JsonObject } from './model/response-items.ts';

export interface Surroundings {
  readonly workspace: string;
  readonly sandbox: SandboxMode;
  readonly network: 'none' | 'full';
  readonly writableRoots: readonly string[];
  /** The approval policy, in the word of the configuration. */
  readonly approval: string;
}

export const instructions = `You are an agent in a terminal without a person at it. You reach the machine only through the tools.

Work until the task is done, then answer with a short final message that says what you did and what you found. Nobody can answer a question, so decide and say what you assumed.

Commands run in a sandbox. The environment context says what is writable. When a command is refused, the answer says which rule or policy refused it: do not try the same thing in another spelling; find another way, or say that it cannot be done.

Prefer short commands whose output you need. Read before you write, and check what you changed.`;

/** A file that people wrote for agents. */
export interface AgentsFile {
  readonly path: string;
  /** Whose it is: the user's own, or one of the repository, which may be anybody's. */
  readonly of: 'user' | 'project';
  readonly text: string;
}

/** The environment and the prompt with its pictures, as messages of the user. */
export function openingMessages(
  prompt: string,
  surroundings: Surroundings,
  images: readonly JsonObject[] = [],
): HistoryItem[] {
  return [userMessage(environmentContext(surroundings)), userMessage(prompt, images)];
}

/** What the AGENTS.md files say, in the form models were trained on; no message when there are none. */
export function agentsMessage(files: readonly AgentsFile[], workspace: string): HistoryItem[] {
  if (files.length === 0) return [];
  const texts = (of: AgentsFile['of']): string =>
    files
      .filter((file) => file.of === of)
      .map(({ text }) => quoted(text))
      .join('\n\n');
  const both = [texts('user'), texts('project')].filter((text) => text !== '');
  const all = both.join('\n\n--- project-doc ---\n\n');
  const heading = `# AGENTS.md instructions for ${escaped(workspace)}`;
  return [userMessage(`${heading}\n\n<INSTRUCTIONS>\n${all}\n</INSTRUCTIONS>`)];
}

/** A file must not end its own quotation and go on in the user's name. */
function quoted(text: string): string {
  return text.replace(/<(?=\/?(?:INSTRUCTIONS|environment_context|stdin)\b)/gi, '&lt;');
}

function userMessage(text: string, images: readonly JsonObject[] = []): HistoryItem {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }, ...images] };
}

function environmentContext({ workspace, sandbox, network, writableRoots, approval }: Surroundings): string {
  const roots = sandbox === 'workspace-write' ? [workspace, ...writableRoots] : [];
  return [
    '<environment_context>',
    `  <cwd>${escaped(workspace)}</cwd>`,
    `  <approval_policy>${approval}</approval_policy>`,
    `  <sandbox_mode>${sandbox}</sandbox_mode>`,
    `  <network_access>${sandbox === 'danger-full-access' || network === 'full' ? 'enabled' : 'restricted'}</network_access>`,
    ...roots.map((root) => `  <writable_root>${escaped(root)}</writable_root>`),
    '  <shell>bash</shell>',
    '</environment_context>',
  ].join('\n');
}

/** A directory may be called `</environment_context>`: its name must not end the context and start a prompt. */
function escaped(path: string): string {
  return path
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\p{Cc}/gu, (control) => `&#${control.codePointAt(0) ?? 0};`);
}
