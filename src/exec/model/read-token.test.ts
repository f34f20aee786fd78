import { describe, expect, it } from 'vitest';
import { readToken } from './read-token.ts';

const rows: readonly { says: string; script: string; want: unknown; timeoutMs?: number }[] = [
  { says: 'takes what the program prints', script: 'echo " tok-1 "', want: { ok: true, value: 'tok-1' } },
  { says: 'waits for no input', script: 'cat; echo tok', want: { ok: true, value: 'tok' } },
  { says: 'refuses silence', script: ':', want: { ok: false, error: 'it printed nothing' } },
  {
    says: 'refuses a second header, without repeating it',
    script: "printf 'tok\\nX-Evil: 1\\n'",
    want: { ok: false, error: 'it printed characters that cannot be sent' },
  },
  {
    says: 'tells a failure',
    script: 'echo tok; exit 3',
    want: { ok: false, error: 'it ended with status 3' },
  },
  {
    says: 'ends a program that hangs',
    script: 'exec sleep 600',
    timeoutMs: 50,
    want: { ok: false, error: 'it took longer than 50 ms' },
  },
  {
    says: 'ends a program that floods',
    script: 'exec cat /dev/zero',
    want: { ok: false, error: 'it printed more than 65536 bytes' },
  },
];

describe('readToken', () => {
  it.each(rows)('$says', async ({ script, want, timeoutMs = 10_000 }) => {
    const answer = await readToken({ argv: ['sh', '-c', script], timeoutMs }, new AbortController().signal);
    expect(answer).toEqual(want);
  });

  it('names what is missing', async () => {
    const answer = await readToken(
      { argv: ['/no/such/program'], timeoutMs: 1_000 },
      new AbortController().signal,
    );
    expect(answer).toEqual({ ok: false, error: 'ENOENT' });
  });
});
