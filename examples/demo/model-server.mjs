// A model without a mind: answers POST /responses from a script, one step a request, on a free port of 127.0.0.1.
// The demo and the integration tests talk to it; the tests also use its faults, down to the byte.
import { createServer } from 'node:http';

/**
 * @typedef {import('./model-server.d.mts').Step} Step
 * @typedef {import('./model-server.d.mts').ModelRequest} ModelRequest
 */

/**
 * @param {readonly (Step | ((request: ModelRequest) => Step))[]} steps
 * @returns {Promise<import('./model-server.d.mts').ModelServer>}
 */
export async function startModelServer(steps) {
  /** @type {ModelRequest[]} */
  const requests = [];
  const timers = new Set();
  const server = createServer((request, response) => {
    // Some clients knock at other doors first: a list of models, a WebSocket.
    if (request.method !== 'POST') return void response.writeHead(404).end();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const index = requests.length;
      const entry = {
        index,
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
        at: performance.now(),
      };
      requests.push(entry);
      const step = steps[index];
      const chosen = typeof step === 'function' ? step(entry) : (step ?? exhausted(index));
      const timer = setTimeout(() => {
        timers.delete(timer);
        answer(chosen, index, response);
      }, chosen.delayMs ?? 0);
      timers.add(timer);
    });
    request.on('error', () => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  // A test that forgets to close it must still be able to end.
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    outputs: () => outputsIn(requests.at(-1)?.body),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(() => resolve(undefined)));
    },
  };
}

/** A request the script does not know is a mistake of the client; 400 is final, so no retry hides it. */
function exhausted(index) {
  return {
    status: 400,
    body: { error: { code: 'scenario_over', message: `the script has no step ${index + 1}` } },
  };
}

function answer(step, index, response) {
  if (step.status !== undefined) {
    response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers });
    response.end(typeof step.body === 'string' ? step.body : JSON.stringify(step.body ?? {}));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', ...step.headers });
  const bytes = step.raw === undefined ? Buffer.from(sse(step, index)) : Buffer.from(step.raw);
  const shown = bytes.subarray(0, step.cutAfterBytes ?? step.endAfterBytes ?? bytes.length);
  response.write(shown, () => {
    if (step.idle === true || step.repeat !== undefined) return;
    if (step.cutAfterBytes !== undefined) response.destroy();
    else response.end();
  });
  if (step.repeat !== undefined) repeat(Buffer.from(step.repeat), response);
}

/** Never ends on its own: the client has to have enough. */
function repeat(bytes, response) {
  const more = () => {
    while (!response.destroyed && response.write(bytes));
    if (!response.destroyed) response.once('drain', more);
  };
  response.on('error', () => undefined);
  more();
}

function sse(step, index) {
  const id = `resp_${index + 1}`;
  const events = [
    { type: 'response.created', response: { id } },
    ...(step.items ?? []).map((item, output_index) => ({
      type: 'response.output_item.done',
      output_index,
      item,
    })),
    ...(step.events ?? []),
  ];
  if (step.failed !== undefined)
    events.push({ type: 'response.failed', response: { id, error: step.failed } });
  else if (step.incomplete !== undefined)
    events.push({
      type: 'response.incomplete',
      response: { id, incomplete_details: { reason: step.incomplete } },
    });
  else if (step.completed !== false)
    events.push({ type: 'response.completed', response: { id, usage: step.usage ?? null } });
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function outputsIn(body) {
  const input = Array.isArray(body?.input) ? body.input : [];
  return Object.fromEntries(
    input.filter((item) => String(item.type).endsWith('_output')).map((item) => [item.call_id, item.output]),
  );
}

export const say = (text) => ({
  type: 'message',
  role: 'assistant',
  id: 'msg_1',
  content: [{ type: 'output_text', text }],
});

export const think = (text) => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text }],
  encrypted_content: 'opaque',
});

export const call = (callId, name, args) => ({
  type: 'function_call',
  id: `fc_${callId}`,
  call_id: callId,
  name,
  arguments: JSON.stringify(args),
});

export const localShell = (callId, action) => ({
  type: 'local_shell_call',
  id: `lsc_${callId}`,
  call_id: callId,
  status: 'completed',
  action: { type: 'exec', ...action },
});
