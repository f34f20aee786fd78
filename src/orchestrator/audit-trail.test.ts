import { describe, expect, it } from 'vitest';
import type { AuditEntry, CallId } from '../domain/index.ts';
import { createAuditTrail } from './audit-trail.ts';

const entry = (index: number): Omit<AuditEntry, 'at'> => ({
  callId: String(index) as CallId,
  purpose: 'first-run',
  source: 'config',
  decision: 'skip',
  why: '',
});

describe('the audit trail', () => {
  it('stamps entries and lists them in order', () => {
    let clock = 0;
    const trail = createAuditTrail(() => (clock += 1));
    trail.add(entry(0));
    trail.add(entry(1));
    expect(trail.list()).toEqual([
      { at: 1, ...entry(0) },
      { at: 2, ...entry(1) },
    ]);
  });

  it('keeps the newest ten thousand', () => {
    const trail = createAuditTrail(() => 0);
    for (let index = 0; index < 35_000; index += 1) trail.add(entry(index));
    const kept = trail.list();
    expect([kept.length, kept[0]?.callId, kept.at(-1)?.callId]).toEqual([10_000, '25000', '34999']);
  });
});
