/* Unix sockets of programs outside: each one is somebody who can act on the host for us. */
#include "probe.h"
#include <sys/socket.h>
#include <sys/un.h>

static socklen_t address_of(struct sockaddr_un *to, const char *path)
{
	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	size_t length = strlen(path);
	if (length >= sizeof to->sun_path) length = sizeof to->sun_path - 1;
	memcpy(to->sun_path, path, length);
	if (path[0] == '@') {
		to->sun_path[0] = 0;
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	}
	return (socklen_t)sizeof *to;
}

static int dial(const char *path, int type)
{
	struct sockaddr_un to;
	socklen_t length = address_of(&to, path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0) return -errno;
	if (connect(fd, (struct sockaddr *)&to, length) < 0) return -errno;
	return fd;
}
static int dial_and_send(const char *path, int type)
{
	int fd = dial(path, type);
	return fd < 0 ? -fd : send_name(fd);
}

static int connect_outside_path(void) { return dial_and_send(arena("run/listener.sock"), SOCK_STREAM); }
static int connect_in_writable_tmp(void) { return dial_and_send(arena("tmp/listener.sock"), SOCK_STREAM); }
static int connect_in_workspace(void) { return dial_and_send(workspace("listener.sock"), SOCK_STREAM); }
static int connect_abstract(void) { return dial_and_send(format("@%s", setting("nonce")), SOCK_STREAM); }
static int dgram_outside(void) { return dial_and_send(arena("run/datagram.sock"), SOCK_DGRAM); }
static int dgram_sendto_outside(void)
{
	/* Never connects: the address comes with the message. */
	struct sockaddr_un to;
	socklen_t length = address_of(&to, arena("run/datagram.sock"));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return errno;
	return outcome(sendto(fd, "unix.dgram_sendto_outside\n", 26, 0, (struct sockaddr *)&to, length));
}
static int socketpair_dgram_sendto(void)
{
	/* A datagram pair needs no socket(2), and may address anybody else. */
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0) return errno;
	struct sockaddr_un to;
	socklen_t length = address_of(&to, arena("run/datagram.sock"));
	return outcome(sendto(ends[0], "unix.socketpair_dgram_sendto\n", 29, 0, (struct sockaddr *)&to, length));
}
static int socketpair_reconnect(void)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0) return errno;
	struct sockaddr_un to;
	socklen_t length = address_of(&to, arena("run/datagram.sock"));
	if (connect(ends[0], (struct sockaddr *)&to, length) < 0) return errno;
	return send_name(ends[0]);
}
static int docker_sock(void) { return dial_and_send(arena("run/docker.sock"), SOCK_STREAM); }
static int dbus_env_addr(void)
{
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
	if (address == NULL) return ENOENT;
	return dial_and_send(strchr(address, '=') != NULL ? strchr(address, '=') + 1 : address, SOCK_STREAM);
}
static int ssh_agent_env(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	return path == NULL ? ENOENT : dial_and_send(path, SOCK_STREAM);
}
static int scm_rights_rw_fd(void)
{
	int fd = dial(arena("run/giver.sock"), SOCK_STREAM);
	if (fd < 0) return -fd;
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	if (recvmsg(fd, &message, 0) < 0) return errno;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header == NULL) return ENOMSG;
	int given;
	memcpy(&given, CMSG_DATA(header), sizeof given);
	return write(given, "x", 1) == 1 ? 0 : errno;
}
static int connect_proc_root_path(void)
{
	/* A link of our own keeps the path short and leads through another process's root. */
	if (symlink(format("/proc/%ld/root%s", number("victim_pid"), arena("run")), named(".l")) < 0) return errno;
	if (chdir(workspace("")) < 0) return errno;
	return dial_and_send(format("%s.l/listener.sock", probe_name()), SOCK_STREAM);
}
static int seqpacket_outside(void) { return dial_and_send(arena("run/seqpacket.sock"), SOCK_SEQPACKET); }
static int bind_outside(void)
{
	struct sockaddr_un at;
	socklen_t length = address_of(&at, arena("run/planted.sock"));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? errno : outcome(bind(fd, (struct sockaddr *)&at, length));
}

const struct probe unix_probes[] = {
	{"unix.connect_outside_path", connect_outside_path},
	{"unix.connect_in_writable_tmp", connect_in_writable_tmp},
	{"unix.connect_in_workspace", connect_in_workspace},
	{"unix.connect_abstract", connect_abstract},
	{"unix.dgram_outside", dgram_outside},
	{"unix.dgram_sendto_outside", dgram_sendto_outside},
	{"unix.socketpair_dgram_sendto", socketpair_dgram_sendto},
	{"unix.socketpair_reconnect", socketpair_reconnect},
	{"unix.seqpacket_outside", seqpacket_outside},
	{"unix.bind_outside", bind_outside},
	{"unix.docker_sock", docker_sock},
	{"unix.dbus_env_addr", dbus_env_addr},
	{"unix.ssh_agent_env", ssh_agent_env},
	{"unix.scm_rights_rw_fd", scm_rights_rw_fd},
	{"unix.connect_proc_root_path", connect_proc_root_path},
	{NULL, NULL},
};
