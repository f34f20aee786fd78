// The summary of a turn as Markdown, for the page CI systems show beside a run. Text of models and commands is quoted: it
// makes no heading, link or picture of its own.
import { stripControl } from './strip-control.ts';
import type { TurnTally } from './turn-tally.ts';

export interface SummaryFacts {
  readonly model: string;
  readonly workspace: string;
  /** What was asked for. */
  readonly prompt: string;
  readonly durationMs: number;
  readonly lastMessage: string | undefined;
}

export function markdownSummary(tally: TurnTally, facts: SummaryFacts): string {
  const { usage, error } = tally;
  const rows: readonly (readonly [string, string])[] = [
    ['Result', error === undefined ? 'completed' : `${error.kind}: ${error.message}`],
    ['Task', firstLine(facts.prompt)],
    ['Workspace', facts.workspace],
    ['Model', facts.model],
    ['Commands', `${tally.commands}${tally.failed === 0 ? '' : `, ${tally.failed} failed`}`],
    ['Refused', String(tally.refusedCount)],
    ['Held back', String(tally.held)],
    ['Files changed by patches', String(tally.changedFiles.size)],
    ['Duration', `${(facts.durationMs / 1000).toFixed(1)} s`],
    ['Tokens', usage === undefined ? 'unknown' : `${usage.input_tokens} in, ${usage.output_tokens} out`],
  ];
  return [
    `### cordon exec ${error === undefined ? 'completed' : 'failed'}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${cell(value)} |`),
    ...refusals(tally),
    ...(facts.lastMessage === undefined ? [] : ['', ...fenced(facts.lastMessage)]),
    '',
    '',
  ].join('\n');
}

function refusals({ refused, refusedCount }: TurnTally): string[] {
  if (refused.length === 0) return [];
  const more = refusedCount - refused.length;
  return [
    '',
    '| Refused | By | Why |',
    '|---|---|---|',
    ...refused.map(
      ({ what, by, rule, reason }) =>
        `| ${cell(what)} | ${cell(by)} | ${cell(rule === null || reason.includes(rule) ? reason : `${reason} (${rule})`)} |`,
    ),
    ...(more > 0 ? [`| … and ${more} more | | |`] : []),
  ];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function cell(text: string): string {
  const flat = stripControl(text).replace(/\s+/g, ' ');
  const short = flat.length > 300 ? `${flat.slice(0, 300)}…` : flat;
  return short.replace(/[\\`*_{}[\]<>()#+!|~&@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Of the last message; a step summary may hold no more than a megabyte. */
const mostText = 20_000;

function fenced(text: string): string[] {
  const safe = stripControl(text.length > mostText ? `${text.slice(0, mostText)}…` : text);
  const longest = Math.max(2, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, safe, fence];
}
