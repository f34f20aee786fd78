import { describe, expect, it } from 'vitest';
import { err, ok } from '../../domain/index.ts';
import type { ModelClientWorld, ModelEndpoint } from './endpoint.ts';
import { createModelClient, type RetryNotice } from './model-client.ts';
import type { StreamLimits } from './read-event-stream.ts';

const endpoint: ModelEndpoint = {
  url: new URL('http://model.test/v1/responses'),
  headers: { originator: 'cordon_exec' },
  wire: 'responses',
  hintFor404: undefined,
  apiKey: 'sk-secret-key',
  bearerCommand: undefined,
  secrets: ['sk-secret-key', 'header-secret'],
  requestMaxRetries: 2,
  streamMaxRetries: 2,
  retryPatienceMs: 120_000,
  streamIdleTimeoutMs: 60_000,
};

type Answer = Response | Error | ((init: RequestInit) => Promise<Response>);

interface Heard {
  readonly requests: RequestInit[];
  readonly pauses: number[];
  readonly notices: string[];
  readonly tokens: string[];
}

async function ask(
  answers: readonly Answer[],
  options: { limits?: Partial<StreamLimits>; endpoint?: Partial<ModelEndpoint>; signal?: AbortSignal } = {},
): Promise<{ answer: unknown; heard: Heard }> {
  const heard: Heard = { requests: [], pauses: [], notices: [], tokens: [] };
  const world: ModelClientWorld = {
    post: async (_url, init) => {
      const answer = answers[heard.requests.length] ?? new Error('asked too often');
      heard.requests.push(init);
      if (answer instanceof Error) throw new TypeError('fetch failed', { cause: answer });
      return answer instanceof Response ? answer : await answer(init);
    },
    now: () => 0,
    readToken: ({ argv }) => {
      const token = argv[heard.tokens.length];
      heard.tokens.push(token ?? 'none left');
      return Promise.resolve(token === undefined ? err('it printed nothing') : ok(token));
    },
    random: () => 0.5,
    pause: (ms, signal) => {
      heard.pauses.push(ms);
      return signal.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve();
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  const client = createModelClient({ ...endpoint, ...options.endpoint }, world);
  const onRetry = ({ failure, retry, of }: RetryNotice): void =>
    void heard.notices.push(`${failure.message} ${retry}/${of ?? 'any'}`);
  const answer = await client.respond('{}', onRetry, options.signal ?? new AbortController().signal);
  return { answer, heard };
}

const whole = (): Response =>
  new Response(
    'data: {"type":"response.output_item.done","item":{"type":"message"}}\n\ndata: {"type":"response.completed","response":{"id":"r1"}}\n\n',
  );
const cut = (): Response => new Response('data: {"type":"response.created"}\n\n');
const usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
};
const done = { ok: true, value: { id: 'r1', items: [{ type: 'message' }], usage } };
const failure = (error: object): object => ({ ok: false, error });
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });

describe('createModelClient', () => {
  it('asks a command for the token, and again once the server refuses it', async () => {
    const refusedToken = (): Response =>
      new Response('{"error":{"message":"no token-one"}}', { status: 401 });
    const bearerCommand = { argv: ['token-one', 'token-two'], timeoutMs: 1 } as const;
    const spent = await ask([refusedToken()], { endpoint: { apiKey: undefined, bearerCommand } });
    expect([spent.answer, spent.heard.tokens]).toEqual([
      failure({
        kind: 'http',
        status: 401,
        code: undefined,
        message: 'the server answered 401 (check the API key): no [secret]',
        retryAfterMs: undefined,
      }),
      ['token-one'],
    ]);
    const old = await ask([refusedToken(), whole()], { endpoint: { bearerCommand } });
    expect([old.answer, old.heard.tokens]).toEqual([done, ['token-one']]);
    const none = await ask([whole()], {
      endpoint: { apiKey: undefined, bearerCommand: { ...bearerCommand, argv: [] as never } },
    });
    expect(none.answer).toMatchObject(failure({ kind: 'not-configured' }));
  });

  it('posts the body with the key and its own headers', async () => {
    const { answer, heard } = await ask([whole()]);
    expect(answer).toEqual(done);
    expect(
      heard.requests.map(({ method, headers, body, redirect }) => ({ method, headers, body, redirect })),
    ).toEqual([
      {
        method: 'POST',
        headers: {
          originator: 'cordon_exec',
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: 'Bearer sk-secret-key',
        },
        body: '{}',
        redirect: 'manual',
      },
    ]);
  });

  it('sends no authorization without a key', async () => {
    const { heard } = await ask([whole()], { endpoint: { apiKey: undefined } });
    expect(Object.keys(heard.requests[0]?.headers ?? {})).not.toContain('authorization');
  });

  it('tries again after a cut stream and says so', async () => {
    const { answer, heard } = await ask([cut(), whole()]);
    expect(answer).toEqual(done);
    expect(heard.notices).toEqual(['the stream ended before response.completed 1/2']);
  });

  it('gives up a stream that is cut every time', async () => {
    const { answer, heard } = await ask([cut(), cut(), cut()]);
    expect(answer).toEqual(
      failure({
        kind: 'stream-cut',
        message: 'the stream ended before response.completed (gave up after 3 attempts)',
      }),
    );
    expect([heard.requests.length, heard.pauses]).toEqual([3, [200, 400]]);
  });

  it('gives up a connection that is refused every time', async () => {
    const { answer, heard } = await ask([refused, refused, refused]);
    expect(answer).toEqual(
      failure({
        kind: 'unreachable',
        message:
          'no connection to http://model.test: connect ECONNREFUSED 127.0.0.1:9 (gave up after 3 attempts)',
      }),
    );
    expect(heard.requests.length).toBe(3);
  });

  it('waits as long as a 429 asks', async () => {
    const { answer, heard } = await ask([
      new Response('{}', { status: 429, headers: { 'retry-after': '7' } }),
      whole(),
    ]);
    expect([answer, heard.pauses]).toEqual([done, [7000]]);
  });

  it('asks once when the answer is 401, and never repeats the key', async () => {
    const body = JSON.stringify({
      error: { code: 'invalid_api_key', message: 'Incorrect API key: sk-secret-key, header-secret' },
    });
    const { answer, heard } = await ask([new Response(body, { status: 401 })]);
    expect(answer).toEqual(
      failure({
        kind: 'http',
        status: 401,
        code: 'invalid_api_key',
        message: 'the server answered 401 (check the API key): Incorrect API key: [secret], [secret]',
        retryAfterMs: undefined,
      }),
    );
    expect(heard.requests.length).toBe(1);
  });

  it('follows no redirect', async () => {
    const { answer } = await ask([
      new Response(null, { status: 307, headers: { location: 'http://evil.test/' } }),
    ]);
    expect(answer).toMatchObject(failure({ message: 'the server answered 307: redirects are not followed' }));
  });

  it('calls a web page what it is', async () => {
    const page = (): Response => new Response('<html>', { headers: { 'content-type': 'text/html' } });
    const { answer } = await ask([page(), page(), page()]);
    expect(answer).toMatchObject(
      failure({
        message: 'the server answered with text/html, not an event stream (gave up after 3 attempts)',
      }),
    );
  });

  it('reads only the start of an endless error page', async () => {
    const endless = new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x61)) }),
      { status: 400 },
    );
    const { answer } = await ask([endless]);
    expect(answer).toMatchObject(failure({ message: `the server answered 400: ${'a'.repeat(500)}…` }));
  });

  /** A server that keeps the connection open; its stream fails as soon as the request is given up. */
  const open =
    (start: string): ((init: RequestInit) => Promise<Response>) =>
    (init) =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(Buffer.from(start));
              init.signal?.addEventListener('abort', () => controller.error(new Error('terminated')));
            },
          }),
        ),
      );

  it('gives up a stream that goes silent', async () => {
    const { answer } = await ask([open(': ping\n\n')], {
      endpoint: { streamIdleTimeoutMs: 20, streamMaxRetries: 0 },
    });
    expect(answer).toEqual(failure({ kind: 'stream-cut', message: 'no event for 0.02 s' }));
  });

  it('gives up a stream that takes too long', async () => {
    const { answer } = await ask([open('data: {}\n\n')], {
      limits: { totalMs: 20 },
      endpoint: { streamMaxRetries: 0 },
    });
    expect(answer).toEqual(failure({ kind: 'stream-cut', message: 'no response.completed within 0.02 s' }));
  });

  it('ends at once when the caller has enough', async () => {
    const controller = new AbortController();
    const asking = ask([open('data: {}\n\n')], { signal: controller.signal });
    setImmediate(() => controller.abort());
    expect((await asking).answer).toEqual(failure({ kind: 'cancelled', message: 'cancelled' }));
  });

  it('ends a pause when the caller has enough', async () => {
    const controller = new AbortController();
    const failing = (): Promise<Response> => {
      controller.abort();
      return Promise.resolve(new Response('{}', { status: 500 }));
    };
    const { answer, heard } = await ask([failing], { signal: controller.signal });
    expect([answer, heard.requests.length]).toEqual([
      failure({ kind: 'cancelled', message: 'cancelled while waiting to try again' }),
      1,
    ]);
  });
});
