/* What root, or a kernel that is generous, could still reach: sysctls, devices, kernel facilities. Nothing here
 * changes the host: values are written back as they were, capabilities are asked for with arguments that cannot act. */
#include "probe.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sys/fanotify.h>
#include <sys/klog.h>
#include <sys/timex.h>

static int open_for_writing(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	close(fd);
	return 0;
}

static int write_same(const char *path)
{
	char value[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	ssize_t length = read(fd, value, sizeof value);
	close(fd);
	if (length <= 0) return EIO;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	int result = write(fd, value, (size_t)length) == length ? 0 : errno;
	close(fd);
	return result;
}

static int core_pattern_write_same(void) { return write_same("/proc/sys/kernel/core_pattern"); }
static int modprobe_path_write_same(void) { return write_same("/proc/sys/kernel/modprobe"); }
static int binfmt_register_open(void) { return open_for_writing("/proc/sys/fs/binfmt_misc/register"); }
static int sysfs_open_w(void) { return open_for_writing("/sys/kernel/uevent_helper") == 0 ? 0 : open_for_writing("/sys/power/state"); }
static int sysctl_net_open_w(void) { return open_for_writing("/proc/sys/net/ipv4/ip_forward"); }
static int sysrq_open_w(void) { return open_for_writing("/proc/sysrq-trigger"); }
static int cgroup_mkdir(void)
{
	static const char *const tops[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids"};
	int last = ENOENT;
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
		const char *made = format("%s/%s", tops[i], setting("nonce"));
		if (mkdir(made, 0755) == 0) {
			rmdir(made);
			return 0;
		}
		last = errno;
	}
	return last;
}
static int cgroup_procs_open_w(void)
{
	/* Moving oneself into the root group would shed every limit. */
	static const char *const files[] = {"/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/unified/cgroup.procs"};
	int last = ENOENT;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		last = open_for_writing(files[i]);
		if (last == 0) return 0;
	}
	return last;
}
static int sethostname_probe(void)
{
	char name[256];
	if (gethostname(name, sizeof name) < 0) return errno;
	return outcome(sethostname(name, strlen(name)));
}
static int reboot_cap(void)
{
	/* Right magic, meaningless command: EINVAL for whoever could reboot, EPERM for everyone else. */
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, 0x12345678, NULL);
	return errno == EINVAL ? 0 : errno;
}
static int init_module_cap(void)
{
	syscall(SYS_init_module, NULL, 0, "");
	return errno == EPERM || errno == ENOSYS ? errno : 0;
}
static int kexec_cap(void)
{
	syscall(SYS_kexec_load, 0, 0, NULL, 0xffff0000);
	return errno == EPERM || errno == ENOSYS ? errno : 0;
}
static int swapoff_cap(void)
{
	syscall(SYS_swapoff, "/nonexistent");
	return errno == ENOENT ? 0 : errno;
}
static int clock_settime_cap(void)
{
	/* adjtimex with no mode reads; ADJ_TICK with the current value changes nothing but needs the right. */
	struct timex clock = {0};
	if (adjtimex(&clock) < 0) return errno;
	struct timex same = {.modes = ADJ_TICK, .tick = clock.tick};
	return outcome(adjtimex(&same));
}
static int acct_cap(void)
{
	/* Accounting to a file that does not exist: ENOENT with the right, EPERM without. */
	if (syscall(SYS_acct, "/nonexistent/x") == 0) return 0;
	return errno == ENOENT ? 0 : errno;
}
static int quotactl_cap(void)
{
	if (syscall(SYS_quotactl, 0x80000100u, "/nonexistent", 0, NULL) == 0) return 0;
	return errno == ENOENT || errno == ENOTBLK ? 0 : errno;
}
static int bpf_map_create(void)
{
	union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
static int perf_event(pid_t pid)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1};
	return outcome(syscall(SYS_perf_event_open, &attributes, pid, -1, -1, 0));
}
static int perf_event_outpid(void) { return perf_event((pid_t)number("victim_pid")); }
static int perf_event_self(void) { return perf_event(0); }
static int userfaultfd_probe(void) { return outcome(syscall(SYS_userfaultfd, O_CLOEXEC)); }
static int dev_userfaultfd_open(void) { return open_for_writing("/dev/userfaultfd"); }
static int fanotify_fs(void)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
	return fd < 0 ? errno : outcome(fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "/"));
}
static int fanotify_unprivileged(void)
{
	return outcome(fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_CLOEXEC, O_RDONLY));
}
static int dmesg_read(void)
{
	char bytes[256];
	int got = klogctl(3, bytes, sizeof bytes);
	return outcome(got);
}
static int kmsg_write_open(void) { return open_for_writing("/dev/kmsg"); }
static int dev_mem_open(void)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? 0 : open("/proc/kcore", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}
static int dev_kvm_fuse_tun_open(void)
{
	static const char *const devices[] = {"/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop-control", "/dev/vhost-vsock"};
	int last = ENOENT;
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		int fd = open(devices[i], O_RDWR | O_CLOEXEC);
		if (fd >= 0) return 0;
		last = errno;
	}
	return last;
}
static int setuid_binary(void)
{
	/* A set-uid program of another user's, which prints whom it runs as. */
	int pipe_ends[2];
	if (pipe(pipe_ends) < 0) return errno;
	pid_t child = fork();
	if (child == 0) {
		dup2(pipe_ends[1], 1);
		execl(setting("setuid_program"), "whoami", (char *)NULL);
		_exit(127);
	}
	close(pipe_ends[1]);
	char answer[64] = "";
	ssize_t got = read(pipe_ends[0], answer, sizeof answer - 1);
	waitpid(child, NULL, 0);
	if (got <= 0) return EACCES;
	say("%s", answer);
	return (uid_t)atoi(answer) != geteuid() ? 0 : EPERM;
}
static int setuid_other(void)
{
	/* Only another user's account shows anything: root already is root. */
	return outcome(setuid(geteuid() == 0 ? 1 : 0));
}
static int capability_left(void)
{
	/* Any effective capability at all: read from the kernel's own record of this task. */
	char line[256];
	FILE *status = fopen("/proc/self/status", "re");
	if (status == NULL) return errno;
	unsigned long long effective = 0, bounding = 0;
	while (fgets(line, sizeof line, status) != NULL) {
		sscanf(line, "CapEff: %llx", &effective);
		sscanf(line, "CapBnd: %llx", &bounding);
	}
	fclose(status);
	say("eff=%llx bnd=%llx", effective, bounding);
	return effective != 0 ? 0 : EPERM;
}
static int no_new_privs_off(void)
{
	char line[256];
	int set = 0;
	FILE *status = fopen("/proc/self/status", "re");
	if (status == NULL) return errno;
	while (fgets(line, sizeof line, status) != NULL) sscanf(line, "NoNewPrivs: %d", &set);
	fclose(status);
	return set == 0 ? 0 : EPERM;
}
static int iopl_cap(void)
{
#ifdef SYS_iopl
	return outcome(syscall(SYS_iopl, 3));
#else
	return ENOSYS;
#endif
}
static int vhangup_cap(void)
{
	/* Only asked when there is no terminal to lose. */
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty >= 0) return EBUSY;
	return outcome(syscall(SYS_vhangup));
}
static int tracefs_open(void)
{
	int fd = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
	if (fd < 0) fd = open("/sys/kernel/debug/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
	return outcome(fd);
}

const struct probe priv_probes[] = {
	{"priv.core_pattern_write_same", core_pattern_write_same},
	{"priv.modprobe_path_write_same", modprobe_path_write_same},
	{"priv.binfmt_register_open", binfmt_register_open},
	{"priv.sysfs_open_w", sysfs_open_w},
	{"priv.sysctl_net_open_w", sysctl_net_open_w},
	{"priv.sysrq_open_w", sysrq_open_w},
	{"priv.cgroup_mkdir", cgroup_mkdir},
	{"priv.cgroup_procs_open_w", cgroup_procs_open_w},
	{"priv.sethostname", sethostname_probe},
	{"priv.reboot_cap", reboot_cap},
	{"priv.init_module_cap", init_module_cap},
	{"priv.kexec_cap", kexec_cap},
	{"priv.swapoff_cap", swapoff_cap},
	{"priv.clock_settime_cap", clock_settime_cap},
	{"priv.acct_cap", acct_cap},
	{"priv.quotactl_cap", quotactl_cap},
	{"priv.iopl_cap", iopl_cap},
	{"priv.vhangup_cap", vhangup_cap},
	{"priv.bpf_map_create", bpf_map_create},
	{"priv.perf_event_outpid", perf_event_outpid},
	{"priv.perf_event_self", perf_event_self},
	{"priv.userfaultfd", userfaultfd_probe},
	{"priv.dev_userfaultfd_open", dev_userfaultfd_open},
	{"priv.fanotify_fs", fanotify_fs},
	{"priv.fanotify_unprivileged", fanotify_unprivileged},
	{"priv.dmesg_read", dmesg_read},
	{"priv.kmsg_write_open", kmsg_write_open},
	{"priv.dev_mem_open", dev_mem_open},
	{"priv.dev_kvm_fuse_tun_open", dev_kvm_fuse_tun_open},
	{"priv.tracefs_open", tracefs_open},
	{"priv.setuid_binary", setuid_binary},
	{"priv.setuid_other", setuid_other},
	{"priv.capability_left", capability_left},
	{"priv.no_new_privs_off", no_new_privs_off},
	{NULL, NULL},
};
