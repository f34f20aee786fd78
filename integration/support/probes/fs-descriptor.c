/* Descriptors that were open before the sandbox was entered, and those that are reopened from inside. */
#include "probe.h"
#include <dirent.h>

/* The numbers outer.c leaves open. */
enum { RW_FD = 20, DIR_FD = 21, RO_FD = 22 };

static int reopen(int fd)
{
	return poke(format("/proc/self/fd/%d", fd));
}

static int reopen_rofd_via_proc(void)
{
	int fd = open(outside("target"), O_RDONLY | O_CLOEXEC);
	return fd < 0 ? errno : reopen(fd);
}
static int reopen_opath_via_proc(void)
{
	int fd = open(outside("target"), O_PATH | O_CLOEXEC);
	return fd < 0 ? errno : reopen(fd);
}
static int dev_fd_reopen(void)
{
	int fd = open(outside("target"), O_RDONLY | O_CLOEXEC);
	return fd < 0 ? errno : poke(format("/dev/fd/%d", fd));
}
static int inherited_rw_fd(void) { return write(RW_FD, "x", 1) == 1 ? 0 : errno; }
static int inherited_dirfd_create(void)
{
	return outcome(openat(DIR_FD, "new", O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0644));
}
static int inherited_rofd_reopen_rw(void) { return reopen(RO_FD); }
static int stdin_file_reopen_rw(void) { return reopen(0); }
static int fchdir_opath_create(void)
{
	int fd = open(outside("."), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fchdir(fd) < 0) return errno;
	return create("new");
}

/* Anything above 2 that the probe's own machinery did not open. */
static int inherited_fds_count(void)
{
	int extra = 0;
	DIR *all = opendir("/proc/self/fd");
	if (all == NULL) return errno;
	for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
		int fd = atoi(entry->d_name);
		if (fd <= 2 || fd == dirfd(all)) continue;
		char target[256];
		ssize_t length = readlink(format("/proc/self/fd/%d", fd), target, sizeof target - 1);
		say("%d=%.*s ", fd, (int)(length > 0 ? length : 0), target);
		extra++;
	}
	closedir(all);
	return extra > 0 ? 0 : ENOENT;
}

const struct probe fs_descriptor_probes[] = {
	{"fs.reopen_rofd_via_proc", reopen_rofd_via_proc},
	{"fs.reopen_opath_via_proc", reopen_opath_via_proc},
	{"fs.dev_fd_reopen", dev_fd_reopen},
	{"fs.inherited_rw_fd", inherited_rw_fd},
	{"fs.inherited_dirfd_create", inherited_dirfd_create},
	{"fs.inherited_rofd_reopen_rw", inherited_rofd_reopen_rw},
	{"fs.stdin_file_reopen_rw", stdin_file_reopen_rw},
	{"fs.fchdir_opath_create", fchdir_opath_create},
	{"leak.inherited_fds_count", inherited_fds_count},
	{NULL, NULL},
};
