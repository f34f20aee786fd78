// `cordon run --trace`: the tree of programs behind the command's own output, or in a file.
import { resolve } from 'node:path';
import {
  type CommandTrace,
  type ExecResult,
  traceChrome,
  traceMermaid,
  traceTree,
} from '../../domain/index.ts';
import type { ShellRuntimeOptions } from '../../runtime/index.ts';
import type { Edge } from '../edge.ts';
import { openOutputFile, type OutputFile } from '../exec/output-file.ts';
import { writableOf } from '../exec/writable-of.ts';
import type { RunArguments, TraceForm } from './run-arguments.ts';

const forms: Readonly<Record<TraceForm, (trace: CommandTrace) => string>> = {
  tree: (trace) => traceTree(trace).join('\n'),
  json: (trace) => JSON.stringify(trace),
  mermaid: (trace) => traceMermaid(trace).trimEnd(),
  chrome: traceChrome,
};

/** Each attempt's, one after the other, whole lines; undefined where nothing was recorded. */
export function traceText(result: ExecResult, form: TraceForm): string | undefined {
  const traces = result.kind === 'not-run' ? [] : result.attempts.flatMap(({ trace }) => trace ?? []);
  return traces.length === 0 ? undefined : traces.map((trace) => `${forms[form](trace)}\n`).join('');
}

const noTrace = 'No trace: nothing watched what the command started (`cordon doctor` says why)';

/** The file is looked at before anything runs. @throws CliError for one that cannot be written. */
export async function openTraceFile(
  { traceFile }: RunArguments,
  options: ShellRuntimeOptions,
  edge: Edge,
): Promise<OutputFile | undefined> {
  if (traceFile === undefined) return undefined;
  const place = { platform: edge.platform, writable: await writableOf(options), what: 'the trace' };
  return await openOutputFile(resolve(edge.cwd ?? options.workspace, traceFile), place);
}

/** With `--json` the events have it already. */
export async function showTrace(
  result: ExecResult,
  { trace, json }: RunArguments,
  { file, edge }: { readonly file: OutputFile | undefined; readonly edge: Edge },
): Promise<void> {
  if (trace === undefined) return;
  const text = traceText(result, trace);
  if (text !== undefined && file !== undefined) await file.write(text);
  else if (text !== undefined && !json) edge.stderr.write(text);
  else if (text === undefined && !json && result.kind !== 'not-run')
    edge.stderr.write(`cordon run: ${noTrace}\n`);
}
