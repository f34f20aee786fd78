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
  env: Readonly<Record<string, string | undefined>>,
  identity: ClientIdentity,
): Result<ResolvedProvider, string> {
  const id = config.modelProvider ?? 'openai';
  const provider = config.modelProviders.get(id) ?? (id === 'openai' ? openai(env) : undefined);
  if (provider === undefined)
    return err(`Cannot use model_provider ${JSON.stringify(id)}: there is no [model_providers.${id}] table`);
  const url = responsesUrl(provider.baseUrl);
  if (url === undefined)
    return err(
      `Cannot use provider ${provider.name}: its address is not an http(s) URL without a user name in it`,
    );
  const apiKey = provider.envKey === undefined ? undefined : env[provider.envKey]?.trim();
  const missing = provider.envKey !== undefined && (apiKey === undefined || apiKey === '');
  return ok({
    provider,
    endpoint: {
      url,
      apiKey: missing ? undefined : apiKey,
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
    missingKey: missing
      ? `the environment variable ${provider.envKey} with the API key for ${provider.name} is not set`
      : undefined,
  });
}

function openai(env: Readonly<Record<string, string | undefined>>): ModelProvider {
  const elsewhere = env['OPENAI_BASE_URL'];
  return {
    id: 'openai',
    name: 'OpenAI',
    baseUrl: elsewhere === undefined || elsewhere === '' ? 'https://api.openai.com/v1' : elsewhere,
    envKey: 'OPENAI_API_KEY',
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
