// For people: stdout gets the final message and nothing else, stderr shows what happens while it happens.
import type { ExecEvent } from '../../domain/index.ts';
import { LiveOutput } from './live-output.ts';
import type { Paint } from './paint.ts';
import type { Report, Write } from './report.ts';
import { stripControl } from './strip-control.ts';
import type { CommandItem, FileChangeItem, SandboxFields } from './thread-event.ts';

export interface Banner {
  readonly version: string;
  readonly workdir: string;
  /** `never` or `allowlist`. */
  readonly approval: string;
  readonly model: string;
  readonly provider: string;
  readonly sandbox: string;
  readonly prompt: string;
}

export interface HumanReportOptions {
  readonly stdout: Write;
  readonly stderr: Write;
  readonly paint: Paint;
  readonly banner: Banner;
  /** A terminal gets the final message without control characters; a pipe gets it as the model wrote it. */
  readonly stdoutIsTerminal: boolean;
  /** Both streams are the same screen: the final message already stands there. */
  readonly showsBoth: boolean;
}

export function humanReport(options: HumanReportOptions): Report {
  const { stderr, paint } = options;
  const live = new LiveOutput(stderr);
  const state: { lastMessage: string | undefined } = { lastMessage: undefined };

  return {
    event(event) {
      // A session may still be in the middle of a line.
      live.endLine();
      switch (event.type) {
        case 'thread.started':
          stderr(bannerText(options.banner, event.thread_id, paint));
          break;
        case 'turn.started':
        // Said as a notice, too.
        case 'model.retry':
        case 'item.updated':
          break;
        case 'item.started':
          if (event.item.type === 'command_execution') stderr(startLine(event.item, paint));
          break;
        case 'item.completed':
          if (event.item.type === 'command_execution') {
            live.finish(event.item.id, event.item.aggregated_output);
            stderr(endLine(event.item, paint));
          } else if (event.item.type === 'file_change') {
            stderr(fileChangeLines(event.item, paint));
          } else if (event.item.type === 'web_search') {
            stderr(`${paint.strong('web search')} ${stripControl(event.item.query)}\n\n`);
          } else {
            const heading = event.item.type === 'reasoning' ? 'thinking' : 'cordon';
            stderr(`${paint.strong(heading)}\n${stripControl(event.item.text)}\n\n`);
            if (event.item.type === 'agent_message') state.lastMessage = event.item.text;
          }
          break;
        case 'turn.completed':
          stderr(paint.dim(`tokens used: ${event.usage.input_tokens + event.usage.output_tokens}\n`));
          if (!options.showsBoth) printFinal(options, state.lastMessage);
          break;
        case 'turn.interrupted':
        case 'turn.failed':
          stderr(
            `${paint.bad(event.type === 'turn.failed' ? 'turn failed' : 'turn interrupted')}: ${stripControl(event.error.message)}\n`,
          );
          break;
      }
    },
    runtimeEvent: (event: ExecEvent) => live.show(event),
    notice: (text) => {
      live.endLine();
      stderr(paint.dim(`${stripControl(text)}\n`));
    },
  };
}

function bannerText(banner: Banner, threadId: string, paint: Paint): string {
  const rows: readonly (readonly [string, string])[] = [
    ['workdir', banner.workdir],
    ['model', banner.model],
    ['provider', banner.provider],
    ['approval', banner.approval],
    ['sandbox', banner.sandbox],
    ['thread', threadId],
  ];
  const lines = rows.map(([name, value]) => `${paint.dim(`${name}:`.padEnd(10))}${stripControl(value)}`);
  const heading = paint.strong(`cordon ${banner.version}`);
  return `${heading}\n${lines.join('\n')}\n\n${paint.strong('user')}\n${stripControl(banner.prompt)}\n\n`;
}

function startLine(item: CommandItem, paint: Paint): string {
  const command = stripControl(item.command).replaceAll('\n', '\n  ');
  return `${paint.strong('exec')} ${command} ${paint.dim(`in ${stripControl(item.cwd)}`)}\n`;
}

function endLine(item: CommandItem, paint: Paint): string {
  const took = item.duration_ms === null ? '' : ` in ${item.duration_ms} ms`;
  const sandbox = item.sandbox === null ? '' : paint.dim(` (${sandboxText(item.sandbox)})`);
  return `${verdict(item, paint)}${took}${sandbox}\n${deniedLine(item, paint)}\n`;
}

function fileChangeLines(item: FileChangeItem, paint: Paint): string {
  const marks = { add: 'A', update: 'M', delete: 'D' } as const;
  const files = item.changes.map(({ path, kind }) => `  ${marks[kind]} ${stripControl(path)}\n`).join('');
  const said =
    item.status === 'completed'
      ? paint.good('written')
      : paint.bad(item.denied === null ? 'failed' : 'refused');
  const why = item.error === null ? '' : `  ${stripControl(item.error)}\n`;
  return `${paint.strong('patch')} ${said}\n${files}${why}${deniedLine(item, paint)}\n`;
}

function verdict(item: CommandItem, paint: Paint): string {
  if (item.status === 'declined') return paint.bad('refused');
  if (item.end === 'turn_ended') return paint.bad('ended with the turn');
  if (item.timed_out) return paint.bad('timed out');
  if (item.signal !== null) return paint.bad(`killed by ${item.signal}`);
  if (item.exit_code === null) return paint.bad('cancelled');
  return item.exit_code === 0 ? paint.good('succeeded') : paint.bad(`exited ${item.exit_code}`);
}

function deniedLine({ denied }: Pick<CommandItem, 'denied'>, paint: Paint): string {
  if (denied === null) return '';
  const rule = denied.rule === null || denied.reason.includes(denied.rule) ? '' : ` (${denied.rule})`;
  return `  ${paint.bad(`by ${denied.by}`)}: ${stripControl(denied.reason + rule).replaceAll('\n', '\n  ')}\n`;
}

/** What is missing belongs on the screen; a wish is never printed in the place of a fact. */
export function sandboxText(sandbox: SandboxFields): string {
  if (sandbox.kind === 'none') return 'no sandbox';
  const missing = sandbox.missing.map(({ restriction }) => restriction).join(', ');
  return `${sandbox.kind}, ${sandbox.level}${missing === '' ? '' : `, not enforced: ${missing}`}`;
}

function printFinal(options: HumanReportOptions, message: string | undefined): void {
  if (message === undefined) return;
  const text = options.stdoutIsTerminal ? stripControl(message) : message;
  options.stdout(text.endsWith('\n') ? text : `${text}\n`);
}
