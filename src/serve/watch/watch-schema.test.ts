// The published schema of the page's methods is made of what they are read and checked by.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { params } from '../rpc/schemas/params.ts';
import { watchResults, watchTold } from './testdata/told.ts';
import { watchParams } from './watch-params.ts';

const published = new URL('../../../docs/page.schema.json', import.meta.url);
const documented = new URL('../../../docs/page.md', import.meta.url);

const schemaOf = (schema: z.ZodType): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return rest;
};

describe('docs/page.schema.json', () => {
  it('is what messages are read and checked by (UPDATE_SCHEMA=1 writes it anew)', () => {
    const whole = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'the page of cordon serve --web',
      requests: Object.fromEntries(
        Object.entries(watchParams).map(([method, schema]) => [
          method,
          {
            params: schemaOf(schema),
            result: schemaOf(watchResults[method as keyof typeof watchResults]),
          },
        ]),
      ),
      notifications: Object.fromEntries(
        Object.entries(watchTold).map(([method, schema]) => [method, schemaOf(schema)]),
      ),
    };
    const text = `${JSON.stringify(whole, null, 2)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(published, text);
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
  });

  it('is told of in docs/page.md, every method and every news', () => {
    const page = readFileSync(documented, 'utf8');
    const names = [watchParams, watchTold].flatMap((table) => Object.keys(table));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shares no method with clients', () => {
    expect(Object.keys(watchParams).filter((name) => Object.hasOwn(params, name))).toEqual([]);
  });

  it.each([
    ['watch/answer', { questionId: 'q', decision: { kind: 'approved', more: 1 } }],
    ['watch/answer', { questionId: 'q', decision: { kind: 'approved-allow-prefix' } }],
    ['watch/answer', { questionId: 'q', decision: { kind: 'approved-allow-prefix', words: ['a\0'] } }],
    ['watch/answer', { questionId: 'q', decision: 'approved' }],
    ['watch/output', {}],
    ['watch/diff', { kind: 'other', id: 'x' }],
    ['watch/start', { extra: 1 }],
  ] as const)('refuses %s with %j', (method, given) => {
    expect(watchParams[method].safeParse(given).success).toBe(false);
  });
});
