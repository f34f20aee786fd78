// The doctor's report as aligned lines. Pure; colour is decided by the caller.
import type { FindingState, HostReport } from '../../sandbox/probe-host.ts';

const marks: Readonly<Record<FindingState, { readonly word: string; readonly colour: string }>> = {
  good: { word: 'ok', colour: '\u001B[32m' },
  limited: { word: 'limited', colour: '\u001B[33m' },
  missing: { word: 'missing', colour: '\u001B[31m' },
};
const plain = '\u001B[0m';

export function renderHost(report: HostReport, { colour }: { readonly colour: boolean }): string {
  const paint = (state: FindingState, text: string): string =>
    colour ? `${marks[state].colour}${text}${plain}` : text;
  const widest = Math.max(0, ...report.findings.map(({ subject }) => subject.length));
  const lines = report.findings.flatMap(({ subject, state, found, gives, cure }) => {
    const indent = ' '.repeat(11 + widest);
    return [
      `${paint(state, marks[state].word.padEnd(7))}  ${subject.padEnd(widest)}  ${found}`,
      `${indent}gives: ${gives}`,
      ...(cure === undefined ? [] : [`${indent}to do: ${cure}`]),
    ];
  });
  return `${[...lines, '', ...verdict(report, paint)].join('\n')}\n`;
}

function verdict(
  { workspaceWrite }: HostReport,
  paint: (state: FindingState, text: string) => string,
): readonly string[] {
  if (workspaceWrite.kind === 'missing') {
    return [
      paint('missing', `workspace-write cannot be enforced here: ${workspaceWrite.what}`),
      workspaceWrite.hint,
      'Nothing will run sandboxed until then; nothing falls back to running without a sandbox.',
    ];
  }
  const { layers, landlockAbi, missing } = workspaceWrite.enforcement;
  const by = layers
    .map((layer) =>
      layer === 'landlock' && landlockAbi !== undefined ? `landlock ABI ${String(landlockAbi)}` : layer,
    )
    .join(', ');
  if (missing.length === 0) return [paint('good', `workspace-write is fully enforced here (${by})`)];
  return [
    paint(
      'limited',
      `workspace-write is refused here by default: ${String(missing.length)} parts cannot be enforced`,
    ),
    ...missing.map(({ restriction, because }) => `  ${restriction}: ${because}`),
    `With sandbox_require = "best-effort" it runs with the rest (${by}), and every record lists these.`,
  ];
}
