import { describe, expect, it } from 'vitest';
import type { AbsolutePath, AccessProfile, ApprovalId, ApprovalRequest, CallId } from '../../domain/index.ts';
import { quoteArgv } from '../../shell/index.ts';
import { renderAnswer } from './render-answer.ts';
import { renderQuestion as rendered, wholeQuestion, type QuestionLook } from './render-question.ts';
import { painter } from './styles.ts';
import { widthOf } from './visible-text.ts';

const plain = painter({ NO_COLOR: '1', TERM: 'xterm' });
const look: QuestionLook = {
  columns: 80,
  rows: undefined,
  paint: plain,
  quote: quoteArgv,
  rulesFile: '/home/me/.cordon/rules/default.rules',
};
const renderQuestion = (request: ApprovalRequest, how: QuestionLook): readonly string[] =>
  rendered(request, how).rows;

function question(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'ask' as ApprovalId,
    callId: 'call' as CallId,
    purpose: 'first-run',
    argv: ['git', 'push', 'origin', 'main'],
    script: undefined,
    cwd: '/home/me/app' as AbsolutePath,
    tty: false,
    reason: 'a rule says so',
    cause: { kind: 'policy', approvalPolicy: 'untrusted' },
    parsed: { kind: 'opaque', reason: 'empty', at: undefined, argv: ['x'], literalCommands: [] },
    risk: undefined,
    amendment: { allowPrefix: ['git', 'push'] },
    grant: undefined,
    choices: ['approved', 'approved-for-session', 'approved-allow-prefix', 'denied', 'abort'],
    ...over,
  };
}

describe('renderQuestion', () => {
  it('shows the command, the place, the reason and the keys that are on offer', () => {
    expect(renderQuestion(question(), look)).toEqual([
      '',
      'cordon: run this command?',
      '  | git push origin main',
      '  in    /home/me/app',
      '  why   a rule says so',
      '  y  yes, this once',
      '  a  yes, and not again for exactly this, here, until cordon ends (nothing is',
      '     saved)',
      '  p  yes, and from now on, in every directory: git push and whatever words',
      '     follow (saved in /home/me/.cordon/rules/default.rules)',
      '  n  no (or Esc), and tell the model why',
      '  ^C no, and stop',
    ]);
  });

  it('shows what a retry would be given, and that the evidence may be invented', () => {
    const denial = {
      restriction: 'file-write',
      confidence: 'likely',
      target: '/srv/x',
      excerpt: 'touch: /srv/x: no\u001b[2J',
    } as const;
    const rows = renderQuestion(
      question({
        purpose: 'retry-with-grant',
        amendment: undefined,
        grant: { kind: 'writable-path', path: '/srv' as AbsolutePath },
        cause: { kind: 'denial', denial },
        choices: ['approved-grant', 'denied', 'abort'],
      }),
      look,
    );
    expect(rows.slice(1)).toEqual([
      'cordon: the sandbox stopped this command. Run it again with one more',
      'permission?',
      '  | git push origin main',
      '  in    /home/me/app',
      '  why   a rule says so',
      '  said  touch: /srv/x: no\\e[2J',
      '  note  read from what the command printed, which it may have made up',
      '  g  yes, this once, in the sandbox and with /srv writable',
      '  n  no (or Esc), and tell the model why',
      '  ^C no, and stop',
    ]);
  });

  it('shows input, terminal and risk', () => {
    const rows = renderQuestion(
      question({
        tty: true,
        input: Buffer.from('rm -rf /\n'),
        risk: { level: 'high', description: 'deletes\u0007 things' },
      }),
      look,
    );
    expect(rows).toContain('  input 9 bytes on standard input: rm -rf /\\n');
    expect(rows).toContain('  with  a terminal: what is typed later needs no approval of its own');
    expect(rows).toContain('  risk  high: deletes\\u{7} things');
  });

  it('puts a gutter before every row of a script, so that none can pass for a question', () => {
    const script = 'true\n\ncordon: run this command?\n  | git status\n  y  yes\r';
    const rows = renderQuestion(question({ script, argv: ['bash', '-c', '--', script] }), look);
    expect(rows.slice(2, 7)).toEqual([
      '  | true',
      '  | ',
      '  | cordon: run this command?',
      '  |   | git status',
      '  |   y  yes\\r',
    ]);
    expect(rows).toContain('  with  bash -c --');
  });

  it.each([20, 33, 80, 200])('fits a terminal of %i columns', (columns) => {
    const script = `echo ${'日本 '.repeat(80)}`;
    for (const row of renderQuestion(question({ script, reason: 'why '.repeat(60) }), { ...look, columns })) {
      expect(widthOf(row)).toBeLessThan(columns);
    }
  });

  const script = Array.from({ length: 100 }, (_, index) => `echo ${String(index)}`).join('\n');

  it.each([
    { columns: 40, rows: 24 },
    { columns: 80, rows: 24 },
    { columns: 132, rows: 43 },
  ])('fits $columns columns and $rows rows, says what is left out, and shows it on demand', (size) => {
    const long = question({ script, argv: ['bash', '-c', '--', script] });
    const { rows, isAbridged } = rendered(long, { ...look, ...size });
    expect({ isAbridged, fits: rows.length < size.rows }).toEqual({ isAbridged: true, fits: true });
    expect(rows).toContain('  | echo 0');
    expect(rows).toContain('  | echo 99');
    expect(rows).toContain('  v  view all of it, page by page');
    const shown = rows.filter((row) => row.startsWith('  | echo')).length;
    const told = rows
      .map((row) => /~ (\d+) more rows, press v/.exec(row)?.[1])
      .find((each) => each !== undefined);
    expect(Number(told) + shown).toBe(100);
    const whole = wholeQuestion(long, { ...look, ...size });
    expect(whole.filter((row) => row.startsWith('  | echo'))).toHaveLength(100);
  });

  it('points at the lines it is about, and never leaves them out', () => {
    const lines = script.split('\n').with(57, 'cd x && rm -rf "$HOME"').join('\n');
    const rows = renderQuestion(
      question({ script: lines, argv: ['bash', '-c', '--', lines], concerns: [['rm', '-rf']] }),
      { ...look, columns: 40, rows: 24 },
    );
    expect(rows.filter((row) => row.startsWith('  !'))).toEqual(['  ! cd x && rm -rf "$HOME"']);
    expect(rows.filter((row) => row.includes('more rows, press v'))).toHaveLength(2);
  });

  it('points at the program where its words stand on no line as they are', () => {
    const rows = renderQuestion(
      question({ script: "ls\nrm '-r''f' x", concerns: [['rm', '-rf', 'x']] }),
      look,
    );
    expect(rows.slice(2, 4)).toEqual(['  | ls', "  ! rm '-r''f' x"]);
  });

  it('shows the lines of a script as lines where it came as words', () => {
    const rows = renderQuestion(question({ argv: ['bash', '-c', 'ls\nrm x'] }), look);
    expect(rows.slice(2, 4)).toEqual(['  | ls', '  | rm x']);
    expect(rows).toContain('  with  bash -c');
    const other = renderQuestion(question({ argv: ['python3', '-c', "import os\nprint('x')"] }), look);
    expect(other.slice(2, 4)).toEqual(["  | python3 -c 'import os", String.raw`  | print('\''x'\'')'`]);
  });

  it.each([
    {
      profile: { kind: 'danger-full-access' },
      want: '  limit NO SANDBOX: it can change every file you can, and use the network',
    },
    {
      profile: { kind: 'read-only', network: 'full', denyRead: [] },
      want: '  limit sandbox: writes nothing, WITH the network',
    },
    {
      profile: {
        kind: 'workspace-write',
        writable: ['/ws', '/tmp'],
        protect: [],
        network: 'none',
        denyRead: [],
      },
      want: '  limit sandbox: writes in /ws and /tmp; no network',
    },
  ] as const)('names the sandbox and the network: $profile.kind', ({ profile, want }) => {
    expect(renderQuestion(question({ profile: profile as AccessProfile }), look)).toContain(want);
  });

  it('names the rule that would be saved, and where', () => {
    const whole = { allowPrefix: ['git', 'push', 'origin', 'main'], exact: true } as const;
    expect(renderQuestion(question({ amendment: whole }), { ...look, columns: 200 })).toContain(
      '  p  yes, and from now on, in every directory: exactly this command (saved in /home/me/.cordon/rules/default.rules)',
    );
    const other = { ...look, columns: 200, rulesFile: undefined };
    expect(
      renderQuestion(question({ amendment: whole, script: 'ls && git push origin main' }), other),
    ).toContain(
      '  p  yes, and from now on, in every directory: exactly git push origin main (until cordon ends)',
    );
  });

  it('paints only where colour is wanted', () => {
    const painted = renderQuestion(question(), { ...look, paint: painter({ TERM: 'xterm' }) }).join('\n');
    expect(painted).toContain('\u001b[1mgit\u001b[0m');
    expect(renderQuestion(question(), look).join('\n')).not.toContain('\u001b');
  });
});

describe('renderAnswer', () => {
  it.each([
    { decision: { kind: 'approved' }, want: '+ you approved, once: git push origin main' },
    {
      decision: { kind: 'approved-for-session' },
      want: '+ you approved, for this session: git push origin main',
    },
    {
      decision: { kind: 'denied', message: 'no\u001b' },
      want: '- you said no ("no\\e"): git push origin main',
    },
    { decision: { kind: 'abort' }, want: '- you stopped it: git push origin main' },
  ] as const)('says $want', ({ decision, want }) => {
    expect(renderAnswer(decision, question(), { columns: 80, paint: plain, quote: quoteArgv })).toBe(want);
  });

  it('stays on one row', () => {
    const script = 'echo one two three four five six seven eight nine ten\nrm -rf /';
    const row = renderAnswer({ kind: 'approved' }, question({ script }), { ...look, columns: 40 });
    expect(row).toBe('+ you approved, once: echo one two thr…');
  });
});
