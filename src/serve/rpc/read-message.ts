// One message as it arrives, and which of the four kinds it is. Total: whatever comes gets an answer or is passed over.
import { z } from 'zod';
import { RpcError } from './rpc-error.ts';

export type RequestId = string | number;

export type Message =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'answer'; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: RequestId; readonly message: string }
  /** `id` where one could be read, so that whoever asked learns of it. */
  | { readonly kind: 'invalid'; readonly id: RequestId | null; readonly error: RpcError };

/** Objects and arrays in one another. What is deeper has no meaning here. */
const deepest = 64;

export function readMessage(line: string): Message {
  if (isDeeper(line, deepest))
    return invalid(
      null,
      'parse-error',
      `Cannot read the message: it is nested deeper than ${String(deepest)}`,
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return invalid(null, 'parse-error', 'Cannot read the message: it is no JSON');
  }
  if (Array.isArray(value))
    return invalid(null, 'invalid-request', 'Cannot take a batch: send its messages one by one');
  const read = envelope.safeParse(value);
  if (!read.success)
    return invalid(idOf(value), 'invalid-request', 'Cannot read the message: it is none of JSON-RPC 2.0');
  const { id, method, params, result, error } = read.data;
  if (method !== undefined)
    return id === undefined
      ? { kind: 'notification', method, params }
      : { kind: 'request', id, method, params: params ?? {} };
  if (id === undefined) return invalid(null, 'invalid-request', 'Cannot read the message: it has no method');
  if (error !== undefined) return { kind: 'failure', id, message: error.message };
  if (result !== undefined) return { kind: 'answer', id, result };
  return invalid(id, 'invalid-request', 'Cannot read the message: it has neither method nor result');
}

const requestId = z.union([z.string().max(256), z.int()]);

/** `jsonrpc` may be missing, as it is where this protocol comes from; what else stands beside is passed over. */
const envelope = z.object({
  jsonrpc: z.literal('2.0').optional(),
  id: requestId.optional(),
  method: z.string().max(256).optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string().catch('it gave no reason') }).optional(),
});

function idOf(value: unknown): RequestId | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return null;
  return requestId.safeParse((value as { readonly id: unknown }).id).data ?? null;
}

function invalid(id: RequestId | null, kind: 'parse-error' | 'invalid-request', message: string): Message {
  return { kind: 'invalid', id, error: new RpcError(kind, message) };
}

/** Looked at before it is parsed: brackets outside of strings. */
function isDeeper(line: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === closeBracket || code === closeBrace) depth -= 1;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
