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
  const url = requestUrl(provider);
  if (url === undefined)
    return err(
      `Cannot use provider ${provider.name}: its address is not an http(s) URL without a user name in it`,
    );
  const key = readKey(provider, env);
  const fromEnv = headersFromEnv(provider, env);
  if (!fromEnv.ok) return err(`Cannot use provider ${provider.name}: ${fromEnv.error}`);
  return ok({
    provider,
    endpoint: {
      wire: provider.wireApi,
      url,
      apiKey: key.value,
      bearerCommand: provider.bearerCommand,
      secrets: [...secretsOf(provider, key.value), ...Object.values(fromEnv.value)],
      headers: {
        originator: 'cordon_exec',
        'user-agent': `cordon/${identity.version} (${identity.platform})`,
        conversation_id: identity.threadId,
        session_id: identity.threadId,
        ...provider.httpHeaders,
        ...fromEnv.value,
      },
      requestMaxRetries: provider.requestMaxRetries,
      streamMaxRetries: provider.streamMaxRetries,
      retryPatienceMs: provider.retryPatienceMs,
      streamIdleTimeoutMs: provider.streamIdleTimeoutMs,
      hintFor404:
        provider.wireApi === 'chat' || !config.modelProviders.has(id)
          ? undefined
          : `a server without /responses may have Chat Completions: set wire_api = "chat" in [model_providers.${id}]`,
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
  const value = set(env, envKey);
  const elsewhere =
    envKey === 'CODEX_API_KEY' && set(env, 'OPENAI_API_KEY') !== undefined
      ? '; OPENAI_API_KEY is sent to OpenAI and to the address in OPENAI_BASE_URL only'
      : '';
  const variable = `the environment variable ${envKey} with the API key for ${name}`;
  if (value === undefined) return { value: undefined, problem: `${variable} is not set${elsewhere}` };
  // The HTTP client would refuse it with a message that repeats it.
  if (!/^[\x21-\x7e]+$/.test(value))
    return { value: undefined, problem: `${variable} holds characters that cannot be sent` };
  return { value, problem: undefined };
}

function headersFromEnv({ envHttpHeaders }: ModelProvider, env: Env): Result<Record<string, string>, string> {
  const headers: Record<string, string> = {};
  for (const [header, variable] of Object.entries(envHttpHeaders)) {
    const value = set(env, variable);
    if (value === undefined) continue;
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      return err(
        `the environment variable ${variable} for the header ${header} holds characters that cannot be sent`,
      );
    headers[header] = value;
  }
  return ok(headers);
}

function secretsOf({ httpHeaders }: ModelProvider, apiKey: string | undefined): string[] {
  const headers = Object.entries(httpHeaders)
    .filter(([name, value]) => /auth|key|token|secret|cookie/i.test(name) && value.length >= 8)
    .map(([, value]) => value);
  return [...(apiKey === undefined ? [] : [apiKey]), ...headers];
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The provider that is there without a table. `CODEX_API_KEY` is what an agent SDK hands to the program it starts, so it
 * was meant for whatever address came with it, and wins. `OPENAI_API_KEY` lies in many people's environment: it is for
 * OpenAI, and for the address that the same environment names in `OPENAI_BASE_URL`, and is sent nowhere else.
 */
function openai(config: Config, env: Env): ModelProvider {
  const named = set(env, 'OPENAI_BASE_URL');
  const baseUrl = config.openaiBaseUrl ?? named ?? openaiUrl;
  const isItsOwn = [openaiUrl, named].some((known) => known !== undefined && isSameOrigin(known, baseUrl));
  const envKey = set(env, 'CODEX_API_KEY') === undefined && isItsOwn ? 'OPENAI_API_KEY' : 'CODEX_API_KEY';
  return {
    id: 'openai',
    name: isItsOwn ? 'OpenAI' : 'the server in openai_base_url',
    baseUrl,
    envKey,
    httpHeaders: {},
    envHttpHeaders: {},
    wireApi: 'responses',
    queryParams: {},
    bearerCommand: undefined,
    requestMaxRetries: undefined,
    streamMaxRetries: 5,
    retryPatienceMs: 120_000,
    streamIdleTimeoutMs: 300_000,
  };
}

const openaiUrl = 'https://api.openai.com/v1';

function set(env: Env, name: string): string | undefined {
  const value = env[name]?.trim() ?? '';
  return value === '' ? undefined : value;
}

function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

/** Keeps a query the address may carry: some hosts put their API version there. */
function requestUrl({ baseUrl, queryParams, wireApi }: ModelProvider): URL | undefined {
  if (!URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${wireApi === 'chat' ? '/chat/completions' : '/responses'}`;
  for (const [name, value] of Object.entries(queryParams)) url.searchParams.set(name, value);
  return url;
}
