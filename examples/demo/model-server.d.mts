// The types of model-server.mjs, which stays plain JavaScript so that the demo runs on nothing but Node.
import type { IncomingHttpHeaders } from 'node:http';

export type Item = Readonly<Record<string, unknown>>;

/** What one request is answered with: a response, or a fault. */
export interface Step {
  /** Output items of the response, each sent as `response.output_item.done`. */
  readonly items?: readonly Item[];
  /** Further events, sent after the items. */
  readonly events?: readonly Item[];
  readonly usage?: Item;
  /** False: the stream ends without `response.completed`. */
  readonly completed?: boolean;
  /** `response.failed` with this error in the place of `response.completed`. */
  readonly failed?: Item;
  /** `response.incomplete` with this reason in the place of `response.completed`. */
  readonly incomplete?: string;
  /** An answer that is no stream. */
  readonly status?: number;
  readonly body?: string | Item;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in the place of the events. */
  readonly raw?: string | Uint8Array;
  /** Sent over and over until the client hangs up. */
  readonly repeat?: string | Uint8Array;
  /** The connection breaks after this many bytes of the stream. */
  readonly cutAfterBytes?: number;
  /** The stream ends cleanly after this many bytes. */
  readonly endAfterBytes?: number;
  /** After its last byte the stream stays open and silent. */
  readonly idle?: boolean;
  /** How long to wait before the answer begins. */
  readonly delayMs?: number;
}

/** The body of a request, as far as anybody looks into it. */
export interface RequestBody {
  readonly model: string;
  readonly input: readonly InputItem[];
  readonly tools: readonly { readonly name: string }[];
}

export interface InputItem {
  readonly type: string;
  readonly call_id?: string;
  readonly output?: string;
  readonly content?: readonly { readonly text: string }[];
}

export interface ModelRequest {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
  /** Milliseconds, comparable between requests. */
  readonly at: number;
}

export interface ModelServer {
  /** What a provider's `base_url` is set to. */
  readonly baseUrl: string;
  /** Every request so far, in order. */
  readonly requests: readonly ModelRequest[];
  /** What the last request told the model about each call. */
  outputs(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export function startModelServer(
  steps: readonly (Step | ((request: ModelRequest) => Step))[],
): Promise<ModelServer>;

/** A message of the model. */
export function say(text: string): Item;
/** A thought with a summary. */
export function think(text: string): Item;
/** A function call. */
export function call(callId: string, name: string, args: unknown): Item;
/** A `local_shell_call`. */
export function localShell(callId: string, action: Item): Item;
