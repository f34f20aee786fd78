// One request to the server, and its answer as it streams in. `fetch` can do the same, and costs a start of the program
// more than the rest of it: Node loads it when it is first called.
import type { IncomingMessage } from 'node:http';

/** The part of a `Response` that is read; a `Response` is one. */
export interface ServerAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface PostedRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** Resolves when the head of the answer is there, and rejects when no answer comes. `fetch` is one. */
export type Post = (url: URL, request: PostedRequest) => Promise<ServerAnswer>;

/** Follows no redirect, asks for no compression, and keeps connections as Node's agents do. */
export const post: Post = (url, { method, headers, body, signal }) => {
  // Encryption is loaded for who needs it.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal }, (message) => resolve(answerOf(message)));
    // Stays: an answer may come before all is sent, and the rest of the sending then fails.
    sent.on('error', reject);
    sent.end(body);
  });
};

function answerOf(message: IncomingMessage): ServerAnswer {
  const status = message.statusCode ?? 0;
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: {
      get: (name) => {
        const value = message.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
    },
    body: message,
  };
}
