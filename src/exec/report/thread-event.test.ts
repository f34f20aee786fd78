// The published schema is the one that tests check every line by.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { threadEventSchema } from '../testdata/thread-event-schema.ts';

const published = new URL('../../../docs/exec-json.schema.json', import.meta.url);

describe('docs/exec-json.schema.json', () => {
  it('is what the events are checked by (UPDATE_SCHEMA=1 writes it anew)', () => {
    const text = `${JSON.stringify(z.toJSONSchema(threadEventSchema, { target: 'draft-2020-12' }), null, 2)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(published, text);
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
  });

  it('knows no event and no field that is not in it', () => {
    expect(threadEventSchema.safeParse({ type: 'turn.started' }).success).toBe(true);
    expect(threadEventSchema.safeParse({ type: 'turn.started', extra: 1 }).success).toBe(false);
    expect(threadEventSchema.safeParse({ type: 'error', message: 'x' }).success).toBe(false);
  });
});
