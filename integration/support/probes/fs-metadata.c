/* Changing what is known about a file outside: mode, owner, times, attributes, locks. Landlock sees none of these. */
#include "probe.h"
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/time.h>
#include <sys/xattr.h>

static int read_only(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

static int chmod_outside(void) { return outcome(chmod(outside("target"), 0601)); }
static int fchmod_rofd_outside(void)
{
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(fchmod(fd, 0601));
}
static int fchmodat2_outside(void)
{
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
	return outcome(syscall(SYS_fchmodat2, AT_FDCWD, outside("target"), 0601, 0));
}
static int chmod_opath_proc(void)
{
	int fd = open(outside("target"), O_PATH | O_CLOEXEC);
	return fd < 0 ? errno : outcome(chmod(format("/proc/self/fd/%d", fd), 0601));
}

/* Root gives the file away; anyone else re-asserts what is there, which still stamps the inode. */
static uid_t other_owner(void) { return geteuid() == 0 ? 1 : geteuid(); }
static int chown_outside(void) { return outcome(chown(outside("target"), other_owner(), (gid_t)-1)); }
static int fchown_rofd_outside(void)
{
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(fchown(fd, other_owner(), (gid_t)-1));
}

static int utime_outside(void)
{
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	return outcome(utimensat(AT_FDCWD, outside("target"), times, 0));
}
static int futimens_rofd_outside(void)
{
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(futimens(fd, times));
}

static int setxattr_outside(void) { return outcome(setxattr(outside("target"), "user.probe", "1", 1, 0)); }
static int fsetxattr_rofd_outside(void)
{
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(fsetxattr(fd, "user.probe", "1", 1, 0));
}
static int removexattr_outside(void) { return outcome(removexattr(outside("target"), "user.kept")); }
static int setxattrat_outside(void)
{
	struct {
		uint64_t value;
		uint32_t size, flags;
	} arguments = {.value = (uint64_t)(uintptr_t) "1", .size = 1};
	return outcome(syscall(463, AT_FDCWD, outside("target"), 0, "user.probe", &arguments, sizeof arguments));
}

static int setfacl_outside(void)
{
	/* A POSIX ACL as the kernel stores it: version 2, then tag, permissions and id of each entry. */
	struct {
		uint32_t version;
		struct {
			uint16_t tag, permissions;
			uint32_t id;
		} entries[5];
	} acl = {2, {{0x01, 6, ~0u}, {0x02, 7, 12345}, {0x04, 4, ~0u}, {0x10, 7, ~0u}, {0x20, 4, ~0u}}};
	return outcome(setxattr(outside("target"), "system.posix_acl_access", &acl, sizeof acl, 0));
}

static int ioctl_setflags_outside(void)
{
	int flags = 0, fd = read_only(outside("target"));
	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return errno;
	flags |= FS_NODUMP_FL;
	return outcome(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}
static int ioctl_setflags_high_bits(void)
{
	/* A filter that compares 64 bits of the request lets this through; the kernel looks at 32 (CVE-2019-10063). */
	int flags = 0, fd = read_only(outside("target"));
	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return errno;
	flags |= FS_NODUMP_FL;
	return outcome(syscall(SYS_ioctl, fd, (unsigned long)FS_IOC_SETFLAGS | 1UL << 32, &flags));
}
static int ioctl_fssetxattr_outside(void)
{
	struct fsxattr attributes;
	int fd = read_only(outside("target"));
	if (fd < 0 || ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return errno;
	attributes.fsx_xflags |= FS_XFLAG_NODUMP;
	return outcome(ioctl(fd, FS_IOC_FSSETXATTR, &attributes));
}
static int file_setattr_outside(void)
{
	struct fsxattr_like {
		uint64_t xflags;
		uint32_t extsize, nextents, projid, cowextsize;
	} attributes = {0};
	if (syscall(468, AT_FDCWD, outside("target"), &attributes, sizeof attributes, 0) < 0) return errno;
	attributes.xflags |= FS_XFLAG_NODUMP;
	return outcome(syscall(469, AT_FDCWD, outside("target"), &attributes, sizeof attributes, 0));
}
static int fs_freeze_ioctl(void)
{
	/* An unknown argument size never freezes anything: the capability is asked first. FIFREEZE itself would stop
	 * the host's disk, so the probe asks to thaw what is not frozen: EINVAL with the right, EPERM without. */
	int fd = read_only(outside("."));
	if (fd < 0) return errno;
	if (ioctl(fd, FITHAW, 0) == 0) return 0;
	return errno == EINVAL ? 0 : errno;
}

static int flock_outside(void)
{
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(flock(fd, LOCK_EX | LOCK_NB));
}
static int lease_outside(void)
{
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(fcntl(fd, F_SETLEASE, F_RDLCK));
}
static int posix_write_lock_outside(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = read_only(outside("target"));
	return fd < 0 ? errno : outcome(fcntl(fd, F_SETLK, &lock));
}

const struct probe fs_metadata_probes[] = {
	{"fs.chmod_outside", chmod_outside},
	{"fs.fchmod_rofd_outside", fchmod_rofd_outside},
	{"fs.fchmodat2_outside", fchmodat2_outside},
	{"fs.chmod_opath_proc", chmod_opath_proc},
	{"fs.chown_outside", chown_outside},
	{"fs.fchown_rofd_outside", fchown_rofd_outside},
	{"fs.utime_outside", utime_outside},
	{"fs.futimens_rofd_outside", futimens_rofd_outside},
	{"fs.setxattr_outside", setxattr_outside},
	{"fs.fsetxattr_rofd_outside", fsetxattr_rofd_outside},
	{"fs.removexattr_outside", removexattr_outside},
	{"fs.setxattrat_outside", setxattrat_outside},
	{"fs.setfacl_outside", setfacl_outside},
	{"fs.ioctl_setflags_outside", ioctl_setflags_outside},
	{"fs.ioctl_setflags_high_bits", ioctl_setflags_high_bits},
	{"fs.ioctl_fssetxattr_outside", ioctl_fssetxattr_outside},
	{"fs.file_setattr_outside", file_setattr_outside},
	{"fs.freeze_ioctl", fs_freeze_ioctl},
	{"fs.flock_outside", flock_outside},
	{"fs.lease_outside", lease_outside},
	{"fs.posix_write_lock_outside", posix_write_lock_outside},
	{NULL, NULL},
};
