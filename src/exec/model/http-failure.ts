// An answer that is no stream, as a failure: status, the server's own words, and how long it wants to be left alone.
import { describeError } from './describe-error.ts';
import type { ModelFailure } from './model-failure.ts';
import type { ServerAnswer } from './post.ts';
import { isObject } from './response-items.ts';
import { retryAfterMs } from './retry-after.ts';

/** @param hintFor404 what else a 404 may mean, where the server itself names no reason of its own */
export async function httpFailure(
  response: ServerAnswer,
  nowMs: number,
  hintFor404?: string,
): Promise<ModelFailure> {
  const { status } = response;
  if (status >= 300 && status < 400)
    return http(status, undefined, `the server answered ${status}: redirects are not followed`, undefined);
  const { code, message, retryAfterMs: told } = describeError(errorIn(await startOf(response)));
  const hint = status === 401 || status === 403 ? ' (check the API key)' : '';
  return http(
    status,
    code,
    `the server answered ${status}${hint}: ${message}${status === 404 && code !== 'model_not_found' && hintFor404 !== undefined ? ` (${hintFor404})` : ''}`,
    retryAfterMs(response.headers, nowMs) ?? told,
  );
}

function http(
  status: number,
  code: string | undefined,
  message: string,
  pauseMs: number | undefined,
): ModelFailure {
  return { kind: 'http', status, code, message, retryAfterMs: pauseMs };
}

/** An error page can be endless too. */
async function startOf(response: ServerAnswer): Promise<string> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    kept.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= 65_536) break;
  }
  return Buffer.concat(kept).toString('utf8');
}

function errorIn(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return isObject(body['error']) ? body['error'] : { message: body['error'], ...body };
  } catch {
    // Not JSON: the text itself is the reason.
  }
  return { message: text };
}
