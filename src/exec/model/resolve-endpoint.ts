// Which server a run talks to, and with which key.
import type { Config, ModelProvider } from '../../config/index.ts';
import { err, ok, type Result } from '../../domain/index.ts';
import type { ModelEndpoint } from './endpoint.ts';

/** Used when nothing else is configured. */
export const defaultModel = 'gpt-5';

export interface ResolvedProvider {
  readonly provider: ModelProvider;
  readonly endpoint: ModelEndpoint;
  /** Set when the key is missing: said as the turn's failure, because only the turn needs it. */
  readonly missingKey: string | undefined;
}

export interface ClientIdentity {
  readonly threadId: string;
  readonly version: string;
  readonly platform: string;
}

/** The error is a sentence about the configuration. */
export function resolveEndpoint(
  config: Config,
  env: Env,
  identity: ClientIdentity,
): Result<ResolvedProvider, string> {
  const id = config.modelProvider ?? 'openai';
  const provider = config.modelProviders.get(id) ?? (id === 'openai' ? openai(config, env) : undefined);
  if (provider === undefined)
    return err(`Cannot use model_provider ${JSON.stringify(id)}: there is no [model_providers.${id}] table`);
  const url = responsesUrl(provider.baseUrl);
  if (url === undefined)
    return err(
      `Cannot use provider ${provider.name}: its address is not an http(s) URL without a user name in it`,
    );
  const key = readKey(provider, env);
  return ok({
    provider,
    endpoint: {
      url,
      apiKey: key.value,
      secrets: secretsOf(provider, key.value),
      headers: {
        originator: 'cordon_exec',
        'user-agent': `cordon/${identity.version} (${identity.platform})`,
        conversation_id: identity.threadId,
        session_id: identity.threadId,
        ...provider.httpHeaders,
      },
      requestMaxRetries: provider.requestMaxRetries,
      streamMaxRetries: provider.streamMaxRetries,
      streamIdleTimeoutMs: provider.streamIdleTimeoutMs,
    },
    missingKey: key.problem,
  });
}

interface Key {
  readonly value: string | undefined;
  readonly problem: string | undefined;
}

function readKey({ envKey, name }: ModelProvider, env: Env): Key {
  if (envKey === undefined) return { value: undefined, problem: undefined };
  const value = env[envKey]?.trim() ?? '';
  const variable = `the environment variable ${envKey} with the API key for ${name}`;
  if (value === '') return { value: undefined, problem: `${variable} is not set` };
  // The HTTP client would refuse it with a message that repeats it.
  if (!/^[\x21-\x7e]+$/.test(value))
    return { value: undefined, problem: `${variable} holds characters that cannot be sent` };
  return { value, problem: undefined };
}

function secretsOf({ httpHeaders }: ModelProvider, apiKey: string | undefined): string[] {
  const headers = Object.entries(httpHeaders)
    .filter(([name, value]) => /auth|key|token|secret|cookie/i.test(name) && value.length >= 8)
    .map(([, value]) => value);
  return [...(apiKey === undefined ? [] : [apiKey]), ...headers];
}

type Env = Readonly<Record<string, string | undefined>>;

/** The provider that is there without a table. Agent SDKs hand their key over in `CODEX_API_KEY`. */
function openai(config: Config, env: Env): ModelProvider {
  const has = (name: string): boolean => (env[name] ?? '') !== '';
  const elsewhere = config.openaiBaseUrl ?? (has('OPENAI_BASE_URL') ? env['OPENAI_BASE_URL'] : undefined);
  return {
    id: 'openai',
    name: 'OpenAI',
    baseUrl: elsewhere ?? 'https://api.openai.com/v1',
    envKey: !has('OPENAI_API_KEY') && has('CODEX_API_KEY') ? 'CODEX_API_KEY' : 'OPENAI_API_KEY',
    httpHeaders: {},
    requestMaxRetries: 4,
    streamMaxRetries: 5,
    streamIdleTimeoutMs: 300_000,
  };
}

/** Keeps a query the address may carry: some hosts put their API version there. */
function responsesUrl(baseUrl: string): URL | undefined {
  if (!URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/responses`;
  return url;
}
