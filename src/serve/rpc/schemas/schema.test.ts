// The published schema is made of what the server reads by, and of what tests hold its messages against.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '../protocol/errors.ts';
import { answers } from './answers.ts';
import { params } from './params.ts';
import { notifications, questions, results } from '../testdata/told.ts';

const published = new URL('../../../../docs/serve.schema.json', import.meta.url);
const documented = new URL('../../../../docs/serve.md', import.meta.url);

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
};
const paired = (asked: Record<string, z.ZodType>, given: Record<string, z.ZodType>): object =>
  Object.fromEntries(
    Object.entries(asked).map(([method, schema]) => [
      method,
      { params: schemaOf(schema, 'input'), result: schemaOf(given[method] ?? z.never(), 'input') },
    ]),
  );

describe('docs/serve.schema.json', () => {
  it('is what messages are read and checked by (UPDATE_SCHEMA=1 writes it anew)', () => {
    const whole = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'cordon serve',
      requests: paired(params, results),
      serverRequests: paired(questions, answers),
      notifications: Object.fromEntries(
        Object.entries(notifications).map(([method, schema]) => [method, schemaOf(schema, 'input')]),
      ),
      errors: errorCodes,
    };
    const text = `${JSON.stringify(whole, null, 2)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(published, text);
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
  });

  it('is told of in docs/serve.md: every method, every notification, every kind of error', () => {
    const page = readFileSync(documented, 'utf8');
    const names = [params, questions, notifications, errorCodes].flatMap((table) => Object.keys(table));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('knows no field that is not in it', () => {
    expect(params['command/exec'].safeParse({ command: ['true'] }).success).toBe(true);
    expect(params['command/exec'].safeParse({ command: ['true'], extra: 1 }).success).toBe(false);
    expect(params.initialize.safeParse({ clientInfo: { name: 'x' }, extra: 1 }).success).toBe(true);
  });
});
