// `cordon serve` and messages that are none: well-formed errors, bounds, and a server that goes on.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { openSocket, program, serveGround } from './support/serve.ts';

const ground = serveGround('prefix_rule(pattern=["ln"], decision="forbidden")\n');
afterAll(async () => await ground.cleanUp());

interface Said {
  readonly jsonrpc: string;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: { readonly kind: string };
  };
}

/** What a server says to these lines, until it has answered the request with the id `last`. */
async function sayTo(lines: Iterable<string | Buffer>): Promise<readonly Said[]> {
  const child = spawn(
    process.execPath,
    [program, 'serve', '--cwd', ground.workspace, '-s', 'danger-full-access'],
    {
      env: ground.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  try {
    const said: Said[] = [];
    const answered = new Promise<void>((resolve, reject) => {
      child.once('close', (status) =>
        reject(new Error(`it ended with ${String(status)}: ${complaints.join('')}`)),
      );
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as Said;
        said.push(message);
        if (message.id === 'last') resolve();
      });
    });
    answered.catch(() => undefined);
    for (const line of lines)
      if (!child.stdin.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')])))
        await Promise.race([answered, new Promise((resolve) => child.stdin.once('drain', resolve))]);
    child.stdin.write(`${JSON.stringify({ id: 'last', method: 'command/list' })}\n`);
    await answered;
    child.removeAllListeners('close');
    child.stdin.end();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(complaints).toEqual([]);
    return said;
  } finally {
    child.kill('SIGKILL');
  }
}

const initialize = JSON.stringify({
  id: 'hello',
  method: 'initialize',
  params: { clientInfo: { name: 'x' } },
});
const parse = { code: -32_700, data: { kind: 'parse-error' } };
const invalid = { code: -32_600, data: { kind: 'invalid-request' } };

describe('a message that is none', () => {
  it('gets a well-formed error, and those behind it are served', async () => {
    const request = (more: object): string => JSON.stringify({ method: 'command/list', ...more });
    const rows: readonly (readonly [string | Buffer, object])[] = [
      ['{', { id: null, error: parse }],
      [Buffer.from([0x22, 0xff, 0xfe, 0x22]), { id: null, error: parse }],
      ['['.repeat(100_000), { id: null, error: parse }],
      [`{"id":1,"params":${'{"a":'.repeat(80)}1${'}'.repeat(80)}}`, { id: null, error: parse }],
      [Buffer.alloc(16 * 1024 * 1024 + 1, 'x'), { id: null, error: parse }],
      ['[{"id":1,"method":"command/list"}]', { id: null, error: invalid }],
      ['[]', { id: null, error: invalid }],
      ['5', { id: null, error: invalid }],
      [request({ id: 2, jsonrpc: '1.0' }), { id: 2, error: invalid }],
      [request({ id: null }), { id: null, error: invalid }],
      [request({ id: 1.5 }), { id: null, error: invalid }],
      [request({ id: {} }), { id: null, error: invalid }],
      [request({ id: 'x'.repeat(257) }), { id: null, error: invalid }],
      ['{"id":3}', { id: 3, error: invalid }],
      ['{"id":4,"method":5}', { id: 4, error: invalid }],
      ['{}', { id: null, error: invalid }],
      [request({ id: 5, params: [] }), { id: 5, error: { code: -32_602 } }],
      [request({ id: 6, params: null }), { id: 6, result: { commands: [] } }],
      [request({ id: 7, params: { x: 1 } }), { id: 7, error: { code: -32_602 } }],
      ['{"id":8,"method":"__proto__"}', { id: 8, error: { code: -32_601 } }],
      ['{"id":9,"method":"constructor"}', { id: 9, error: { code: -32_601 } }],
      [initialize, { id: 'hello', error: { data: { kind: 'already-initialized' } } }],
      [
        '{"id":10,"method":"command/exec","params":{"command":["a\\u0000b"]}}',
        { id: 10, error: { code: -32_602 } },
      ],
    ];
    const said = await sayTo([initialize, ...rows.map(([line]) => line)]);
    expect(said.map(({ jsonrpc }) => jsonrpc)).toEqual(said.map(() => '2.0'));
    // Answers that need no work come in the order of their questions; those that do are told by their ids.
    const nameless = (all: readonly object[]): readonly object[] =>
      all.filter((each) => 'id' in each && each.id === null);
    expect(nameless(said)).toMatchObject(nameless(rows.map(([, answer]) => answer)));
    for (const [, answer] of rows)
      if (!nameless([answer]).includes(answer))
        expect(said).toContainEqual(expect.objectContaining(answerOf(answer)));
  });

  function answerOf(answer: object): object {
    return Object.fromEntries(
      Object.entries(answer).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null
          ? (expect.objectContaining(answerOf(value as object)) as object)
          : (value as unknown),
      ]),
    );
  }

  it('is not served before the client has said who it is, nor twice under one id at a time', async () => {
    const early = await sayTo(['{"id":1,"method":"command/exec","params":{"command":["true"]}}', initialize]);
    expect(early[0]).toMatchObject({ id: 1, error: { code: -32_600, data: { kind: 'not-initialized' } } });
    const exec = (id: number, command: string): string =>
      JSON.stringify({ id, method: 'command/exec', params: { command } });
    const said = await sayTo([initialize, exec(1, 'sleep 0.3; echo first'), exec(1, 'echo second')]);
    expect(said).toContainEqual(
      expect.objectContaining({ id: null, error: expect.objectContaining({ code: -32_600 }) as object }),
    );
    expect(said.filter(({ id }) => id === 1).length).toBeLessThanOrEqual(1);
  });

  it('from a notification never runs a command, and an answer nobody asked for is passed over', async () => {
    const said = await sayTo([
      initialize,
      '{"method":"command/exec","params":{"command":"touch ran","processId":"p"}}',
      '{"id":"ask-1","result":{"decision":"accept"}}',
      '{"id":77,"error":{"code":1,"message":"no"}}',
      '{"method":"nonesuch"}',
      '',
    ]);
    expect(said.map(({ id }) => id)).toEqual(['hello', 'last']);
    expect(said.at(-1)?.result).toEqual({ commands: [] });
  });

  it('too many at once are told so', async () => {
    const read = (id: number): string =>
      JSON.stringify({ id, method: 'process/read', params: { processId: 'p', waitMs: 2_000 } });
    const start = JSON.stringify({
      id: 'start',
      method: 'process/start',
      params: { processId: 'p', argv: ['sleep', '9'] },
    });
    const said = await sayTo([initialize, start, ...Array.from({ length: 200 }, (_, id) => read(id))]);
    expect(said.filter(({ error }) => error?.code === -32_001).length).toBeGreaterThan(50);
  });
});

describe('a socket', () => {
  it('that sends too much at once, or what is no text, harms nobody else', async () => {
    const server = await ground.listen();
    const good = await openSocket(server);
    await good.client.request('initialize', { clientInfo: { name: 'good' } });
    const bad = await openSocket(server);
    const errors: unknown[] = [];
    bad.socket.on('message', (data: Buffer) =>
      errors.push((JSON.parse(data.toString()) as Said).error?.code),
    );
    bad.socket.send(Buffer.from([0xff, 0]));
    await expect.poll(() => errors).toEqual([-32_700]);
    const closed = new Promise<number>((resolve) => bad.socket.once('close', resolve));
    bad.socket.send('x'.repeat(16 * 1024 * 1024 + 1));
    expect(await closed).toBe(1009);
    expect(await good.client.request('command/exec', { command: 'echo fine' })).toMatchObject({
      stdout: 'fine\n',
    });
    good.socket.terminate();
  });
});

/** 2,000 by default; `CORDON_FUZZ_MESSAGES=100000` for the long run. */
const messages = Number(process.env['CORDON_FUZZ_MESSAGES'] ?? 2_000);

describe('hostile input', () => {
  it('never ends the server: it still answers afterwards', { timeout: 600_000 }, async () => {
    const random = generator(42);
    const said = await sayTo(
      (function* () {
        yield initialize;
        for (let index = 0; index < messages; index += 1) yield hostileLine(random);
      })(),
    );
    expect(said.at(-1)).toMatchObject({ id: 'last', result: { commands: expect.any(Array) as unknown } });
    for (const { jsonrpc, error, result } of said) {
      expect(jsonrpc).toBe('2.0');
      if (error === undefined) expect(result ?? {}).toBeTypeOf('object');
      else expect(error.message).toBeTypeOf('string');
    }
    // None of them is something that broke.
    expect(said.filter(({ error }) => error?.data.kind === 'internal')).toEqual([]);
  });
});

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const methods = [
  ...['command/exec', 'command/exec/write', 'command/exec/resize', 'command/exec/terminate', 'command/read'],
  ...[
    'process/start',
    'process/read',
    'process/write',
    'process/signal',
    'process/terminate',
    'command/list',
  ],
  ...[
    'session/open',
    'session/write',
    'session/list',
    'session/terminate',
    'changeSet/diff',
    'changeSet/commit',
  ],
  ...['initialize', 'initialized', 'nonesuch', '', '__proto__', 'constructor', 'toString'],
];
const odd: readonly unknown[] = [
  ...[null, 0, -1, 1e300, '', 'x\0y', [], {}, true, '\ud800', 'é'.repeat(300), 'ln a b'],
  ...[['ln', 'a'], [1], [''], { type: 'readOnly' }, { type: 'dangerFullAccess' }, { rows: 1, cols: 1 }],
];
const fields = [
  ...[
    'command',
    'argv',
    'processId',
    'tty',
    'size',
    'streamStdin',
    'cwd',
    'env',
    'timeoutMs',
    'writeId',
    'chunk',
  ],
  ...[
    'afterSeq',
    'maxBytes',
    'sessionId',
    'chars',
    'changeSetId',
    'only',
    'sandboxPolicy',
    '__proto__',
    'decision',
  ],
];

function hostileLine(random: (below: number) => number): Buffer | string {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  switch (random(7)) {
    case 0:
      return Buffer.from(Array.from({ length: random(40) }, () => random(256)).filter((byte) => byte !== 10));
    case 1:
      return '['.repeat(random(2_000));
    case 2:
      return JSON.stringify({
        jsonrpc: pick(['2.0', '1.0', 2]),
        id: pick(odd),
        method: pick(methods),
        params: pick(odd),
      });
    case 3:
      return JSON.stringify(pick(odd));
    case 4:
      return JSON.stringify({
        jsonrpc: '2.0',
        id: pick([...odd, 'ask-1']),
        result: pick(odd),
        error: pick(odd),
      });
    case 5: {
      const text = JSON.stringify({ id: random(99), method: pick(methods), params: { processId: 'p' } });
      return text.slice(0, random(text.length + 1));
    }
    default: {
      const some = Array.from({ length: random(5) }, () => [pick(fields), pick(odd)] as const);
      return JSON.stringify({
        jsonrpc: '2.0',
        id: random(1e6),
        method: pick(methods),
        params: Object.fromEntries(some),
      });
    }
  }
}
