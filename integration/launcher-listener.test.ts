// The door for a service outside: one listener inside the private network, asked for by the host and held by the host.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeStart, startFrame } from '../src/launcher/launcher-frames.ts';
import type { LauncherPolicy } from '../src/launcher/launcher-policy.ts';
import {
  hasFullSandbox,
  compileFixture,
  launch,
  launcher,
  makeDirectory,
  removeDirectory,
  workspaceWrite,
} from './support/launcher-rig.ts';

const hasSandbox = await hasFullSandbox();
const fixture = fileURLToPath(new URL('fixtures/answers-inside.py', import.meta.url));

interface Heard {
  readonly status: number;
  readonly frames: readonly string[];
  readonly descriptors: number;
  readonly failure: string | null;
  readonly port: number | null;
  readonly stdout: string;
}

function serve(policy: LauncherPolicy, channel: 'unix' | 'tcp' = 'unix'): Heard {
  const ran = spawnSync('python3', [fixture, launcher, channel], {
    input: startFrame(encodeStart(policy)),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (ran.stdout === '') throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Heard;
}

describe.skipIf(!hasSandbox)('a listener inside the sandbox', () => {
  let root: string;
  beforeEach(() => {
    root = makeDirectory();
  });
  afterEach(() => {
    removeDirectory(root);
  });

  const dial = (port: number): readonly [string, ...string[]] => [
    'python3',
    '-c',
    `import socket\ntry: print(socket.create_connection(("127.0.0.1", ${String(port)}), 5).recv(99).decode().strip())\nexcept OSError as error: print(type(error).__name__)`,
  ];

  it('leads to whoever holds its descriptor outside', () => {
    expect(serve(workspaceWrite(root, dial(3128), { listener: { port: 3128 } }))).toEqual({
      status: 0,
      frames: ['hello', 'listening', 'started', 'exited', 'gone'],
      descriptors: 1,
      failure: null,
      port: 3128,
      stdout: 'from outside\n',
    });
  });

  it('takes a free port when it may choose, and says which', () => {
    const { port, descriptors } = serve(workspaceWrite(root, ['true'], { listener: { port: 0 } }));
    expect({ isPort: (port ?? 0) > 1023, descriptors }).toEqual({ isPort: true, descriptors: 1 });
  });

  it('is not there unless it was asked for', () => {
    const { frames, descriptors, stdout } = serve(workspaceWrite(root, dial(3128)));
    expect({ frames, descriptors, stdout }).toEqual({
      frames: ['hello', 'started', 'exited', 'gone'],
      descriptors: 0,
      stdout: 'ConnectionRefusedError\n',
    });
  });

  it('answers nobody when the host did not take the descriptor', async () => {
    // Node's sockets drop it.
    const end = await launch(workspaceWrite(root, dial(3128), { listener: { port: 3128 } })).end;
    expect([end.frames[1], end.stdout]).toEqual([
      { kind: 'listening', port: 3128 },
      'ConnectionRefusedError\n',
    ]);
  });

  it('is no way to anything else outside', () => {
    expect(serve(workspaceWrite(root, dial(3129), { listener: { port: 3128 } })).stdout).toBe(
      'ConnectionRefusedError\n',
    );
  });

  it('needs a channel that carries descriptors: without, nothing runs', () => {
    expect(serve(workspaceWrite(root, ['touch', 'ran'], { listener: { port: 3128 } }), 'tcp')).toMatchObject({
      status: 125,
      frames: ['hello', 'failed'],
      failure: 'Cannot pass the listener to the host: the control channel carries no descriptors',
    });
    expect(existsSync(`${root}/ran`)).toBe(false);
  });

  it('is refused beside the network of the host', () => {
    expect(serve(workspaceWrite(root, ['true'], { listener: { port: 0 }, network: 'full' }))).toMatchObject({
      status: 125,
      failure: 'Cannot read the policy: a listener is asked for without a private network',
    });
  });

  it('is refused where there is no private network, even when less is enough', async ({ skip }) => {
    const tools = makeDirectory();
    try {
      const deny = compileFixture('deny-calls', tools);
      if (deny === undefined) skip();
      const policy = workspaceWrite(root, ['true'], { listener: { port: 0 }, require: 'best-effort' });
      const end = await launch(policy, { wrapper: [deny ?? '', 'namespaces', '--'] }).end;
      expect(end.status).toBe(125);
      expect(end.frames.at(-1)).toMatchObject({ kind: 'failed', failure: { stage: 'sandbox' } });
    } finally {
      removeDirectory(tools);
    }
  });
});
