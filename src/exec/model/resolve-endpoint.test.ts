import { describe, expect, it } from 'vitest';
import { emptyConfig, type ModelProvider } from '../../config/index.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';

const identity = { threadId: 't1', version: '1.2.3', platform: 'linux' };
const local: ModelProvider = {
  id: 'local',
  name: 'Local',
  wireApi: 'responses',
  baseUrl: 'http://127.0.0.1:9/v1/?api-version=2',
  envKey: 'LOCAL_KEY',
  httpHeaders: { 'X-Team': 'core', 'X-Auth': 'long-enough' },
  envHttpHeaders: { 'X-Org': 'LOCAL_ORG', 'X-Unset': 'LOCAL_UNSET' },
  queryParams: { 'api-version': '3', user: 'a b' },
  bearerCommand: undefined,
  requestMaxRetries: 1,
  streamMaxRetries: 2,
  retryPatienceMs: 4,
  streamIdleTimeoutMs: 3,
};
const withLocal = { ...emptyConfig, modelProvider: 'local', modelProviders: new Map([['local', local]]) };

describe('resolveEndpoint', () => {
  it('keeps the query of the address and adds its own headers', () => {
    const resolved = resolveEndpoint(
      withLocal,
      { LOCAL_KEY: ' sk-1\n', LOCAL_ORG: 'organisation' },
      identity,
    );
    expect(resolved).toEqual({
      ok: true,
      value: {
        provider: local,
        missingKey: undefined,
        endpoint: {
          wire: 'responses',
          url: new URL('http://127.0.0.1:9/v1/responses?api-version=3&user=a+b'),
          apiKey: 'sk-1',
          bearerCommand: undefined,
          secrets: ['sk-1', 'long-enough', 'organisation'],
          headers: {
            originator: 'cordon_exec',
            'user-agent': 'cordon/1.2.3 (linux)',
            conversation_id: 't1',
            session_id: 't1',
            'X-Team': 'core',
            'X-Auth': 'long-enough',
            'X-Org': 'organisation',
          },
          requestMaxRetries: 1,
          streamMaxRetries: 2,
          retryPatienceMs: 4,
          streamIdleTimeoutMs: 3,
          hintFor404:
            'a server without /responses may have Chat Completions: set wire_api = "chat" in [model_providers.local]',
        },
      },
    });
  });

  it('asks a server with Chat Completions at its own address', () => {
    const chat = {
      ...withLocal,
      modelProviders: new Map([['local', { ...local, wireApi: 'chat' as const }]]),
    };
    const resolved = resolveEndpoint(chat, { LOCAL_KEY: 'sk-1' }, identity);
    expect(resolved.ok && [resolved.value.endpoint.url.pathname, resolved.value.endpoint.hintFor404]).toEqual(
      ['/v1/chat/completions', undefined],
    );
  });

  it('refuses the value of a header that cannot be sent, without repeating it', () => {
    const resolved = resolveEndpoint(withLocal, { LOCAL_KEY: 'sk-1', LOCAL_ORG: 'a\nX-Evil: 1' }, identity);
    expect(resolved).toEqual({
      ok: false,
      error:
        'Cannot use provider Local: the environment variable LOCAL_ORG for the header X-Org holds characters that cannot be sent',
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

  const openai = 'https://api.openai.com/v1';
  const keys: readonly {
    says: string;
    configured?: string;
    env: Readonly<Record<string, string>>;
    want: readonly [address: string, key: string | undefined];
  }[] = [
    { says: "OpenAI gets OpenAI's key", env: { OPENAI_API_KEY: 'own' }, want: [openai, 'own'] },
    { says: 'OpenAI gets the key an SDK hands over', env: { CODEX_API_KEY: 'sdk' }, want: [openai, 'sdk'] },
    {
      says: 'the key an SDK hands over wins over one that lies around',
      env: { OPENAI_API_KEY: 'own', CODEX_API_KEY: 'sdk' },
      want: [openai, 'sdk'],
    },
    {
      says: 'an empty key is no key',
      env: { OPENAI_API_KEY: 'own', CODEX_API_KEY: ' ' },
      want: [openai, 'own'],
    },
    {
      says: 'an address beside the key in the environment belongs to it',
      env: { OPENAI_API_KEY: 'own', OPENAI_BASE_URL: 'http://proxy/v1' },
      want: ['http://proxy/v1', 'own'],
    },
    {
      says: "another address gets the SDK's key",
      configured: 'http://configured/v1',
      env: { OPENAI_API_KEY: 'own', CODEX_API_KEY: 'sdk' },
      want: ['http://configured/v1', 'sdk'],
    },
    {
      says: "another address never gets OpenAI's key",
      configured: 'http://configured/v1',
      env: { OPENAI_API_KEY: 'own' },
      want: ['http://configured/v1', undefined],
    },
    {
      says: 'another address never gets the key of a third',
      configured: 'http://configured/v1',
      env: { OPENAI_API_KEY: 'own', OPENAI_BASE_URL: 'http://proxy/v1' },
      want: ['http://configured/v1', undefined],
    },
    {
      says: 'another port is another server',
      configured: 'http://proxy:81/v1',
      env: { OPENAI_API_KEY: 'own', OPENAI_BASE_URL: 'http://proxy/v1' },
      want: ['http://proxy:81/v1', undefined],
    },
    {
      says: "OpenAI's name without encryption is another server",
      configured: 'http://api.openai.com/v1',
      env: { OPENAI_API_KEY: 'own' },
      want: ['http://api.openai.com/v1', undefined],
    },
    {
      says: "OpenAI's own address in the configuration gets its key",
      configured: 'https://api.openai.com/v1/eu',
      env: { OPENAI_API_KEY: 'own' },
      want: ['https://api.openai.com/v1/eu', 'own'],
    },
  ];
  it.each(keys)('$says', ({ configured, env, want: [address, key] }) => {
    const resolved = resolveEndpoint({ ...emptyConfig, openaiBaseUrl: configured }, env, identity);
    expect(resolved.ok && [resolved.value.endpoint.url.href, resolved.value.endpoint.apiKey]).toEqual([
      `${address}/responses`,
      key,
    ]);
  });

  it('says which key another address would take', () => {
    const config = { ...emptyConfig, openaiBaseUrl: 'http://configured/v1' };
    const resolved = resolveEndpoint(config, { OPENAI_API_KEY: 'own' }, identity);
    expect(resolved.ok && resolved.value.missingKey).toBe(
      'the environment variable CODEX_API_KEY with the API key for the server in openai_base_url is not set; OPENAI_API_KEY is sent to OpenAI and to the address in OPENAI_BASE_URL only',
    );
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
