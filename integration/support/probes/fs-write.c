/* Writing, renaming, linking and removing outside the writable roots, by every road to a path. */
#include "probe.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

static int append_abs_outside(void) { return poke(outside("target")); }
static int create_outside(void) { return create(outside("new")); }

static int open_with(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0) return errno;
	close(fd);
	return 0;
}

static int o_trunc_outside(void) { return open_with(outside("target"), O_WRONLY | O_TRUNC); }
static int o_rdonly_trunc_outside(void) { return open_with(outside("target"), O_RDONLY | O_TRUNC); }
static int truncate2_outside(void) { return outcome(truncate(outside("target"), 0)); }

static int dotdot_write(void)
{
	if (chdir(workspace("")) < 0) return errno;
	return poke(format("../outside/%s/target", probe_name()));
}

static int symlink_made_inside(void)
{
	if (symlink(outside("target"), named(".link")) < 0) return errno;
	return poke(named(".link"));
}

static int symlink_preexisting_dir(void) { return poke(named(".dirlink/target")); }
static int hardlink_preexisting(void) { return poke(named(".hard")); }

static int hardlink_made_inside(void)
{
	if (link(outside("target"), named(".hard")) < 0) return errno;
	return poke(named(".hard"));
}

static int rename_into(const char *to, unsigned flags)
{
	const char *from = named(".src");
	int made = create(from);
	if (made != 0) return made;
	return outcome(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
}

static int rename_in_to_out(void) { return rename_into(outside("new"), 0); }
static int rename_over_outside(void) { return rename_into(outside("target"), 0); }
static int rename_exchange(void) { return rename_into(outside("target"), RENAME_EXCHANGE); }
static int rename_out_to_in(void) { return outcome(rename(outside("target"), named(".dst"))); }
static int unlink_outside(void) { return outcome(unlink(outside("target"))); }
static int mkdir_outside(void) { return outcome(mkdir(outside("new"), 0755)); }
static int rmdir_outside(void) { return outcome(rmdir(outside("empty"))); }
static int mkfifo_outside(void) { return outcome(mkfifo(outside("new"), 0644)); }
static int symlink_create_outside(void) { return outcome(symlink("x", outside("new"))); }
static int hardlink_create_outside(void)
{
	int made = create(named(".src"));
	return made != 0 ? made : outcome(link(named(".src"), outside("new")));
}

static int mmap_shared_rdonly_fd(void)
{
	int fd = open(outside("target"), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	char *at = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) return errno;
	at[0] = '!';
	return 0;
}

static int proc_self_root_write(void) { return poke(format("/proc/self/root%s", outside("target"))); }
static int proc_thread_self_root_write(void) { return poke(format("/proc/thread-self/root%s", outside("target"))); }
static int proc_outpid_root_write(void)
{
	return poke(format("/proc/%ld/root%s", number("victim_pid"), outside("target")));
}
static int proc_outpid_cwd_write(void)
{
	return poke(format("/proc/%ld/cwd/fs.proc_outpid_cwd_write/target", number("victim_pid")));
}
static int proc_outpid_fd_write(void)
{
	return poke(format("/proc/%ld/fd/%ld", number("victim_pid"), number("victim_rw_fd")));
}
static int proc_ppid_root_write(void)
{
	/* The probe's parent is the driver; what started the driver is the sandbox's own machinery. */
	char line[512];
	int fd = open(format("/proc/%d/stat", getppid()), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	ssize_t got = read(fd, line, sizeof line - 1);
	close(fd);
	if (got <= 0) return EIO;
	line[got] = 0;
	int grandparent = 0;
	char *after = strrchr(line, ')');
	if (after == NULL || sscanf(after + 1, " %*c %d", &grandparent) != 1) return EINVAL;
	return poke(format("/proc/%d/root%s", grandparent, outside("target")));
}
static int proc_pid1_root_write(void) { return poke(format("/proc/1/root%s", outside("target"))); }

static int open_by_handle_at_write(void)
{
	struct {
		struct file_handle handle;
		unsigned char space[MAX_HANDLE_SZ];
	} box = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
	int mount_id;
	if (name_to_handle_at(AT_FDCWD, outside("target"), &box.handle, &mount_id, 0) < 0) return errno;
	int at = open(arena("outside"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0) return errno;
	int fd = open_by_handle_at(at, &box.handle, O_WRONLY | O_APPEND);
	if (fd < 0) return errno;
	return write(fd, "x", 1) == 1 ? 0 : errno;
}

/* The disk under the arena, as a device node of our own making and as the one in /dev. */
static dev_t disk(void)
{
	struct stat facts;
	if (stat(setting("arena"), &facts) < 0) return 0;
	return facts.st_dev;
}

static int mknod_block(int flags)
{
	if (mknod(named(".blk"), S_IFBLK | 0600, disk()) < 0) return errno;
	return open_with(named(".blk"), flags);
}

static int mknod_blockdev_read(void) { return mknod_block(O_RDONLY); }
static int mknod_blockdev_open_w(void) { return mknod_block(O_RDWR); }

static int raw_disk_dev_read(void)
{
	FILE *table = fopen("/proc/partitions", "re");
	if (table == NULL) return errno;
	char line[128], name[64], byte;
	int last = ENOENT;
	while (fgets(line, sizeof line, table) != NULL) {
		if (sscanf(line, " %*d %*d %*d %63s", name) != 1) continue;
		int fd = open(format("/dev/%s", name), O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			last = errno;
			continue;
		}
		last = read(fd, &byte, 1) == 1 ? 0 : errno;
		close(fd);
		if (last == 0) break;
	}
	fclose(table);
	return last;
}

static int iouring_openat_write(void)
{
	struct ring *ring = ring_open();
	if (ring == NULL) return errno;
	int fd = ring_run(ring, IORING_OP_OPENAT, AT_FDCWD, outside("target"), 0, 0, O_WRONLY | O_APPEND);
	if (fd < 0) return -fd;
	return write(fd, "x", 1) == 1 ? 0 : errno;
}

static int openat2_write(void)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = {.flags = O_WRONLY | O_APPEND};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, outside("target"), &how, sizeof how);
	if (fd < 0) return errno;
	return write(fd, "x", 1) == 1 ? 0 : errno;
}

static int creat_legacy(void)
{
#ifdef SYS_creat
	return outcome(syscall(SYS_creat, outside("new"), 0644));
#else
	return ENOSYS;
#endif
}

static int o_tmpfile_linkat(void)
{
	int fd = open(outside("."), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		/* Perhaps the file can be made inside and linked out. */
		fd = open(workspace("."), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd < 0) return errno;
	}
	return outcome(linkat(AT_FDCWD, format("/proc/self/fd/%d", fd), AT_FDCWD, outside("new"), AT_SYMLINK_FOLLOW));
}

static int write_slash_tmp(void) { return create(format("/tmp/%s.%s", setting("nonce"), probe_name())); }
static int write_tmpdir(void) { return create(arena(format("tmp/%s", probe_name()))); }
static int write_var_tmp(void) { return create(format("/var/tmp/%s.%s", setting("nonce"), probe_name())); }
static int write_home_rc(void) { return poke(arena("home/.bashrc")); }
static int write_run(void) { return create(format("/run/%s.%s", setting("nonce"), probe_name())); }
static int write_etc(void) { return create(format("/etc/%s.%s", setting("nonce"), probe_name())); }
static int write_slash(void) { return create(format("/%s.%s", setting("nonce"), probe_name())); }

/* A name that exists inside and is swapped for a link to the outside while it is opened, many times over. */
static int symlink_race(void)
{
	if (mkdir(named(".dir"), 0755) < 0 || create(named(".dir/target")) != 0) return errno;
	if (symlink(outside("."), named(".other")) < 0) return errno;
	pid_t racer = fork();
	if (racer == 0)
		for (;;)
			syscall(SYS_renameat2, AT_FDCWD, named(".dir"), AT_FDCWD, named(".other"), RENAME_EXCHANGE);
	int last = 0;
	for (int i = 0; i < 4000; i++) {
		int result = poke(named(".dir/target"));
		if (result != 0) last = result;
	}
	return last;
}

const struct probe fs_write_probes[] = {
	{"fs.append_abs_outside", append_abs_outside},
	{"fs.create_outside", create_outside},
	{"fs.o_trunc_outside", o_trunc_outside},
	{"fs.o_rdonly_trunc_outside", o_rdonly_trunc_outside},
	{"fs.truncate2_outside", truncate2_outside},
	{"fs.dotdot_write", dotdot_write},
	{"fs.symlink_made_inside", symlink_made_inside},
	{"fs.symlink_preexisting_dir", symlink_preexisting_dir},
	{"fs.hardlink_made_inside", hardlink_made_inside},
	{"fs.hardlink_preexisting", hardlink_preexisting},
	{"fs.rename_in_to_out", rename_in_to_out},
	{"fs.rename_over_outside", rename_over_outside},
	{"fs.rename_out_to_in", rename_out_to_in},
	{"fs.rename_exchange", rename_exchange},
	{"fs.unlink_outside", unlink_outside},
	{"fs.mkdir_outside", mkdir_outside},
	{"fs.rmdir_outside", rmdir_outside},
	{"fs.mkfifo_outside", mkfifo_outside},
	{"fs.symlink_create_outside", symlink_create_outside},
	{"fs.hardlink_create_outside", hardlink_create_outside},
	{"fs.mmap_shared_rdonly_fd", mmap_shared_rdonly_fd},
	{"fs.proc_self_root_write", proc_self_root_write},
	{"fs.proc_thread_self_root_write", proc_thread_self_root_write},
	{"fs.proc_outpid_root_write", proc_outpid_root_write},
	{"fs.proc_outpid_cwd_write", proc_outpid_cwd_write},
	{"fs.proc_outpid_fd_write", proc_outpid_fd_write},
	{"fs.proc_ppid_root_write", proc_ppid_root_write},
	{"fs.proc_pid1_root_write", proc_pid1_root_write},
	{"fs.open_by_handle_at", open_by_handle_at_write},
	{"fs.mknod_blockdev_read", mknod_blockdev_read},
	{"fs.mknod_blockdev_open_w", mknod_blockdev_open_w},
	{"fs.raw_disk_dev_read", raw_disk_dev_read},
	{"fs.iouring_openat_write", iouring_openat_write},
	{"fs.openat2_write", openat2_write},
	{"fs.creat_legacy", creat_legacy},
	{"fs.o_tmpfile_linkat", o_tmpfile_linkat},
	{"fs.write_slash_tmp", write_slash_tmp},
	{"fs.write_TMPDIR", write_tmpdir},
	{"fs.write_var_tmp", write_var_tmp},
	{"fs.write_HOME_rc", write_home_rc},
	{"fs.write_run", write_run},
	{"fs.write_etc", write_etc},
	{"fs.write_slash", write_slash},
	{"fs.symlink_race", symlink_race},
	{NULL, NULL},
};
