// A model behind the Responses API that answers whole, not as a stream: each request gets the next items.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedResponses extends AsyncDisposable {
  readonly baseUrl: string;
  /** What the requests said, as they came. */
  readonly inputs: readonly (readonly Record<string, unknown>[])[];
}

export async function scriptResponses(answers: readonly (readonly object[])[]): Promise<ScriptedResponses> {
  const inputs: Record<string, unknown>[][] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { input, model } = JSON.parse(text) as { input: Record<string, unknown>[]; model: string };
      const output = answers[inputs.length] ?? [];
      inputs.push(input);
      const usage = {
        input_tokens: 1,
        output_tokens: 1,
        total_tokens: 2,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
      };
      const body = {
        id: `resp_${String(inputs.length)}`,
        object: 'response',
        created_at: 1,
        model,
        output,
        usage,
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...body, status: 'completed', error: null, incomplete_details: null }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    inputs,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const said = (text: string): object => ({
  type: 'message',
  id: `msg_${text}`,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});

export const called = (callId: string, name: string, input: object): object => ({
  type: 'function_call',
  id: `fc_${callId}`,
  call_id: callId,
  name,
  arguments: JSON.stringify(input),
  status: 'completed',
});

/** A call of the provider's own shell tool. */
export const shellCalled = (callId: string, ...commands: readonly string[]): object => ({
  type: 'shell_call',
  id: `sh_${callId}`,
  call_id: callId,
  status: 'completed',
  action: { commands, timeout_ms: null, max_output_length: null },
});

export const patchCalled = (callId: string, operation: object): object => ({
  type: 'apply_patch_call',
  id: `ap_${callId}`,
  call_id: callId,
  status: 'completed',
  operation,
});
