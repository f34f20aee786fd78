import { describe, expect, it } from 'vitest';
import { outputSchema } from './output-schema.ts';

const schema = JSON.stringify({
  type: 'object',
  properties: { n: { type: 'integer' }, list: { type: 'array', items: { $ref: '#/$defs/word' } } },
  required: ['n'],
  additionalProperties: false,
  $defs: { word: { type: 'string', minLength: 1 } },
});

const rows: readonly { says: string; message: string | undefined; want: RegExp | undefined }[] = [
  { says: 'accepts what matches', message: '{"n":1,"list":["a"]}', want: undefined },
  { says: 'refuses text', message: 'hello there', want: /^it is not JSON$/ },
  { says: 'refuses silence', message: undefined, want: /^the model said nothing/ },
  { says: 'names what is missing', message: '{}', want: /^it does not match the schema: the whole: .*"n"/ },
  { says: 'names the place', message: '{"n":"x"}', want: /^it does not match the schema: \/n: / },
  {
    says: 'follows references',
    message: '{"n":1,"list":[""]}',
    want: /^it does not match the schema: \/list\/0: /,
  },
  {
    says: 'refuses a property nobody asked for',
    message: '{"n":1,"m":2}',
    want: /^it does not match the schema: /,
  },
];

describe('outputSchema', () => {
  it.each(rows)('$says', ({ message, want }) => {
    const made = outputSchema(schema);
    const problem = made.ok ? made.value.check(message) : made.error;
    if (want === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(want);
  });

  it.each([
    ['not json', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
  ])('refuses %s as a schema', (text, want) => {
    expect(outputSchema(text)).toEqual({ ok: false, error: want });
  });
});
