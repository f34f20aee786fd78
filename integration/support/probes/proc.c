/* Other processes: signalling, tracing, reading, reniceing a victim outside that runs under the same user. */
#include "probe.h"
#include <dirent.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

/* Inside a pid namespace the victim's number may belong to one of the sandbox's own processes: touching that one
 * proves nothing, so it counts as no such process. A process that cannot be looked at is tried all the same. */
static pid_t victim(void)
{
	pid_t pid = (pid_t)number("victim_pid");
	char comm[32] = "";
	int fd = open(format("/proc/%d/comm", pid), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return pid;
	ssize_t got = read(fd, comm, sizeof comm - 1);
	close(fd);
	if (got > 0 && strncmp(comm, "w-", 2) == 0) return pid;
	printf("%s\trefused\tESRCH\t%s\n", probe_name(), "the number belongs to another process here");
	fflush(stdout);
	_exit(0);
}

static int kill_outside(void) { return outcome(kill(victim(), SIGUSR1)); }
static int kill_zero_outside(void)
{
	/* Signal 0 to everyone: nothing is sent, but the answer tells whether anyone outside could be reached. */
	return kill(victim(), 0) == 0 ? 0 : errno;
}
static int tgkill_outside(void) { return outcome(syscall(SYS_tgkill, victim(), victim(), SIGUSR2)); }
static int sigqueue_outside(void) { return outcome(sigqueue(victim(), SIGRTMIN + 4, (union sigval){.sival_int = 1})); }
static int pidfd_send_signal_probe(void)
{
	int fd = (int)syscall(SYS_pidfd_open, victim(), 0);
	return fd < 0 ? errno : outcome(syscall(SYS_pidfd_send_signal, fd, SIGRTMIN + 1, NULL, 0));
}
static int pidfd_from_proc_dir(void)
{
	/* A /proc/PID directory descriptor is a pidfd of old. */
	int fd = open(format("/proc/%d", victim()), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? errno : outcome(syscall(SYS_pidfd_send_signal, fd, SIGRTMIN + 3, NULL, 0));
}
static int fcntl_setown_sigio(void)
{
	/* The kernel sends the signal on behalf of whoever owns the descriptor. */
	int ends[2];
	if (pipe(ends) < 0) return errno;
	if (fcntl(ends[0], F_SETOWN, victim()) < 0) return errno;
	if (fcntl(ends[0], F_SETSIG, SIGRTMIN + 2) < 0) return errno;
	if (fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK) < 0) return errno;
	return write(ends[1], "x", 1) == 1 ? 0 : errno;
}
static int ptrace_seize_outside(void)
{
	int result = outcome(ptrace(PTRACE_SEIZE, victim(), NULL, NULL));
	if (result == 0) {
		ptrace(PTRACE_INTERRUPT, victim(), NULL, NULL);
		waitpid(victim(), NULL, __WALL);
		ptrace(PTRACE_DETACH, victim(), NULL, NULL);
	}
	return result;
}
static int ptrace_own_child(void)
{
	pid_t child = fork();
	if (child == 0)
		for (;;) pause();
	int result = outcome(ptrace(PTRACE_SEIZE, child, NULL, NULL));
	kill(child, SIGKILL);
	return result;
}
static int ptrace_pid1(void)
{
	/* The sandbox's own machinery above the driver: pid 1 inside, or whatever started the sandbox outside. */
	return outcome(ptrace(PTRACE_SEIZE, 1, NULL, NULL));
}
static int copy_memory(int call, const char *address_key)
{
	char bytes[64] = "overwritten by a probe";
	struct iovec here = {bytes, 22};
	struct iovec there = {(void *)(uintptr_t)strtoull(setting(address_key), NULL, 0), 22};
	ssize_t moved = syscall(call, victim(), &here, 1, &there, 1, 0);
	if (moved < 0) return errno;
	if (call == SYS_process_vm_readv) say_bytes(bytes, (size_t)moved);
	return 0;
}
static int vm_readv_outside(void) { return copy_memory(SYS_process_vm_readv, "victim_secret_address"); }
static int vm_writev_outside(void) { return copy_memory(SYS_process_vm_writev, "victim_buffer_1"); }
static int open_memory(int flags) { return open(format("/proc/%d/mem", victim()), flags | O_CLOEXEC); }
static int mem_read_outside(void)
{
	char bytes[32];
	int fd = open_memory(O_RDONLY);
	if (fd < 0) return errno;
	ssize_t got = pread(fd, bytes, sizeof bytes, (off_t)strtoull(setting("victim_secret_address"), NULL, 0));
	if (got < 0) return errno;
	say_bytes(bytes, (size_t)got);
	return 0;
}
static int mem_write_outside(void)
{
	int fd = open_memory(O_RDWR);
	if (fd < 0) return errno;
	return outcome(pwrite(fd, "overwritten by a probe", 22, (off_t)strtoull(setting("victim_buffer_2"), NULL, 0)));
}
static int process_madvise_outside(void)
{
	int fd = (int)syscall(SYS_pidfd_open, victim(), 0);
	if (fd < 0) return errno;
	uintptr_t page = (uintptr_t)strtoull(setting("victim_secret_address"), NULL, 0) & ~(uintptr_t)4095;
	struct iovec there = {(void *)page, 4096};
	return syscall(SYS_process_madvise, fd, &there, 1, 20 /* MADV_COLD */, 0) >= 0 ? 0 : errno;
}

/* Finds `needle` in any process's file of this name and prints what stands around it. */
static int search(const char *leaf, const char *needle)
{
	static char bytes[1 << 17];
	DIR *all = opendir("/proc");
	if (all == NULL) return errno;
	int last = ESRCH;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
		int fd = open(format("/proc/%s/%s", entry->d_name, leaf), O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			if (errno == EACCES) last = EACCES;
			continue;
		}
		ssize_t got = read(fd, bytes, sizeof bytes);
		close(fd);
		char *found = got > 0 ? memmem(bytes, (size_t)got, needle, strlen(needle)) : NULL;
		if (found == NULL) continue;
		size_t left = (size_t)(bytes + got - found);
		say_bytes(found, left < 80 ? left : 80);
		closedir(all);
		return 0;
	}
	closedir(all);
	return last;
}
static int environ_outside(void) { return search("environ", "VICTIM_SECRET="); }
static int runner_environ(void) { return search("environ", "RUNNER_SECRET="); }
static int launcher_environ(void) { return search("environ", "LAUNCHER_SECRET="); }
static int cmdline_outside(void) { return search("cmdline", "victim-argument-"); }
static int enum_outside_pids(void) { return search("comm", "w-"); }
static int maps_outside(void) { return read_out(format("/proc/%d/maps", victim())); }
static int pid1_environ(void) { return read_out("/proc/1/environ"); }
static int pidfd_getfd_outside(void)
{
	int fd = (int)syscall(SYS_pidfd_open, victim(), 0);
	if (fd < 0) return errno;
	int theirs = (int)syscall(SYS_pidfd_getfd, fd, number("victim_rw_fd"), 0);
	return theirs < 0 ? errno : 0;
}
static int prlimit_outside(void)
{
	struct rlimit limit;
	if (prlimit(victim(), RLIMIT_NOFILE, NULL, &limit) < 0) return errno;
	limit.rlim_cur -= 1;
	return outcome(prlimit(victim(), RLIMIT_NOFILE, &limit, NULL));
}
static int setpriority_outside(void) { return outcome(setpriority(PRIO_PROCESS, (id_t)victim(), 1)); }
static int ioprio_outside(void) { return outcome(syscall(SYS_ioprio_set, 1, victim(), 2 << 13 | 7)); }
static int sched_setscheduler_outside(void)
{
	struct sched_param parameters = {0};
	return outcome(sched_setscheduler(victim(), SCHED_BATCH, &parameters));
}
static int sched_setaffinity_outside(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((int)number("first_cpu"), &set);
	return outcome(sched_setaffinity(victim(), sizeof set, &set));
}
static int migrate_pages_outside(void)
{
	/* No pages move from node 0 to node 0; who may not touch the process hears EPERM or ESRCH. */
	unsigned long node = 1;
	long answer = syscall(SYS_migrate_pages, victim(), sizeof node * 8 + 1, &node, &node);
	return answer >= 0 ? 0 : errno;
}
static int oom_score_adj_write(void)
{
	int fd = open(format("/proc/%d/oom_score_adj", victim()), O_WRONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	return write(fd, "7", 1) == 1 ? 0 : errno;
}
static int timerslack_write(void)
{
	int fd = open(format("/proc/%d/timerslack_ns", victim()), O_WRONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	return write(fd, "50001", 5) == 5 ? 0 : errno;
}
static int coredump_filter_write(void)
{
	int fd = open(format("/proc/%d/coredump_filter", victim()), O_WRONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	return write(fd, "0x31", 4) == 4 ? 0 : errno;
}
static int kcmp_outside(void)
{
	return outcome(syscall(SYS_kcmp, getpid(), victim(), KCMP_VM, 0, 0));
}

/* The sandbox's own machinery: every process above the driver. Who gets into one of them is outside, or writes the
 * report about itself. */
static int for_each_ancestor(int (*attempt)(pid_t))
{
	int last = ESRCH;
	char line[512];
	for (pid_t pid = getppid(), above = 0; pid > 0; pid = above) {
		int fd = open(format("/proc/%d/stat", pid), O_RDONLY | O_CLOEXEC);
		ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
		if (fd >= 0) close(fd);
		if (got <= 0) break;
		line[got] = 0;
		above = 0;
		char *after = strrchr(line, ')');
		if (after == NULL || sscanf(after + 1, " %*c %d", &above) != 1 || above <= 0) break;
		last = attempt(above);
		say("%d:%s ", above, last == 0 ? "in" : strerrorname_np(last));
		if (last == 0) return 0;
	}
	return last;
}
static int seize(pid_t pid) { return outcome(ptrace(PTRACE_SEIZE, pid, NULL, NULL)); }
static int open_memory_of(pid_t pid) { return outcome(open(format("/proc/%d/mem", pid), O_RDWR | O_CLOEXEC)); }
static int take_any_descriptor(pid_t pid)
{
	int last = ESRCH, process = (int)syscall(SYS_pidfd_open, pid, 0);
	for (int fd = 0; fd < 32; fd++) {
		last = outcome(syscall(SYS_pidfd_getfd, process, fd, 0));
		if (last != 0) last = outcome(open(format("/proc/%d/fd/%d", pid, fd), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
		if (last == 0) return 0;
	}
	return last;
}
static int machinery_ptrace(void) { return for_each_ancestor(seize); }
static int machinery_memory(void) { return for_each_ancestor(open_memory_of); }
static int machinery_descriptors(void) { return for_each_ancestor(take_any_descriptor); }

const struct probe proc_probes[] = {
	{"proc.kill_outside", kill_outside},
	{"proc.kill_zero_outside", kill_zero_outside},
	{"proc.tgkill_outside", tgkill_outside},
	{"proc.sigqueue_outside", sigqueue_outside},
	{"proc.pidfd_send_signal", pidfd_send_signal_probe},
	{"proc.pidfd_from_proc_dir", pidfd_from_proc_dir},
	{"proc.fcntl_setown_sigio", fcntl_setown_sigio},
	{"proc.ptrace_seize_outside", ptrace_seize_outside},
	{"proc.ptrace_own_child", ptrace_own_child},
	{"proc.ptrace_pid1", ptrace_pid1},
	{"proc.vm_readv_outside", vm_readv_outside},
	{"proc.vm_writev_outside", vm_writev_outside},
	{"proc.mem_read_outside", mem_read_outside},
	{"proc.mem_write_outside", mem_write_outside},
	{"proc.machinery_ptrace", machinery_ptrace},
	{"proc.machinery_memory", machinery_memory},
	{"proc.machinery_descriptors", machinery_descriptors},
	{"proc.process_madvise_outside", process_madvise_outside},
	{"proc.environ_outside", environ_outside},
	{"proc.runner_environ", runner_environ},
	{"proc.launcher_environ", launcher_environ},
	{"proc.pid1_environ", pid1_environ},
	{"proc.cmdline_outside", cmdline_outside},
	{"proc.enum_outside_pids", enum_outside_pids},
	{"proc.maps_outside", maps_outside},
	{"proc.pidfd_getfd_outside", pidfd_getfd_outside},
	{"proc.prlimit_outside", prlimit_outside},
	{"proc.setpriority_outside", setpriority_outside},
	{"proc.ioprio_outside", ioprio_outside},
	{"proc.sched_setscheduler_outside", sched_setscheduler_outside},
	{"proc.sched_setaffinity_outside", sched_setaffinity_outside},
	{"proc.migrate_pages_outside", migrate_pages_outside},
	{"proc.oom_score_adj_write", oom_score_adj_write},
	{"proc.timerslack_write", timerslack_write},
	{"proc.coredump_filter_write", coredump_filter_write},
	{"proc.kcmp_outside", kcmp_outside},
	{NULL, NULL},
};
