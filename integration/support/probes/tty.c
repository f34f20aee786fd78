/* The user's terminal: typing into it, talking on another one, belonging to its session. */
#include "probe.h"
#include <termios.h>

/* Each probe types a letter of its own: the terminal's owner sees which ones came. */
static int inject(int fd, unsigned long request, const char *letter)
{
	return outcome(syscall(SYS_ioctl, fd, request, letter));
}
static int tiocsti_stdin(void) { return inject(0, TIOCSTI, "a"); }
static int tiocsti_high_bits(void) { return inject(0, (unsigned long)TIOCSTI | 1UL << 32, "b"); }
static int tiocsti_dev_tty(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	return fd < 0 ? errno : inject(fd, TIOCSTI, "c");
}
static int tiocsti_reopened_stdin(void)
{
	int fd = open("/proc/self/fd/0", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? errno : inject(fd, TIOCSTI, "d");
}
static int tioclinux_paste(void)
{
	char code = 3;
	return outcome(ioctl(0, TIOCLINUX, &code));
}
static int has_controlling_tty(void) { return outcome(open("/dev/tty", O_RDWR | O_CLOEXEC)); }
static int take_controlling_tty(void)
{
	/* A leader of a fresh session may make the terminal on its stdin its own. */
	pid_t child = fork();
	if (child == 0) {
		setsid();
		_exit(ioctl(0, TIOCSCTTY, 0) < 0 ? errno : 0);
	}
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}
static int shares_session(void)
{
	/* Session 0: its leader lives outside this pid namespace. Else the leader is looked up by name. */
	pid_t session = getsid(0);
	if (session == 0) return 0;
	char comm[32] = "";
	int fd = open(format("/proc/%d/comm", session), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	ssize_t got = read(fd, comm, sizeof comm - 1);
	close(fd);
	say("%.*s", (int)(got > 0 ? got - 1 : 0), comm);
	return strncmp(comm, "outer", 5) == 0 ? 0 : EPERM;
}
static int other_pts_write(void)
{
	int fd = open(setting("other_pts"), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? errno : send_name(fd);
}
static int console_open(void)
{
	static const char *const consoles[] = {"/dev/console", "/dev/tty0", "/dev/tty1", "/dev/ttyS0"};
	int last = ENOENT;
	for (size_t i = 0; i < sizeof consoles / sizeof *consoles; i++) {
		int fd = open(consoles[i], O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) return 0;
		last = errno;
	}
	return last;
}

const struct probe tty_probes[] = {
	{"tty.tiocsti_stdin", tiocsti_stdin},
	{"tty.tiocsti_high_bits", tiocsti_high_bits},
	{"tty.tiocsti_dev_tty", tiocsti_dev_tty},
	{"tty.tiocsti_reopened_stdin", tiocsti_reopened_stdin},
	{"tty.tioclinux_paste", tioclinux_paste},
	{"tty.has_controlling_tty", has_controlling_tty},
	{"tty.take_controlling_tty", take_controlling_tty},
	{"tty.shares_session", shares_session},
	{"tty.other_pts_write", other_pts_write},
	{"tty.console_open", console_open},
	{NULL, NULL},
};
