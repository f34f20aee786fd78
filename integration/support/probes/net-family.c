/* Socket families and types that no ordinary tool needs: each is kernel surface or a way around a TCP rule. */
#include "probe.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int made(int family, int type, int protocol)
{
	return outcome(socket(family, type | SOCK_CLOEXEC, protocol));
}

static int raw_icmp_socket(void) { return made(AF_INET, SOCK_RAW, IPPROTO_ICMP); }
static int raw6_socket(void) { return made(AF_INET6, SOCK_RAW, 58); }
static int ping_dgram_socket(void) { return made(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); }
static int af_packet(void) { return made(AF_PACKET, SOCK_RAW, 0); }
static int af_packet_dgram(void) { return made(AF_PACKET, SOCK_DGRAM, 0); }
static int sock_packet(void) { return made(AF_INET, SOCK_PACKET, 0); }

/* A route dump: names, addresses and neighbours of whatever network this is. */
static int af_netlink_route(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0) return errno;
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	return outcome(bind(fd, (struct sockaddr *)&kernel, sizeof kernel));
}
static int af_netlink_audit(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); }
static int af_netlink_netfilter(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); }
static int af_netlink_uevent(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT); }
static int af_netlink_generic(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC); }
static int af_netlink_sock_diag(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG); }
static int af_netlink_xfrm(void) { return made(AF_NETLINK, SOCK_RAW, NETLINK_XFRM); }
static int af_vsock(void) { return made(AF_VSOCK, SOCK_STREAM, 0); }
static int af_alg(void) { return made(AF_ALG, SOCK_SEQPACKET, 0); }
static int af_xdp_bt_can(void)
{
	static const int families[] = {AF_XDP, AF_BLUETOOTH, AF_CAN, AF_RDS, AF_TIPC, AF_KCM, AF_QIPCRTR, AF_SMC, AF_NFC, AF_PPPOX};
	int last = EAFNOSUPPORT;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) {
			int result = made(families[i], type, 0);
			if (result == 0) {
				say("family %d type %d", families[i], type);
				return 0;
			}
			if (result != EAFNOSUPPORT) last = result;
		}
	return last;
}
static int socketpair_tipc(void)
{
	int ends[2];
	return outcome(socketpair(AF_TIPC, SOCK_STREAM, 0, ends));
}
static int family_high_bits(void)
{
	/* The kernel reads an int; a filter that reads 64 bits sees another number. */
	return outcome(syscall(SYS_socket, (unsigned long)AF_PACKET | 1UL << 32, SOCK_RAW, 0));
}
static int type_flag_bits(void)
{
	/* SOCK_RAW hidden behind the flag bits of the type. */
	return outcome(socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW));
}

const struct probe net_family_probes[] = {
	{"net.raw_icmp_socket", raw_icmp_socket},
	{"net.raw6_socket", raw6_socket},
	{"net.ping_dgram_socket", ping_dgram_socket},
	{"net.af_packet", af_packet},
	{"net.af_packet_dgram", af_packet_dgram},
	{"net.sock_packet", sock_packet},
	{"net.af_netlink_route", af_netlink_route},
	{"net.af_netlink_audit", af_netlink_audit},
	{"net.af_netlink_netfilter", af_netlink_netfilter},
	{"net.af_netlink_uevent", af_netlink_uevent},
	{"net.af_netlink_generic", af_netlink_generic},
	{"net.af_netlink_sock_diag", af_netlink_sock_diag},
	{"net.af_netlink_xfrm", af_netlink_xfrm},
	{"net.af_vsock", af_vsock},
	{"net.af_alg", af_alg},
	{"net.af_xdp_bt_can", af_xdp_bt_can},
	{"net.socketpair_tipc", socketpair_tipc},
	{"net.family_high_bits", family_high_bits},
	{"net.type_flag_bits", type_flag_bits},
	{NULL, NULL},
};
