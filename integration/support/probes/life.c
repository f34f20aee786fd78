/* Outliving the command, and using up the host. */
#include "probe.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A process that nobody waits for and that can be told from outside by its command line. */
static void become_sleeper(const char *mark)
{
	execl("/bin/sleep", format("%s-%s", setting("nonce"), mark), "60", (char *)NULL);
	_exit(127);
}
static int daemon_left_after_exit(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0) return errno;
	pid_t child = fork();
	if (child < 0) return errno;
	if (child == 0) {
		setsid();
		if (fork() == 0) {
			close(0), close(1), close(2);
			become_sleeper("daemon");
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
	close(ends[1]);
	char byte;
	(void)!read(ends[0], &byte, 1); /* ends when the daemon has executed its program */
	return 0;
}
/* Started by the harness, which kills the sandbox's parent while this sleeps in a session of its own. */
static int setsid_escape(void)
{
	pid_t child = fork();
	if (child < 0) return errno;
	if (child == 0) {
		setsid();
		if (fork() == 0) become_sleeper("escaped");
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return 0;
}
/* How many processes can be alive at once, up to `wanted`. */
static int fork_storm(int wanted)
{
	static pid_t children[5000];
	int ends[2], alive = 0, last = 0;
	if (pipe(ends) < 0) return errno;
	for (int i = 0; i < wanted && last == 0; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			char byte;
			close(ends[1]);
			(void)!read(ends[0], &byte, 1);
			_exit(0);
		}
		if (children[i] > 0) alive++;
		else last = errno;
	}
	close(ends[1]);
	for (int i = 0; i < alive; i++) waitpid(children[i], NULL, 0);
	say("%d alive at once", alive);
	return alive == wanted ? 0 : last;
}
static int fork_600(void) { return fork_storm(600); }
static int fork_5000(void) { return fork_storm(5000); }
static int no_nproc_or_pids_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NPROC, &limit) < 0) return errno;
	/* A pid namespace of one's own may have a bound of its own. */
	char text[32] = "";
	int fd = open("/proc/sys/kernel/pid_max", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof text - 1) < 0) text[0] = 0;
	say("%llu processes, numbers up to %s", (unsigned long long)limit.rlim_cur, text);
	return limit.rlim_cur > 20000 && atol(text) > 20000 ? 0 : EAGAIN;
}
static int core_dumps_enabled(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_CORE, &limit) < 0) return errno;
	return limit.rlim_max > 0 ? 0 : EPERM;
}
static int no_mem_limit(void)
{
	struct rlimit space, data;
	if (getrlimit(RLIMIT_AS, &space) < 0 || getrlimit(RLIMIT_DATA, &data) < 0) return errno;
	return space.rlim_cur == RLIM_INFINITY && data.rlim_cur == RLIM_INFINITY ? 0 : ENOMEM;
}
static int raise_hard_limit(void)
{
	struct rlimit limit = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
	return outcome(setrlimit(RLIMIT_CORE, &limit));
}

static int copy_program(int to)
{
	char bytes[65536];
	int from = open("/bin/true", O_RDONLY | O_CLOEXEC);
	if (from < 0) return errno;
	for (ssize_t got; (got = read(from, bytes, sizeof bytes)) > 0;)
		if (write(to, bytes, (size_t)got) != got) return errno;
	close(from);
	return 0;
}
static int runs(int fd, const char *path)
{
	pid_t child = fork();
	if (child == 0) {
		char *const arguments[] = {"true", NULL}, *const none[] = {NULL};
		if (path != NULL) execve(path, arguments, none);
		else syscall(SYS_execveat, fd, "", arguments, none, AT_EMPTY_PATH);
		_exit(126);
	}
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EACCES;
}
static int memfd_exec(void)
{
	int fd = (int)syscall(SYS_memfd_create, "probe", 0u);
	if (fd < 0) return errno;
	int copied = copy_program(fd);
	return copied != 0 ? copied : runs(fd, NULL);
}
static int exec_from_writable(void)
{
	int fd = open(named(".program"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (fd < 0) return errno;
	int copied = copy_program(fd);
	close(fd);
	return copied != 0 ? copied : runs(-1, named(".program"));
}
static int subreaper_daemon(void)
{
	/* Disarms the parent-death signal and claims orphans: neither may keep anything alive. */
	if (prctl(PR_SET_PDEATHSIG, 0) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) return errno;
	pid_t child = fork();
	if (child == 0) {
		setsid();
		signal(SIGTERM, SIG_IGN), signal(SIGHUP, SIG_IGN), signal(SIGINT, SIG_IGN);
		if (fork() == 0) {
			close(0), close(1), close(2);
			become_sleeper("subreaped");
		}
		_exit(0);
	}
	return child < 0 ? errno : 0;
}

const struct probe life_probes[] = {
	{"life.fork_600", fork_600},
	{"life.fork_5000", fork_5000},
	{"life.no_nproc_or_pids_limit", no_nproc_or_pids_limit},
	{"life.core_dumps_enabled", core_dumps_enabled},
	{"life.no_mem_limit", no_mem_limit},
	{"life.raise_hard_limit", raise_hard_limit},
	{"life.memfd_exec", memfd_exec},
	{"life.exec_from_writable", exec_from_writable},
	{"life.daemon_left_after_exit", daemon_left_after_exit},
	{"life.setsid_escape", setsid_escape},
	{"life.subreaper_daemon", subreaper_daemon},
	{NULL, NULL},
};
