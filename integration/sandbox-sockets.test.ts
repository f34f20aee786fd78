// Unix sockets in the file system: those of a program outside do not hear of a command that knocks, and a command's own
// work as ever, also when the network is shared with everybody.
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hasFullSandbox,
  launch,
  type LaunchEnd,
  makeDirectory,
  removeDirectory,
  sh,
  workspaceWrite,
} from './support/launcher-rig.ts';

const users = process.getuid?.() === 0 ? [0, 65_534] : [process.getuid?.() ?? 0];

const client = `import socket, sys
for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    for path in sys.argv[1:]:
        c = socket.socket(socket.AF_UNIX, kind)
        try:
            c.connect(path)
            print(path.split('/')[-1], c.recv(5).decode())
        except OSError as problem:
            print(path.split('/')[-1], problem.errno)
`;

// A listener of another process of the sandbox, and one whose process is gone.
const server = `import socket, os, sys
def listen(path, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind); s.bind(path); s.listen(16); return s
stale = listen('stale'); stale.close()
live, packets = listen('live'), listen('packets', socket.SOCK_SEQPACKET)
bound = socket.socket(socket.AF_UNIX); bound.bind('bound')
os.rename('live', 'renamed')
if os.fork() == 0:
    os.execvp('python3', ['python3', 'client.py', 'renamed', 'packets', 'stale', 'bound', os.getcwd() + '/renamed'])
for s in (live, live, packets):
    c, _ = s.accept(); c.sendall(b'hello'); c.close()
os.wait()
`;

describe.skipIf(!(await hasFullSandbox()))('a socket in the file system', () => {
  let root: string;
  let server_: Server | undefined;
  beforeEach(() => {
    root = makeDirectory();
    writeFileSync(join(root, 'client.py'), client);
    writeFileSync(join(root, 'server.py'), server);
  });
  afterEach(async () => {
    await new Promise((resolve) => (server_ === undefined ? resolve(undefined) : server_.close(resolve)));
    server_ = undefined;
    removeDirectory(root);
  });

  async function run(uid: number, script: string, network: 'none' | 'full'): Promise<LaunchEnd> {
    const wish = uid === process.getuid?.() ? {} : { uid };
    return await launch(workspaceWrite(root, sh(script), { network }), wish).end;
  }

  for (const uid of users)
    for (const network of ['none', 'full'] as const) {
      it(`of a program outside hears nothing of a command, as uid ${String(uid)}, network ${network}`, async () => {
        let heard = 0;
        const outside = createServer((peer) => {
          heard += 1;
          peer.on('error', () => undefined).end('outer');
        });
        server_ = outside;
        await new Promise<void>((resolve) => outside.listen(join(root, 'theirs'), resolve));
        chmodSync(join(root, 'theirs'), 0o777);
        if (uid !== 0) for (const name of ['', 'theirs']) chownSync(join(root, name), uid, uid);
        const script = `python3 client.py theirs $PWD/theirs; ln -s theirs alias; mv theirs moved; python3 client.py alias moved; mv moved theirs`;
        const end = await run(uid, script, network);
        await new Promise((resolve) => outside.getConnections(resolve)); // what was accepted has been told by now
        expect([heard, end.status]).toEqual([0, 0]);
        // Permission denied; and where the link leads nowhere any more, no such file.
        expect(
          new Set(
            end.stdout
              .trim()
              .split('\n')
              .map((line) => line.split(' ')[1]),
          ),
        ).toEqual(new Set(['13', '2']));
      });

      it(`of its own answers a command, as uid ${String(uid)}, network ${network}`, async () => {
        if (uid !== 0) chownSync(root, uid, uid);
        const end = await run(uid, 'python3 server.py', network);
        expect(end.stdout.trim().split('\n')).toEqual([
          'renamed hello',
          'packets 91', // of another kind
          'stale 111',
          'bound 111',
          'renamed hello',
          'renamed 91',
          'packets hello',
          'stale 111',
          'bound 91',
          'renamed 91',
        ]);
      });
    }
});
