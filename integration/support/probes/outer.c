/* Stands where an agent's process stands: holds open descriptors, a secret in its environment and, when asked, a
 * terminal, and starts the sandbox below itself. outer SETTINGS [--descriptors] [--terminal] [--no-namespaces]
 * [--stdin FILE] -- PROGRAM... */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <linux/capability.h>

static char settings[65536];

static const char *setting(const char *key)
{
	static char values[8][512];
	static unsigned next;
	char *value = values[next++ % 8];
	size_t length = strlen(key);
	for (char *at = settings; at != NULL && *at != 0; at = strchr(at, '\n') == NULL ? NULL : strchr(at, '\n') + 1)
		if (strncmp(at, key, length) == 0 && at[length] == '=') {
			snprintf(value, sizeof values[0], "%.*s", (int)strcspn(at + length + 1, "\n"), at + length + 1);
			return value;
		}
	fprintf(stderr, "outer: no setting %s\n", key);
	exit(70);
}

static void die(const char *what)
{
	fprintf(stderr, "outer: %s: %s\n", what, strerror(errno));
	exit(70);
}

static void keep(int fd, int as)
{
	if (fd < 0 || dup2(fd, as) < 0) die("keep a descriptor");
	close(fd);
}

static int connected(int type, const char *port_key)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(setting(port_key)))};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, type, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
	return fd;
}

static void leave_descriptors_open(void)
{
	char path[700];
	snprintf(path, sizeof path, "%s/outside/fs.inherited_rw_fd/target", setting("arena"));
	keep(open(path, O_RDWR | O_APPEND), 20);
	snprintf(path, sizeof path, "%s/outside/fs.inherited_dirfd_create", setting("arena"));
	keep(open(path, O_RDONLY | O_DIRECTORY), 21);
	snprintf(path, sizeof path, "%s/outside/fs.inherited_rofd_reopen_rw/target", setting("arena"));
	keep(open(path, O_RDONLY), 22);
	keep(connected(SOCK_STREAM, "tcp4_port"), 23);
	keep(connected(SOCK_DGRAM, "udp4_port"), 24);
}

/* What a container runtime does by default: no new namespaces, no mounts, a short list of capabilities. */
static void live_in_a_container(void)
{
#define DENY(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		DENY(SYS_unshare),
		DENY(SYS_setns),
		DENY(SYS_mount),
		DENY(SYS_umount2),
		DENY(SYS_pivot_root),
		DENY(SYS_fsopen),
		DENY(SYS_open_tree),
		DENY(SYS_move_mount),
		DENY(SYS_mount_setattr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x7e020000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof program / sizeof *program, program};
	/* CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP */
	static const int kept[] = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31};
	unsigned long long mask = 0;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) mask |= 1ULL << kept[i];
	if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) die("no_new_privs");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) die("seccomp");
	if (geteuid() != 0) return;
	for (int cap = 0; cap < 64; cap++)
		if ((mask >> cap & 1) == 0) (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &header, data) < 0) die("capget");
	for (int i = 0; i < 2; i++) {
		data[i].effective &= (unsigned)(mask >> (32 * i));
		data[i].permitted &= (unsigned)(mask >> (32 * i));
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0) die("capset");
}

static int terminal_master = -1, terminal_slave = -1;

static void get_a_terminal(void)
{
	if (setsid() < 0 || openpty(&terminal_master, &terminal_slave, NULL, NULL, NULL) < 0) die("openpty");
	if (ioctl(terminal_slave, TIOCSCTTY, 0) < 0) die("TIOCSCTTY");
	struct termios raw;
	tcgetattr(terminal_slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(terminal_slave, TCSANOW, &raw);
	fcntl(terminal_master, F_SETFD, FD_CLOEXEC);
	dup2(terminal_slave, 0);
}

/* Whatever can be read from the slave now was typed by the command, not by a person. */
static void tell_what_was_typed(void)
{
	char bytes[64];
	fcntl(terminal_slave, F_SETFL, O_NONBLOCK);
	ssize_t got = read(terminal_slave, bytes, sizeof bytes);
	printf("#typed\t%.*s\n", (int)(got > 0 ? got : 0), bytes);
	fflush(stdout);
}

int main(int count, char **arguments)
{
	int at = 2;
	if (count < 4) return 64;
	FILE *file = fopen(arguments[1], "re");
	if (file == NULL || fread(settings, 1, sizeof settings - 1, file) == 0) die("read the settings");
	fclose(file);
	prctl(PR_SET_NAME, "outer");
	for (; at < count && strcmp(arguments[at], "--") != 0; at++) {
		if (strcmp(arguments[at], "--descriptors") == 0) leave_descriptors_open();
		else if (strcmp(arguments[at], "--terminal") == 0) get_a_terminal();
		else if (strcmp(arguments[at], "--no-namespaces") == 0) live_in_a_container();
		else if (strcmp(arguments[at], "--stdin") == 0) {
			int fd = open(arguments[++at], O_RDONLY);
			if (fd < 0) die("open stdin");
			dup2(fd, 0);
			close(fd);
		}
	}
	pid_t child = fork();
	if (child < 0) die("fork");
	if (child == 0) {
		/* This environment is the launcher's; the one of `outer` keeps RUNNER_SECRET for whoever can read it. */
		const char *secret = getenv("RUNNER_SECRET");
		char launcher_secret[128];
		snprintf(launcher_secret, sizeof launcher_secret, "launcher-%s", secret == NULL ? "" : secret);
		unsetenv("RUNNER_SECRET");
		setenv("LAUNCHER_SECRET", launcher_secret, 1);
		signal(SIGTTOU, SIG_DFL);
		execvp(arguments[at + 1], arguments + at + 1);
		fprintf(stderr, "outer: %s: %s\n", arguments[at + 1], strerror(errno));
		_exit(127);
	}
	if (terminal_master != 3 && terminal_slave != 3) close(3);
	for (int fd = 20; fd <= 24; fd++) close(fd);
	printf("#started\t%d\n", child);
	fflush(stdout);
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
	if (terminal_slave >= 0) tell_what_was_typed();
	if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
