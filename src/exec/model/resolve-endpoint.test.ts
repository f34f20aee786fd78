import { describe, expect, it } from 'vitest';
import { emptyConfig, type ModelProvider } from '../../config/index.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';

const identity = { threadId: 't1', version: '1.2.3', platform: 'linux' };
const local: ModelProvider = {
  id: 'local',
  name: 'Local',
  baseUrl: 'http://127.0.0.1:9/v1/?api-version=2',
  envKey: 'LOCAL_KEY',
  httpHeaders: { 'X-Team': 'core', 'X-Auth': 'long-enough' },
  requestMaxRetries: 1,
  streamMaxRetries: 2,
  streamIdleTimeoutMs: 3,
};
const withLocal = { ...emptyConfig, modelProvider: 'local', modelProviders: new Map([['local', local]]) };

describe('resolveEndpoint', () => {
  it('keeps the query of the address and adds its own headers', () => {
    const resolved = resolveEndpoint(withLocal, { LOCAL_KEY: ' sk-1\n' }, identity);
    expect(resolved).toEqual({
      ok: true,
      value: {
        provider: local,
        missingKey: undefined,
        endpoint: {
          url: new URL('http://127.0.0.1:9/v1/responses?api-version=2'),
          apiKey: 'sk-1',
          secrets: ['sk-1', 'long-enough'],
          headers: {
            originator: 'cordon_exec',
            'user-agent': 'cordon/1.2.3 (linux)',
            conversation_id: 't1',
            session_id: 't1',
            'X-Team': 'core',
            'X-Auth': 'long-enough',
          },
          requestMaxRetries: 1,
          streamMaxRetries: 2,
          streamIdleTimeoutMs: 3,
        },
      },
    });
  });

  it('names the variable that is missing', () => {
    const resolved = resolveEndpoint(withLocal, { LOCAL_KEY: ' ' }, identity);
    expect(resolved.ok && [resolved.value.missingKey, resolved.value.endpoint.apiKey]).toEqual([
      'the environment variable LOCAL_KEY with the API key for Local is not set',
      undefined,
    ]);
  });

  it('does not send a key that no header can carry, and does not repeat it', () => {
    const resolved = resolveEndpoint(withLocal, { LOCAL_KEY: 'sk-1\nX-Evil: 1' }, identity);
    expect(resolved.ok && [resolved.value.missingKey, resolved.value.endpoint.apiKey]).toEqual([
      'the environment variable LOCAL_KEY with the API key for Local holds characters that cannot be sent',
      undefined,
    ]);
  });

  it('never sends the key for one server to another', () => {
    const keyless = { ...withLocal, modelProviders: new Map([['local', { ...local, envKey: undefined }]]) };
    const resolved = resolveEndpoint(keyless, { OPENAI_API_KEY: 'sk-openai' }, identity);
    expect(resolved.ok && [resolved.value.endpoint.apiKey, resolved.value.missingKey]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('talks to OpenAI when nothing is configured', () => {
    const resolved = resolveEndpoint(emptyConfig, { OPENAI_API_KEY: 'sk-openai' }, identity);
    expect(resolved.ok && [resolved.value.endpoint.url.href, resolved.value.endpoint.apiKey]).toEqual([
      'https://api.openai.com/v1/responses',
      'sk-openai',
    ]);
  });

  it('believes OPENAI_BASE_URL', () => {
    const resolved = resolveEndpoint(
      emptyConfig,
      { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://proxy/v1' },
      identity,
    );
    expect(resolved.ok && resolved.value.endpoint.url.href).toBe('http://proxy/v1/responses');
  });

  it('believes the configuration over OPENAI_BASE_URL, and takes the key of an SDK when there is no other', () => {
    const config = { ...emptyConfig, openaiBaseUrl: 'http://configured/v1' };
    const resolved = resolveEndpoint(
      config,
      { CODEX_API_KEY: 'k', OPENAI_BASE_URL: 'http://proxy/v1' },
      identity,
    );
    expect(resolved.ok && [resolved.value.endpoint.url.href, resolved.value.endpoint.apiKey]).toEqual([
      'http://configured/v1/responses',
      'k',
    ]);
  });

  it('refuses a password in OPENAI_BASE_URL without repeating it', () => {
    expect(resolveEndpoint(emptyConfig, { OPENAI_BASE_URL: 'http://me:hunter2@proxy/v1' }, identity)).toEqual(
      {
        ok: false,
        error: 'Cannot use provider OpenAI: its address is not an http(s) URL without a user name in it',
      },
    );
  });

  it('refuses a provider nobody described', () => {
    expect(resolveEndpoint({ ...emptyConfig, modelProvider: 'x' }, {}, identity)).toEqual({
      ok: false,
      error: 'Cannot use model_provider "x": there is no [model_providers.x] table',
    });
  });
});
