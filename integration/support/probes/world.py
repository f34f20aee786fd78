"""The world outside the sandbox: builds everything the probes aim at, is the process they aim at, and says afterwards
what really changed. Speaks JSON lines: one `ready` line at start, one `report` line for each line on stdin.

usage: world.py ARENA NONCE victim-argument-SECRET     (environment: VICTIM_SECRET, SETUID_PROGRAM,
PROBES_WITH_OUTSIDE, PROBES_WITH_ROOT: JSON lists of probe names)
"""

import array
import ctypes
import errno
import fcntl
import hashlib
import json
import os
import pty
import resource
import selectors
import shutil
import signal
import socket
import stat
import struct
import sys

ARENA, NONCE = sys.argv[1], sys.argv[2]
# Known to the outside alone: whoever can show it has really read it.
SECRET = os.environ["VICTIM_SECRET"]
libc = ctypes.CDLL(None, use_errno=True)
effects = set()
settings = {"arena": ARENA, "nonce": NONCE, "victim_pid": os.getpid()}
notes = []


def at(*parts):
    return os.path.join(ARENA, *parts)


def put(path, text="original\n", mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf8") as file:
        file.write(text)
    os.chmod(path, mode)


def put_repository(path):
    put(os.path.join(path, "HEAD"), "ref: refs/heads/main\n")
    put(os.path.join(path, "config"), "[core]\n\trepositoryformatversion = 0\n")
    put(os.path.join(path, "hooks", "kept"), "kept\n", 0o755)
    os.makedirs(os.path.join(path, "objects"), exist_ok=True)
    os.makedirs(os.path.join(path, "refs", "heads"), exist_ok=True)


# --- what each file probe aims at, and which paths are its effect -------------------------------------------------

# Every probe of these groups has OUTSIDE/<name>/target; whatever happens below OUTSIDE/<name> is its effect.
OUTSIDE = json.loads(os.environ["PROBES_WITH_OUTSIDE"])
ROOTS = json.loads(os.environ["PROBES_WITH_ROOT"])

WATCHED = {
    "fs.write_HOME_rc": ["home/.bashrc"],
    "prot.git_hooks_create": ["ws/.git/hooks/pre-commit"],
    "prot.git_config_append": ["ws/.git/config"],
    "prot.git_config_lock_rename": ["ws/.git/config"],
    "prot.git_config_chmod": ["ws/.git/config"],
    "prot.git_hooks_unlink": ["ws/.git/hooks/kept"],
    "prot.git_worktree_gitdir_write": ["ws/.git/worktrees/wt/gitdir"],
    "prot.git_worktree_commondir_write": ["ws/.git/worktrees/wt/commondir"],
    "prot.git_modules_hooks_create": ["ws/.git/modules/sub/hooks"],
    "prot.git_modules_config_append": ["ws/.git/modules/sub/config"],
    "prot.dotcodex_create_missing": ["ws/.codex"],
    "prot.dotcordon_create_missing": ["ws/.cordon"],
    "prot.dotagents_write": ["ws/.agents"],
    "prot.dotclaude_commands": ["ws/.claude"],
    "prot.vscode_tasks": ["ws/.vscode/tasks.json"],
    "prot.mcp_json": ["ws/.mcp.json"],
    "prot.envrc_file": ["ws/.envrc"],
    "prot.root_dir_rename": ["roots/moved"],
    "prot.profile_in_root": ["roots/prot.bashrc_in_root/.profile"],
    "leak.denied_by_rename": ["home/.ssh"],
    "unix.bind_outside": ["run/planted.sock"],
}
# What matters of a root of one's own: the name another program will trust.
ROOT_WATCH = {
    "prot.git_dir_rename_away": [".git/config"],
    "prot.git_hooks_dir_swap": [".git/hooks"],
    "prot.parent_of_nested_git_rename": ["sub/.git/config"],
    "prot.nested_git_config": ["a/b/.git/config"],
    "prot.nested_git_hooks": ["a/b/.git/hooks"],
    "prot.gitfile_pointer_nested": ["fresh/.git"],
    "prot.gitfile_existing_overwrite": ["linked/.git"],
    "prot.gitfile_existing_replace": ["linked/.git"],
    "prot.bare_repo_in_root": ["bare"],
    "prot.bare_repo_existing_config": ["store.git/config"],
    "prot.bare_repo_existing_hooks": ["store.git/hooks"],
    "prot.git_worktree_config_create": [".git/config.worktree"],
    "prot.git_commondir_create": [".git/commondir"],
    "prot.git_symlink_target": ["real-git/config"],
    "prot.envrc_existing": [".envrc"],
    "prot.envrc_unlink_recreate": [".envrc"],
    "prot.missing_by_rename": [".envrc"],
    "prot.missing_by_link": [".envrc"],
    "prot.missing_by_symlink": [".mcp.json"],
    "prot.missing_by_dir_rename": [".codex"],
    "prot.bashrc_in_root": [".bashrc"],
    "prot.git_missing_create_dir": [".git"],
    "prot.git_missing_create_file": [".git"],
    "prot.git_missing_rename": [".git"],
}


def build_roots():
    for name in ROOTS:
        root = at("roots", name)
        os.makedirs(root)
        if name in ("prot.git_dir_rename_away", "prot.git_hooks_dir_swap", "prot.git_worktree_config_create", "prot.git_commondir_create"):
            put_repository(os.path.join(root, ".git"))
        if name == "prot.parent_of_nested_git_rename":
            put_repository(os.path.join(root, "sub", ".git"))
        if name.startswith("prot.nested_git"):
            put_repository(os.path.join(root, "a", "b", ".git"))
        if name.startswith("prot.gitfile_existing"):
            put_repository(os.path.join(root, "repository"))
            put(os.path.join(root, "linked", ".git"), "gitdir: ../repository\n")
        if name.startswith("prot.bare_repo_existing"):
            put_repository(os.path.join(root, "store.git"))
        if name == "prot.git_symlink_target":
            put_repository(os.path.join(root, "real-git"))
            os.symlink("real-git", os.path.join(root, ".git"))
        if name == "prot.bashrc_in_root":
            put(os.path.join(root, ".profile"), "# start-up\n")
        if name.startswith("prot.envrc_"):
            put(os.path.join(root, ".envrc"), "export A=1\n")
        for leaf in ROOT_WATCH.get(name, []):
            WATCHED.setdefault(name, []).append(os.path.join("roots", name, leaf))


def build_outside():
    for name in OUTSIDE:
        target = at("outside", name, "target")
        put(target, "secret-of-%s-%s\n" % (name, SECRET) if name.startswith("leak.") else "original\n")
        try:
            os.setxattr(target, "user.kept", b"1")
        except OSError:
            pass
        WATCHED.setdefault(name, []).append(os.path.join("outside", name))
    os.mkdir(at("outside", "fs.rmdir_outside", "empty"))
    put(at("outside", "leak.list_outside_dir", "listed-" + SECRET))
    os.symlink(at("outside", "fs.symlink_preexisting_dir"), at("ws", "fs.symlink_preexisting_dir.dirlink"))
    os.link(at("outside", "fs.hardlink_preexisting", "target"), at("ws", "fs.hardlink_preexisting.hard"))


def build_home():
    put(at("home", ".bashrc"), "# start-up\n")
    put(at("home", ".ssh", "id_ed25519"), "ssh-%s\n" % SECRET, 0o600)
    put(at("home", ".aws", "credentials"), "aws-%s\n" % SECRET, 0o600)
    try:
        os.setxattr(at("home", ".ssh", "id_ed25519"), "user.secret", ("xattr-%s" % SECRET).encode())
    except OSError:
        pass


def build_workspace():
    put_repository(at("ws", ".git"))
    put(at("ws", ".git", "worktrees", "wt", "gitdir"), "/elsewhere/.git\n")
    put(at("ws", ".git", "worktrees", "wt", "commondir"), "../..\n")
    put(at("ws", ".git", "worktrees", "wt", "HEAD"), "ref: refs/heads/wt\n")
    put_repository(at("ws", ".git", "modules", "sub"))
    put(at("ws", ".agents", "kept"), "kept\n")
    put(at("ws", ".claude", "settings.json"), "{}\n")
    put(at("ws", ".vscode", "settings.json"), "{}\n")
    put(at("ws", ".env"), "dotenv-%s\n" % SECRET, 0o600)
    os.makedirs(at("ws", "sub"), exist_ok=True)


# --- fingerprints: ctime moves with any change of content or metadata ---------------------------------------------


def flags_of(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        return fcntl.ioctl(fd, 0x80086601, struct.pack("q", 0)).hex()
    except OSError:
        return None
    finally:
        os.close(fd)


def fingerprint(path):
    try:
        facts = os.lstat(path)
    except OSError as problem:
        return errno.errorcode.get(problem.errno)
    told = [stat.S_IFMT(facts.st_mode), facts.st_mode, facts.st_uid, facts.st_gid, facts.st_ino, facts.st_nlink]
    told += [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]
    if stat.S_ISLNK(facts.st_mode):
        told.append(os.readlink(path))
    if stat.S_ISREG(facts.st_mode):
        told.append(flags_of(path))
        try:
            with open(path, "rb") as file:
                told.append(hashlib.sha256(file.read(1 << 20)).hexdigest())
            told.append(sorted(os.listxattr(path)))
        except OSError:
            told.append("unreadable")
    if stat.S_ISDIR(facts.st_mode):
        told.append({name: fingerprint(os.path.join(path, name)) for name in sorted(os.listdir(path))})
    return told


# --- listeners -------------------------------------------------------------------------------------------------------

selector = selectors.DefaultSelector()


def received(data):
    for line in data.decode("utf8", "replace").splitlines():
        effects.add(line.strip())


def watch(sock, kind):
    sock.setblocking(False)
    selector.register(sock, selectors.EVENT_READ, kind)


def serve():
    """Handles what is pending; answers whether anything was."""
    busy = False
    for key, _ in selector.select(0.02):
        if key.data == "command":
            continue
        busy = True
        sock = key.fileobj
        try:
            if key.data == "accept":
                peer, _ = sock.accept()
                watch(peer, "stream")
            elif key.data == "give":
                peer, _ = sock.accept()
                given = os.open(at("outside", "unix.scm_rights_rw_fd", "target"), os.O_RDWR | os.O_APPEND)
                peer.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [given]))])
                os.close(given)
                peer.close()
            else:
                data = os.read(sock, 4096) if isinstance(sock, int) else sock.recv(4096)
                if data:
                    received(data)
                else:
                    selector.unregister(sock)
        except OSError:
            if key.data == "stream":
                selector.unregister(sock)
    return busy


def listen_on(family, address, kind=socket.SOCK_STREAM, role="accept", options=()):
    sock = socket.socket(family, kind)
    for level, option, value in options:
        try:
            sock.setsockopt(level, option, value)
        except OSError:
            pass
    try:
        sock.bind(address)
    except OSError as problem:
        notes.append("cannot bind %r: %s" % (address, problem))
        return 0
    if kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        sock.listen(64)
    else:
        role = "datagram"
    watch(sock, role)
    name = sock.getsockname()
    return name[1] if isinstance(name, tuple) else 0


def own_address():
    """An address of this host that is not loopback, if it has one; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))
            return sock.getsockname()[0]
        except OSError:
            return "127.0.0.3"


def open_listeners():
    fast = [(socket.IPPROTO_TCP, 23, 8)]
    settings["tcp4_port"] = listen_on(socket.AF_INET, ("127.0.0.1", 0), options=fast)
    settings["tcp_any_port"] = listen_on(socket.AF_INET, ("0.0.0.0", 0))
    settings["tcp6_port"] = listen_on(socket.AF_INET6, ("::1", 0))
    settings["udp4_port"] = listen_on(socket.AF_INET, ("0.0.0.0", 0), socket.SOCK_DGRAM)
    settings["udp6_port"] = listen_on(socket.AF_INET6, ("::1", 0), socket.SOCK_DGRAM)
    settings["dns_port"] = listen_on(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM)
    settings["host_address"] = own_address()
    for path in ("run/listener.sock", "run/docker.sock", "run/bus.sock", "run/agent.sock", "tmp/listener.sock", "ws/listener.sock"):
        listen_on(socket.AF_UNIX, at(path))
    listen_on(socket.AF_UNIX, at("run/giver.sock"), role="give")
    listen_on(socket.AF_UNIX, at("run/datagram.sock"), socket.SOCK_DGRAM)
    listen_on(socket.AF_UNIX, at("run/seqpacket.sock"), socket.SOCK_SEQPACKET)
    listen_on(socket.AF_UNIX, "\0" + NONCE)
    master, slave = pty.openpty()
    settings["other_pts"] = os.ttyname(slave)
    os.set_blocking(master, False)
    selector.register(master, selectors.EVENT_READ, "terminal")


# --- the victim ------------------------------------------------------------------------------------------------------

SIGNALS = {
    signal.SIGUSR1: "proc.kill_outside",
    signal.SIGUSR2: "proc.tgkill_outside",
    signal.SIGRTMIN + 1: "proc.pidfd_send_signal",
    signal.SIGRTMIN + 2: "proc.fcntl_setown_sigio",
    signal.SIGRTMIN + 3: "proc.pidfd_from_proc_dir",
    signal.SIGRTMIN + 4: "proc.sigqueue_outside",
}
secret_in_memory = ctypes.create_string_buffer(b"memory-" + SECRET.encode())
buffers = [ctypes.create_string_buffer(b"x" * 64) for _ in range(2)]


def own(path):
    with open("/proc/self/" + path, encoding="utf8") as file:
        return file.read()


def victim_state():
    return {
        "proc.prlimit_outside": resource.getrlimit(resource.RLIMIT_NOFILE),
        "proc.setpriority_outside": os.getpriority(os.PRIO_PROCESS, 0),
        "proc.sched_setaffinity_outside": sorted(os.sched_getaffinity(0)),
        "proc.sched_setscheduler_outside": os.sched_getscheduler(0),
        "proc.ioprio_outside": libc.syscall(IOPRIO_GET, 1, 0),
        "proc.oom_score_adj_write": own("oom_score_adj"),
        "proc.timerslack_write": own("timerslack_ns"),
        "proc.coredump_filter_write": own("coredump_filter"),
        "proc.vm_writev_outside": buffers[0].raw,
        "proc.mem_write_outside": buffers[1].raw,
    }


MACHINE = os.uname().machine
IOPRIO_GET = {"x86_64": 252}.get(MACHINE, 31)
ADD_KEY, KEYCTL = {"x86_64": (248, 250)}.get(MACHINE, (217, 219))


def become_victim():
    libc.prctl(15, ("w-%s" % SECRET)[:15].encode(), 0, 0, 0)
    libc.prctl(0x59616D61, ctypes.c_ulong(-1 & 0xFFFFFFFFFFFFFFFF), 0, 0, 0)  # Yama: any of the same user may trace
    for number, name in SIGNALS.items():
        signal.signal(number, lambda _number, _frame, name=name: effects.add(name))
    settings["victim_rw_fd"] = os.open(at("outside", "fs.proc_outpid_fd_write", "target"), os.O_RDWR | os.O_APPEND)
    settings["victim_secret_address"] = ctypes.addressof(secret_in_memory)
    settings["victim_buffer_1"] = ctypes.addressof(buffers[0])
    settings["victim_buffer_2"] = ctypes.addressof(buffers[1])
    settings["first_cpu"] = min(os.sched_getaffinity(0))
    os.chdir(at("outside"))


# --- channels without a path ---------------------------------------------------------------------------------------

librt = ctypes.CDLL("librt.so.1", use_errno=True)
KEY = int(NONCE[:7], 16)
ipc = {}


def open_channels():
    libc.shmat.restype = ctypes.c_void_p
    settings["shm_key"], settings["msg_key"], settings["sem_key"] = KEY, KEY + 1, KEY + 2
    ipc["shm"] = libc.shmget(KEY, 4096, 0o1600)
    settings["shm_id"] = ipc["shm"]
    ipc["at"] = libc.shmat(ipc["shm"], None, 0)
    ctypes.memset(ipc["at"], 0, 64)
    ipc["msg"] = libc.msgget(KEY + 1, 0o1600)
    ipc["sem"] = libc.semget(KEY + 2, 1, 0o1600)

    class Attributes(ctypes.Structure):
        _fields_ = [("flags", ctypes.c_long), ("most", ctypes.c_long), ("size", ctypes.c_long), ("now", ctypes.c_long), ("spare", ctypes.c_long * 4)]

    ipc["queue"] = librt.mq_open(("/" + NONCE).encode(), os.O_CREAT | os.O_RDWR | os.O_NONBLOCK, 0o600, ctypes.byref(Attributes(0, 4, 64, 0)))
    for name in (NONCE, NONCE + ".gone"):
        try:
            put("/dev/shm/" + name)
        except OSError as problem:
            notes.append("no /dev/shm: %s" % problem)
    payload = ("keyring-" + SECRET).encode()
    ipc["key"] = libc.syscall(ADD_KEY, b"user", NONCE.encode(), payload, len(payload), -4)


def channel_effects():
    if ipc["at"] and ctypes.string_at(ipc["at"], 7) == b"changed":
        effects.add("ipc.sysv_shm_write")
    if ipc["at"] and ctypes.string_at(ipc["at"] + 16, 7) == b"changed":
        effects.add("ipc.sysv_shm_by_id")
    box = ctypes.create_string_buffer(64)
    if ipc["msg"] >= 0 and libc.msgrcv(ipc["msg"], box, 8, 0, 0o4000) >= 0:
        effects.add("ipc.sysv_msg_send")
    if ipc["sem"] >= 0 and libc.semctl(ipc["sem"], 0, 12) > 0:
        effects.add("ipc.sysv_sem_op")
    if ipc["queue"] >= 0 and librt.mq_receive(ipc["queue"], box, 64, None) >= 0:
        effects.add("ipc.posix_mq_open")
    if fingerprint("/dev/shm/" + NONCE) != ipc.get("shm_print"):
        effects.add("ipc.dev_shm_write_existing")
    if os.path.exists("/dev/shm/" + NONCE + ".made"):
        effects.add("ipc.dev_shm_create")
    if not os.path.exists("/dev/shm/" + NONCE + ".gone"):
        effects.add("ipc.dev_shm_unlink")
    if libc.syscall(KEYCTL, 10, -4, b"user", (NONCE + ".made").encode(), 0) >= 0:
        effects.add("ipc.keyring_add_user")


def close_channels():
    libc.shmctl(ipc["shm"], 0, None)
    libc.msgctl(ipc["msg"], 0, None)
    libc.semctl(ipc["sem"], 0, 0)
    librt.mq_unlink(("/" + NONCE).encode())
    librt.mq_unlink(("/" + NONCE + ".made").encode())
    for name in ("user", "user"):
        for suffix in ("", ".made"):
            key = libc.syscall(KEYCTL, 10, -4, name.encode(), (NONCE + suffix).encode(), 0)
            if key >= 0:
                libc.syscall(KEYCTL, 9, key, -4)
    for path in stray_paths():
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.path.exists(path) and os.unlink(path)


STRAYS = {
    "fs.write_slash_tmp": "/tmp/",
    "fs.write_var_tmp": "/var/tmp/",
    "fs.write_run": "/run/",
    "fs.write_etc": "/etc/",
    "fs.write_slash": "/",
}


def stray_paths():
    found = [directory + NONCE + "." + name for name, directory in STRAYS.items()]
    return found + ["/dev/shm/" + NONCE + suffix for suffix in ("", ".made", ".gone")]


def stray_effects():
    for name, directory in STRAYS.items():
        if os.path.exists(directory + NONCE + "." + name):
            effects.add(name)
    if os.path.exists(at("tmp", "fs.write_TMPDIR")):
        effects.add("fs.write_TMPDIR")


def setuid_effects():
    for name in ROOTS:
        if name.startswith("prot.setuid_"):
            try:
                if os.lstat(at("roots", name, "program")).st_mode & 0o4000:
                    effects.add(name)
            except OSError:
                pass


def leftovers():
    """Processes a command left behind, found by its marks: the nonce as a name, the arena in its environment, or the
    secret that only a launcher's own environment holds."""
    marks = [("PWD=" + ARENA).encode(), ("TMPDIR=" + ARENA).encode(), ("launcher-" + SECRET).encode()]
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        name, surroundings = contents(entry, "cmdline").split(b"\0")[0], contents(entry, "environ")
        if name.startswith(NONCE.encode() + b"-"):
            found.append({"pid": int(entry), "what": name.decode()[len(NONCE) + 1 :]})
        elif any(mark in surroundings for mark in marks):
            found.append({"pid": int(entry), "what": "stray " + name.decode("utf8", "replace")})
    return found


def contents(entry, leaf):
    try:
        with open("/proc/%s/%s" % (entry, leaf), "rb") as file:
            return file.read()
    except OSError:
        return b""


# --- the protocol ------------------------------------------------------------------------------------------------------


def report(order):
    while serve():
        pass
    for name, paths in WATCHED.items():
        for path in paths:
            if before[path] != fingerprint(at(path)):
                effects.add(name)
    now = victim_state()
    for name, value in state_before.items():
        if now[name] != value:
            effects.add(name)
    channel_effects()
    stray_effects()
    setuid_effects()
    for name, path in INSIDE_LEFT.items():
        if os.path.lexists(at(path)):
            effects.add(name)
    left = leftovers()
    if order.get("kill_leftovers"):
        for process in left:
            try:
                os.kill(process["pid"], signal.SIGKILL)
            except OSError:
                pass
    print(json.dumps({"effects": sorted(effects), "leftovers": left}), flush=True)


# Names that must not exist unless a probe made them: a placeholder left behind shows up here.
INSIDE_LEFT = {"placeholder:" + name: "ws/" + name for name in (".codex", ".cordon", ".mcp.json", ".envrc", ".vscode/tasks.json")}

os.umask(0o022)
for directory in ("outside", "home", "ws", "roots", "tmp", "run"):
    os.makedirs(at(directory))
build_outside()
build_home()
build_workspace()
build_roots()
open_listeners()
open_channels()
become_victim()
settings["setuid_program"] = os.environ.get("SETUID_PROGRAM", "/bin/false")
ipc["shm_print"] = fingerprint("/dev/shm/" + NONCE)
state_before = victim_state()
put(at("settings"), "".join("%s=%s\n" % pair for pair in settings.items()))
before = {path: fingerprint(at(path)) for paths in WATCHED.values() for path in paths}
spaces = {kind: os.readlink("/proc/self/ns/" + kind) for kind in ("user", "mnt", "pid", "net", "ipc", "uts")}
print(json.dumps({"ready": True, "spaces": spaces, "settings": settings, "notes": notes}), flush=True)

pending = b""
selector.register(0, selectors.EVENT_READ, "command")
open_for_business = True
while open_for_business:
    for key, _ in selector.select():
        if key.data != "command":
            serve()
            continue
        chunk = os.read(0, 4096)
        if not chunk:
            open_for_business = False
            break
        pending += chunk
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            report(json.loads(line))
close_channels()
