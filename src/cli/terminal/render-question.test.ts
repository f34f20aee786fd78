import { describe, expect, it } from 'vitest';
import type { AbsolutePath, ApprovalId, ApprovalRequest, CallId } from '../../domain/index.ts';
import { quoteArgv } from '../../shell/index.ts';
import { renderAnswer } from './render-answer.ts';
import { isAbridged, renderQuestion } from './render-question.ts';
import { painter } from './styles.ts';
import { widthOf } from './visible-text.ts';

const plain = painter({ NO_COLOR: '1', TERM: 'xterm' });
const look = { columns: 80, paint: plain, everything: false, quote: quoteArgv };

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
      '  a  yes, and for exactly this command do not ask again in this session',
      '  p  yes, and save a rule: always allow commands that start with git push',
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

  it('hides the middle of a long command, says how much, and shows it on demand', () => {
    const script = Array.from({ length: 100 }, (_, index) => `echo ${String(index)}`).join('\n');
    const long = question({ script, argv: ['bash', '-c', '--', script] });
    const rows = renderQuestion(long, look);
    expect(rows).toContain('  ~ 40 more rows, press v to see them');
    expect(rows).toContain('  | echo 99');
    expect(rows).toContain('  v  view the whole command');
    expect(isAbridged(long, look)).toBe(true);
    const whole = renderQuestion(long, { ...look, everything: true });
    expect(whole.filter((row) => row.startsWith('  | echo'))).toHaveLength(100);
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
