/* Reaching a listener outside, or becoming one. Every message is the probe's own name; the listener says what came. */
#include "probe.h"
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* The numbers outer.c leaves open. */
enum { TCP_FD = 23, UDP_FD = 24 };

static struct sockaddr_in ip4(const char *address, long port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	inet_pton(AF_INET, address, &to.sin_addr);
	return to;
}
static struct sockaddr_in6 ip6(const char *address, long port)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	inet_pton(AF_INET6, address, &to.sin6_addr);
	return to;
}
static int name_message(char *line, size_t size) { return snprintf(line, size, "%s\n", probe_name()); }

static int connect_and_send(int family, int protocol, const void *address, socklen_t length)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
	if (fd < 0) return errno;
	if (connect(fd, address, length) < 0) return errno;
	return send_name(fd);
}

static int tcp4_connect(void)
{
	struct sockaddr_in to = ip4("127.0.0.1", number("tcp4_port"));
	return connect_and_send(AF_INET, 0, &to, sizeof to);
}
static int tcp4_connect_other_loopback(void)
{
	struct sockaddr_in to = ip4("127.0.0.2", number("tcp_any_port"));
	return connect_and_send(AF_INET, 0, &to, sizeof to);
}
static int tcp4_connect_host_address(void)
{
	struct sockaddr_in to = ip4(setting("host_address"), number("tcp_any_port"));
	return connect_and_send(AF_INET, 0, &to, sizeof to);
}
static int tcp6_connect(void)
{
	struct sockaddr_in6 to = ip6("::1", number("tcp6_port"));
	return connect_and_send(AF_INET6, 0, &to, sizeof to);
}
static int tcp4_via_v6mapped(void)
{
	struct sockaddr_in6 to = ip6("::ffff:127.0.0.1", number("tcp4_port"));
	return connect_and_send(AF_INET6, 0, &to, sizeof to);
}
static int tcp_fastopen_sendto(void)
{
	char line[96];
	int length = name_message(line, sizeof line);
	struct sockaddr_in to = ip4("127.0.0.1", number("tcp4_port"));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return errno;
	return sendto(fd, line, (size_t)length, MSG_FASTOPEN, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}
static int mptcp_connect(void)
{
	struct sockaddr_in to = ip4("127.0.0.1", number("tcp4_port"));
	return connect_and_send(AF_INET, 262, &to, sizeof to);
}
static int sctp_socket(void) { return outcome(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP)); }
static int udplite_sendto(void)
{
	struct sockaddr_in to = ip4("127.0.0.1", number("udp4_port"));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDPLITE);
	return fd < 0 ? errno : outcome(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to));
}

static int udp_send(const char *port_key, int with_sendmsg)
{
	char line[96];
	int length = name_message(line, sizeof line);
	struct sockaddr_in to = ip4("127.0.0.1", number(port_key));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return errno;
	if (!with_sendmsg) return outcome(sendto(fd, line, (size_t)length, 0, (struct sockaddr *)&to, sizeof to));
	struct iovec part = {line, (size_t)length};
	struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
	return outcome(sendmsg(fd, &message, 0));
}
static int udp4_sendto(void) { return udp_send("udp4_port", 0); }
static int udp4_sendmsg(void) { return udp_send("udp4_port", 1); }
static int udp6_sendto(void)
{
	char line[96];
	int length = name_message(line, sizeof line);
	struct sockaddr_in6 to = ip6("::1", number("udp6_port"));
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? errno : outcome(sendto(fd, line, (size_t)length, 0, (struct sockaddr *)&to, sizeof to));
}
static int udp4_broadcast(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) < 0) return errno;
	struct sockaddr_in to = ip4("127.255.255.255", number("udp4_port"));
	return outcome(sendto(fd, "net.udp4_broadcast\n", 19, 0, (struct sockaddr *)&to, sizeof to));
}
static int dns_query_loopback(void) { return udp_send("dns_port", 0); }

static int bind_and_listen(const char *address, int with_bind)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return errno;
	struct sockaddr_in at = ip4(address, 0);
	if (with_bind && bind(fd, (struct sockaddr *)&at, sizeof at) < 0) return errno;
	return outcome(listen(fd, 1));
}
static int tcp4_bind_listen(void) { return bind_and_listen("127.0.0.1", 1); }
static int tcp4_bind_any(void) { return bind_and_listen("0.0.0.0", 1); }
static int tcp_listen_autobind(void) { return bind_and_listen("0.0.0.0", 0); }

/* The listener outside answers a connection that was made before the sandbox was entered. */
static int inherited_tcp_socket(void)
{
	char line[96];
	int length = name_message(line, sizeof line);
	return send(TCP_FD, line, (size_t)length, MSG_NOSIGNAL) < 0 ? errno : 0;
}
static int inherited_tcp_write(void) { return send_name(TCP_FD); }
static int inherited_udp_sendto(void)
{
	char line[96];
	int length = name_message(line, sizeof line);
	struct sockaddr_in to = ip4("127.0.0.1", number("udp4_port"));
	return outcome(sendto(UDP_FD, line, (size_t)length, 0, (struct sockaddr *)&to, sizeof to));
}
static int inherited_udp_sendmsg(void)
{
	char line[96];
	int length = name_message(line, sizeof line);
	struct sockaddr_in to = ip4("127.0.0.1", number("udp4_port"));
	struct iovec part = {line, (size_t)length};
	struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
	return outcome(sendmsg(UDP_FD, &message, 0));
}

static int iouring_setup(void) { return ring_open() == NULL ? errno : 0; }
static int iouring_tcp_connect(void)
{
	struct ring *ring = ring_open();
	if (ring == NULL) return errno;
	int fd = ring_run(ring, IORING_OP_SOCKET, AF_INET, NULL, 0, SOCK_STREAM, 0);
	if (fd < 0) return -fd;
	struct sockaddr_in to = ip4("127.0.0.1", number("tcp4_port"));
	int result = ring_run(ring, IORING_OP_CONNECT, fd, &to, 0, sizeof to, 0);
	return result < 0 ? -result : send_name(fd);
}

/* A 32-bit system call from 64-bit code: number 359 is socket(2) in the i386 table. */
static int int80_socket(void)
{
#ifdef __x86_64__
	long answer;
	__asm__ volatile("int $0x80"
			 : "=a"(answer)
			 : "a"(359L), "b"((long)AF_INET), "c"((long)SOCK_STREAM), "d"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	return answer < 0 ? (int)-answer : 0;
#else
	return ENOSYS;
#endif
}
static int x32_socket(void)
{
#ifdef __x86_64__
	return outcome(syscall(0x40000000 | SYS_socket, AF_INET, SOCK_STREAM, 0));
#else
	return ENOSYS;
#endif
}

const struct probe net_probes[] = {
	{"net.tcp4_connect", tcp4_connect},
	{"net.tcp4_other_loopback", tcp4_connect_other_loopback},
	{"net.tcp4_host_address", tcp4_connect_host_address},
	{"net.tcp6_connect", tcp6_connect},
	{"net.tcp4_via_v6mapped", tcp4_via_v6mapped},
	{"net.tcp_fastopen_sendto", tcp_fastopen_sendto},
	{"net.mptcp_connect", mptcp_connect},
	{"net.sctp_socket", sctp_socket},
	{"net.udplite_sendto", udplite_sendto},
	{"net.udp4_sendto", udp4_sendto},
	{"net.udp4_sendmsg", udp4_sendmsg},
	{"net.udp6_sendto", udp6_sendto},
	{"net.udp4_broadcast", udp4_broadcast},
	{"net.dns_query_loopback", dns_query_loopback},
	{"net.tcp4_bind_listen", tcp4_bind_listen},
	{"net.tcp4_bind_any", tcp4_bind_any},
	{"net.tcp_listen_autobind", tcp_listen_autobind},
	{"net.inherited_tcp_socket", inherited_tcp_socket},
	{"net.inherited_tcp_write", inherited_tcp_write},
	{"net.inherited_udp_sendmsg", inherited_udp_sendmsg},
	{"net.inherited_udp_sendto", inherited_udp_sendto},
	{"net.iouring_setup", iouring_setup},
	{"net.iouring_tcp_connect", iouring_tcp_connect},
	{"net.int80_socket", int80_socket},
	{"net.x32_socket", x32_socket},
	{NULL, NULL},
};
