// `cordon sessions`: the threads that `cordon exec` kept.
import { loadConfig } from '../config/load-config.ts';
import { answerText, messageText } from '../exec/model/response-items.ts';
import { threadStore, type ThreadStore, type ThreadSummary } from '../exec/thread/thread-store.ts';
import type { ThreadRecord } from '../exec/thread/thread-record.ts';
import { type Edge, UsageError, type Verb } from './edge.ts';
import { exitStatus } from './exit-status.ts';
import { homeOf } from './person-settings.ts';
import { readOptions } from './options/read-options.ts';
import { visible } from './terminal/visible-text.ts';

export const sessionsVerb: Verb = {
  usage: 'cordon sessions list [--json] | show ID [--json] | rm ID...',
  help: `
The threads that cordon exec kept, below $CORDON_HOME/sessions. \`cordon exec resume ID\` goes on with one.

  list     newest first: id, when it changed, its workspace
  show ID  what was said and asked for, in order
  rm ID... forgets them

  --json   one JSON object a line

Exit status: 0; 1 when there is no such thread or it cannot be read; 2 usage.
`,
  async run(argv, edge) {
    const { values, positionals } = readOptions(argv, { json: { type: 'boolean' } });
    const [word, ...ids] = positionals;
    const home = homeOf(edge);
    const { config } = await loadConfig({ home });
    const store = threadStore(home, config.maxThreads);
    const json = values.json === true;
    switch (word) {
      case 'list':
        if (ids.length > 0) throw new UsageError('list takes no ID');
        await list(store, edge, json);
        return exitStatus.done;
      case 'show': {
        const [id] = ids;
        if (id === undefined || ids.length > 1) throw new UsageError('show takes one ID');
        show(await store.read(id), edge, json);
        return exitStatus.done;
      }
      case 'rm':
        if (ids.length === 0) throw new UsageError('rm takes at least one ID');
        for (const id of ids) await store.remove(id);
        return exitStatus.done;
      default:
        throw new UsageError(
          word === undefined ? 'list, show or rm?' : `unknown word ${JSON.stringify(word)}`,
        );
    }
  },
};

async function list(store: ThreadStore, edge: Edge, json: boolean): Promise<void> {
  const threads = await store.list();
  const line = (thread: ThreadSummary): string =>
    json
      ? JSON.stringify(thread)
      : `${thread.id}  ${new Date(thread.changedMs).toISOString().slice(0, 16)}  ${visible(thread.workspace)}`;
  for (const thread of threads) edge.stdout.write(`${line(thread)}\n`);
  if (threads.length === 0 && !json) edge.stderr.write('cordon sessions: no thread is kept\n');
}

function show(records: readonly ThreadRecord[], edge: Edge, json: boolean): void {
  for (const record of records)
    edge.stdout.write(
      json
        ? `${JSON.stringify(record)}\n`
        : textOf(record)
            .map((line) => `${line}\n`)
            .join(''),
    );
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a person wants to read again; text of models and commands must not steer the terminal. */
function textOf(record: ThreadRecord): string[] {
  if (record.kind === 'thread')
    return [`thread ${record.id} in ${visible(record.workspace)}, ${record.created}`];
  const items = record.kind === 'answer' ? [record.item] : record.items;
  return items.flatMap((item) => {
    const said = (who: string, text: unknown): string[] =>
      shown(text)
        .split('\n')
        .map((line, index) => `${index === 0 ? who.padEnd(8) : ' '.repeat(8)}${visible(line)}`);
    switch (item['type']) {
      case 'message':
        return said(item['role'] === 'user' ? 'user' : 'model', messageText(item));
      case 'function_call':
      case 'custom_tool_call':
        return said('call', `${shown(item['name'])} ${shown(item['arguments'] ?? item['input'])}`);
      case 'local_shell_call':
        return said('call', JSON.stringify(item['action']));
      case 'function_call_output':
      case 'custom_tool_call_output':
        return said('answer', answerText(item));
      default:
        return [];
    }
  });
}
