// For people: stdout gets the final message and nothing else, stderr shows what happens while it happens.
import {
  type Report,
  stripControl,
  type ThreadItem,
  type TurnTally,
  type Write,
} from '../../../exec/index.ts';
import { visible } from '../../terminal/visible-text.ts';
import { Activity } from './activity.ts';
import { type Banner, bannerRows } from './banner.ts';
import { closingText } from './closing-text.ts';
import { folded, LiveOutput, logged, unfolded } from './live-output.ts';
import type { Paint } from './paint.ts';
import { ProgressLine } from './progress-line.ts';
import { endRows, fileChangeRows, startRows } from './say-item.ts';
import { layOut, type Screen } from './screen.ts';

export interface PeopleReportOptions {
  readonly stdout: Write;
  readonly screen: Screen;
  readonly paint: Paint;
  readonly banner: Banner;
  /** Output of commands is shown whole. */
  readonly isVerbose: boolean;
  /** A terminal gets the final message without control characters; a pipe gets it as the model wrote it. */
  readonly stdoutIsTerminal: boolean;
  /** Both streams are the same screen: the final message already stands there. */
  readonly showsBoth: boolean;
  /** What happened so far; somebody else counts. */
  readonly tally: TurnTally;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
}

export function peopleReport(options: PeopleReportOptions): Report {
  const { screen, paint, tally, now } = options;
  const limits = options.isVerbose ? unfolded : screen.columns() === undefined ? logged : folded;
  const live = new LiveOutput(screen, paint, limits);
  const activity = new Activity(now, (id) => live.progress(id));
  const progress = new ProgressLine(screen, paint, () => activity.text());
  const started = now();
  let lastMessage: string | undefined;

  const say = (rows: readonly string[]): void => {
    progress.erase();
    for (const row of rows) screen.write(`${row}\n`);
  };
  const completed = (item: ThreadItem): void => {
    const name = activity.end(item.id);
    const which = name === undefined ? [] : layOut(`[${name}]`, screen.columns(), '  ').map(paint.dim);
    switch (item.type) {
      case 'command_execution':
        progress.erase();
        live.finish(item.id);
        say([...which, ...endRows(item, paint, screen.columns()), '']);
        break;
      case 'file_change':
        say([...fileChangeRows(item, paint, screen.columns()), '']);
        break;
      case 'web_search':
        say([...layOut(`web search ${stripControl(item.query)}`, screen.columns()), '']);
        break;
      default:
        say([
          paint.strong(item.type === 'reasoning' ? 'thinking' : 'cordon'),
          ...layOut(stripControl(item.text), screen.columns()),
          '',
        ]);
        if (item.type === 'agent_message') lastMessage = item.text;
    }
  };
  const close = (rows: readonly string[]): void => {
    progress.stop();
    say([...rows, ...layOut(closingText(tally, now() - started), screen.columns()).map(paint.dim)]);
  };

  return {
    event(event) {
      live.breakOff();
      switch (event.type) {
        case 'thread.started':
          say(bannerRows(options.banner, event.thread_id, paint, screen.columns()));
          break;
        case 'turn.started':
          activity.begin();
          progress.start();
          break;
        // Said as a notice, too.
        case 'model.retry':
        // Shown from what the runtime says.
        case 'item.output_delta':
        case 'message.delta':
        // Shown, and asked about, when the turn is over.
        case 'changes.preview':
          break;
        case 'item.started':
          activity.start(event.item);
          if (event.item.type === 'command_execution') say(startRows(event.item, paint, screen.columns()));
          break;
        case 'item.updated': {
          const typed = event.item.interaction?.chars ?? '';
          if (typed !== '') say([`  ${paint.dim(`[typed ${visible(typed)}]`)}`]);
          break;
        }
        case 'item.completed':
          completed(event.item);
          break;
        case 'turn.completed':
          close([]);
          if (!options.showsBoth) printFinal(options, lastMessage);
          break;
        case 'turn.interrupted':
        case 'turn.failed': {
          const what = event.type === 'turn.failed' ? 'turn failed' : 'turn interrupted';
          const rows = layOut(`${what}: ${stripControl(event.error.message)}`, screen.columns());
          close(
            rows.map((row, index) => (index === 0 ? `${paint.bad(what)}${row.slice(what.length)}` : row)),
          );
          break;
        }
      }
    },
    runtimeEvent(event) {
      if (event.type !== 'output.chunk') return;
      progress.erase();
      live.show(event, activity.nameAmongOthers(event.callId));
    },
    notice(text) {
      live.breakOff();
      say(layOut(stripControl(text), screen.columns()).map(paint.dim));
    },
  };
}

function printFinal(options: PeopleReportOptions, message: string | undefined): void {
  if (message === undefined) return;
  const text = options.stdoutIsTerminal ? stripControl(message) : message;
  options.stdout(text.endsWith('\n') ? text : `${text}\n`);
}
