// Ordinary work that must go on inside the sandbox. Each tool is a script of its own, in a fresh directory of the
// workspace, and has to exit 0; those without `beyond` are the 25 the published figures of other sandboxes count.
export interface ToolRow {
  readonly name: `ok.${string}`;
  readonly says: string;
  readonly script: string;
  readonly beyond?: true;
  /** Needs a loopback, a /dev/shm, terminals or Unix sockets of the sandbox's own, which only namespaces can give. */
  readonly needsNamespaces?: true;
}

const python = (text: string): string => `exec python3 - <<'END'\n${text}\nEND`;
const node = (text: string): string => `exec node - <<'END'\n${text}\nEND`;
const git = 'git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main';

const ordinary: readonly ToolRow[] = [
  {
    name: 'ok.write_ws',
    says: 'writes in the workspace',
    script: 'echo hi > file && test "$(cat file)" = hi',
  },
  {
    name: 'ok.rename_across_ws_dirs',
    says: 'renames across directories',
    script: 'mkdir a b && echo x > a/f && mv a/f b/g && ln b/g a/h && test -s a/h',
  },
  { name: 'ok.write_dev_null', says: 'writes to /dev/null', script: 'echo x > /dev/null' },
  {
    name: 'ok.read_urandom_zero',
    says: 'reads /dev/urandom and /dev/zero',
    script: 'test "$(head -c 8 /dev/urandom | wc -c)" = 8 && head -c 8 /dev/zero | cmp -n 8 - /dev/zero',
  },
  {
    name: 'ok.dev_stdout_stderr',
    says: 'writes to /dev/stdout and /dev/stderr',
    script: 'echo x > /dev/stdout && echo y > /dev/stderr && echo z | tee /dev/stderr > /dev/null',
  },
  {
    name: 'ok.openpty',
    says: 'opens a pseudo-terminal',
    needsNamespaces: true,
    script: python(`import os, pty
pid, fd = pty.fork()
if pid == 0:
    os.execvp('sh', ['sh', '-c', 'test -t 0 && tty && stty size && echo fine'])
text = b''
while True:
    try:
        more = os.read(fd, 1024)
    except OSError:
        break
    if not more:
        break
    text += more
os.waitpid(pid, 0)
assert b'fine' in text, text`),
  },
  {
    name: 'ok.py_multiprocessing_lock',
    says: 'uses Python’s multiprocessing locks',
    needsNamespaces: true,
    script: python(`import multiprocessing as m
with m.Lock():
    pass
with m.get_context('fork').Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]`),
  },
  {
    name: 'ok.py_mp_forkserver',
    says: 'uses Python’s forkserver',
    needsNamespaces: true,
    script: `cat > job.py <<'END'
import multiprocessing as m
if __name__ == '__main__':
    m.set_start_method('forkserver')
    with m.Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]
END
exec python3 job.py`,
  },
  {
    name: 'ok.unix_socketpair',
    says: 'talks over a socket pair',
    script: python(`import socket
a, b = socket.socketpair()
a.sendall(b'x')
assert b.recv(1) == b'x'
a.getsockname(); a.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
a.shutdown(socket.SHUT_RDWR)`),
  },
  {
    name: 'ok.unix_socketpair_scm',
    says: 'passes a descriptor over a socket pair',
    script: python(`import array, os, socket
a, b = socket.socketpair()
r, w = os.pipe()
a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [w]))])
_, extra, _, _ = b.recvmsg(1, 64)
os.write(array.array('i', extra[0][2][:4])[0], b'y')
assert os.read(r, 1) == b'y'`),
  },
  {
    name: 'ok.unix_bind_listen_own',
    says: 'listens on a Unix socket of its own',
    needsNamespaces: true,
    script: python(`import socket
server = socket.socket(socket.AF_UNIX)
server.bind('own.sock')
server.listen(1)
client = socket.socket(socket.AF_UNIX)
client.connect('own.sock')
client.sendall(b'x')
peer, _ = server.accept()
assert peer.recv(1) == b'x'`),
  },
  {
    name: 'ok.loopback_own_server',
    says: 'serves and connects on its own loopback',
    needsNamespaces: true,
    script: python(`import socket
server = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(server.getsockname())
peer, _ = server.accept()
client.sendall(b'x')
assert peer.recv(1) == b'x'`),
  },
  { name: 'ok.node_starts', says: 'starts Node', script: 'test "$(node -p 1+1)" = 2' },
  {
    name: 'ok.node_spawnSync',
    says: 'starts a program from Node and waits',
    script: node(`const { spawnSync, execFileSync } = require('node:child_process');
const run = spawnSync('cat', { input: 'hello', encoding: 'utf8' });
if (run.error || run.stdout !== 'hello') throw run.error ?? new Error(run.stdout);
if (execFileSync('echo', ['x'], { encoding: 'utf8' }) !== 'x\\n') throw new Error('echo');`),
  },
  { name: 'ok.git_status', says: 'asks git for the status', script: 'cd "$WORKSPACE" && git status --short' },
  {
    name: 'ok.git_commit',
    says: 'commits with git in the workspace’s own repository',
    script: `cd "$WORKSPACE" && echo x > tracked && ${git} add tracked && ${git} commit -q -m one && ${git} log --oneline | grep -q one`,
  },
  {
    name: 'ok.inotify_ws',
    says: 'watches a directory of the workspace',
    script: python(`import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
fd = libc.inotify_init1(0)
assert libc.inotify_add_watch(fd, b'.', 0x100) >= 0
open('fresh', 'w').close()
assert b'fresh' in os.read(fd, 4096)`),
  },
  {
    name: 'ok.mktemp_default',
    says: 'makes a temporary file',
    script: 'f=$(mktemp) && echo x > "$f" && rm "$f"',
  },
  {
    name: 'ok.bash_heredoc_psub',
    says: 'uses heredocs and process substitution',
    script: 'cat <<< "here" | grep -q here && diff <(echo a) <(echo a) && echo x > >(cat > /dev/null)',
  },
  { name: 'ok.ps_works', says: 'lists its own processes', script: 'ps -e -o pid= | grep -qw $$' },
  {
    name: 'ok.getaddrinfo_localhost',
    says: 'resolves localhost',
    script: python(`import socket\nassert socket.getaddrinfo('localhost', 80)`),
  },
  {
    name: 'ok.if_nametoindex_lo',
    says: 'asks for an interface’s number',
    needsNamespaces: true,
    script: python(`import socket\nassert socket.if_nametoindex('lo') > 0`),
  },
  {
    name: 'ok.getifaddrs',
    says: 'lists interfaces',
    script: node(`require('node:os').networkInterfaces();`),
  },
  {
    name: 'ok.chmod_in_ws',
    says: 'changes modes and times in the workspace',
    script: 'touch f && chmod 700 f && touch -d @1 f',
  },
  { name: 'ok.exit_code_7', says: 'passes an exit status on', script: 'exit 7' },
];

const further: readonly ToolRow[] = [
  {
    name: 'ok.node_async_spawn',
    says: 'starts programs and threads from Node without waiting',
    script: node(`const { spawn, exec } = require('node:child_process');
const { Worker } = require('node:worker_threads');
const end = (child) => new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
(async () => {
  const statuses = await Promise.all([end(spawn('true')), end(exec('echo x | cat'))]);
  if (statuses.some((status) => status !== 0)) throw new Error(String(statuses));
  const worker = new Worker('require("worker_threads").parentPort.postMessage(1)', { eval: true });
  if ((await new Promise((resolve) => worker.once('message', resolve))) !== 1) throw new Error('worker');
  await worker.terminate();
  await new Promise((resolve) => require('node:fs').writeFile('async', 'x', resolve));
})().catch((error) => { console.error(error); process.exit(1); });`),
  },
  {
    name: 'ok.node_http_own_server',
    says: 'serves HTTP to itself from Node',
    needsNamespaces: true,
    script: node(`const http = require('node:http');
const server = http.createServer((_, answer) => answer.end('fine')).listen(0, '127.0.0.1', async () => {
  const text = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
  process.exit(text === 'fine' ? 0 : 1);
});`),
  },
  {
    name: 'ok.npm_install_tarball',
    says: 'installs a package from a tarball with npm',
    script: `mkdir -p package app && echo '{"name":"dep","version":"1.0.0","main":"i.js","scripts":{"install":"node -p 1 > built"}}' > package/package.json &&
echo 'module.exports = 42' > package/i.js && tar czf dep.tgz package && cd app && echo '{"name":"app","version":"1.0.0"}' > package.json &&
npm install --offline --no-audit --no-fund --silent ../dep.tgz && test "$(node -p 'require("dep")')" = 42 && test -s node_modules/dep/built`,
  },
  {
    name: 'ok.make_cc',
    says: 'builds and runs a C program with make',
    script: `printf '#include <stdio.h>\\nint main(void){return puts("built")<0;}\\n' > hello.c && make -s hello && ./hello | grep -q built`,
  },
  {
    name: 'ok.git_clone_branch_stash',
    says: 'branches, stashes, merges, packs, clones and fetches with git in the workspace',
    script: `cd "$WORKSPACE" && echo 1 > f && ${git} add f && ${git} commit -q -m 1 && ${git} checkout -q -b side && echo 2 > f &&
${git} stash -q && ${git} stash pop -q && ${git} commit -q -am 2 && ${git} checkout -q main && ${git} merge -q side && ${git} tag v1 && ${git} gc -q &&
${git} rebase -q main && ${git} worktree list > /dev/null && ${git} cherry-pick --abort 2> /dev/null; test "$(cat f)" = 2`,
  },
  {
    name: 'ok.python_threads_sqlite_shm',
    says: 'uses threads, SQLite, subprocesses and shared memory in Python',
    needsNamespaces: true,
    script: python(`import os, sqlite3, subprocess, tempfile, threading
from multiprocessing import shared_memory
with tempfile.TemporaryDirectory() as place:
    base = sqlite3.connect(os.path.join(place, 'x.db'))
    base.execute('create table t (a)'); base.execute('insert into t values (1)'); base.commit()
    assert base.execute('select a from t').fetchone() == (1,)
t = threading.Thread(target=lambda: None); t.start(); t.join()
assert subprocess.run(['cat'], input=b'x', capture_output=True).stdout == b'x'
m = shared_memory.SharedMemory(create=True, size=64); m.close(); m.unlink()`),
  },
  {
    name: 'ok.strace_own_child',
    says: 'traces a child of its own where a tracer is installed',
    script: 'command -v strace > /dev/null || exit 0; strace -o trace true && test -s trace',
  },
  {
    name: 'ok.tar_find_xargs_sed',
    says: 'archives, finds and edits files',
    script:
      'mkdir -p d/e && echo abc > d/e/f && tar czf d.tgz d && rm -r d && tar xzf d.tgz && find d -type f -print0 | xargs -0 sed -i s/abc/xyz/ && grep -q xyz d/e/f',
  },
  {
    name: 'ok.job_control_and_wait',
    says: 'runs background jobs, waits and signals itself',
    script:
      'sleep 0.02 & p=$!; (exit 3) & q=$!; wait $p; wait $q; test $? = 3 && (trap "exit 5" TERM; kill -TERM $BASHPID; sleep 1); test $? = 5',
  },
  {
    name: 'ok.mkfifo_between_processes',
    says: 'talks over a FIFO',
    script: 'mkfifo p && (echo through > p &) && test "$(cat p)" = through',
  },
  {
    name: 'ok.lock_files',
    says: 'locks files of its own',
    script: `flock lock -c true && ${python(`import fcntl\nf = open('l', 'w')\nfcntl.lockf(f, fcntl.LOCK_EX)`)}`,
  },
  {
    name: 'ok.read_proc_files',
    says: 'reads the /proc files that runtimes read',
    script:
      'cat /proc/cpuinfo /proc/meminfo /proc/self/status /proc/self/maps /proc/stat /proc/loadavg /proc/version > /dev/null && nproc > /dev/null && test -n "$(uname -a)" && df . > /dev/null && id > /dev/null',
  },
];

export const toolRows: readonly ToolRow[] = [
  ...ordinary,
  ...further.map((row): ToolRow => ({ ...row, beyond: true })),
];

/** The exit status that counts as working. */
export function wantedStatus(row: ToolRow): number {
  return row.name === 'ok.exit_code_7' ? 7 : 0;
}

/** One program that runs every tool and prints `NAME TAB STATUS` for each; what tools say goes to `NAME.log`. */
export function toolScript(rows: readonly ToolRow[]): string {
  const steps = rows.map(
    ({ name, script }) =>
      `mkdir -p "tools/${name}" && (cd "tools/${name}" && timeout 30 bash -c ${quote(script)} > "../${name}.log" 2>&1); printf '%s\\t%s\\n' '${name}' $?`,
  );
  return steps.join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
