import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

describe('a message', () => {
  it.each([
    ['{"id":1,"method":"a"}', { kind: 'request', id: 1, method: 'a', params: {} }],
    ['{"jsonrpc":"2.0","id":"x","method":"a","params":[1]}', { kind: 'request', id: 'x', params: [1] }],
    ['{"method":"a","params":{"b":1}}', { kind: 'notification', method: 'a', params: { b: 1 } }],
    ['{"id":1,"result":null}', { kind: 'answer', id: 1, result: null }],
    ['{"id":1,"error":{"code":1,"message":"no"}}', { kind: 'failure', id: 1, message: 'no' }],
    ['{"id":1,"error":{}}', { kind: 'failure', message: 'it gave no reason' }],
    // Whoever answers with both has failed.
    ['{"id":1,"error":{"message":"no"},"result":1}', { kind: 'failure' }],
    ['{"id":1,"method":"a","trace":null}', { kind: 'request' }],
    ['{"id":1}', { kind: 'invalid', id: 1, error: { kind: 'invalid-request' } }],
    ['{"id":1,"jsonrpc":"1.0","method":"a"}', { kind: 'invalid', id: 1 }],
    ['{"id":null,"method":"a"}', { kind: 'invalid', id: null }],
    ['{"id":true,"method":"a"}', { kind: 'invalid', id: null }],
    ['{"__proto__":{"id":1},"x":1}', { kind: 'invalid', id: null }],
    ['[]', { kind: 'invalid', id: null, error: { kind: 'invalid-request' } }],
    ['{', { kind: 'invalid', id: null, error: { kind: 'parse-error' } }],
    [`${'['.repeat(65)}${']'.repeat(65)}`, { kind: 'invalid', error: { kind: 'parse-error' } }],
    [`{"id":1,"method":"${'['.repeat(65)}"}`, { kind: 'request' }],
    [`{"id":1,"method":"\\"${'['.repeat(65)}"}`, { kind: 'request' }],
  ])('%s', (line, message) => {
    expect(readMessage(line)).toMatchObject(message);
  });

  it('is read whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(readMessage(line).kind).toMatch(/^(?:request|notification|answer|failure|invalid)$/u);
      }),
    );
  });
});
