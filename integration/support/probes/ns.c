/* Namespaces and mounts: building a world in which the read-only mount, the mask or the missing device is gone. */
#include "probe.h"
#include <linux/mount.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

static int unshare_user(void) { return outcome(unshare(CLONE_NEWUSER)); }
static int clone3_newuser(void)
{
	struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	long child = syscall(SYS_clone3, &arguments, sizeof arguments);
	if (child == 0) _exit(0);
	if (child > 0) waitpid((pid_t)child, NULL, 0);
	return outcome(child);
}
static int clone_newuser(void)
{
	long child = syscall(SYS_clone, (unsigned long)CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (child == 0) _exit(0);
	if (child > 0) waitpid((pid_t)child, NULL, 0);
	return outcome(child);
}
static int unshare_mnt(void) { return outcome(unshare(CLONE_NEWNS)); }

static int enter_user_and_mount(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return errno;
	return 0;
}

static int userns_mount_tmpfs(void)
{
	int entered = enter_user_and_mount();
	return entered != 0 ? entered : outcome(mount("x", workspace("."), "tmpfs", 0, NULL));
}
static int remount_rw(void)
{
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL);
	struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
	syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes);
	return poke(outside("target"));
}
static int userns_remount_rw_write(void)
{
	int entered = enter_user_and_mount();
	return entered != 0 ? entered : remount_rw();
}
static int remount_rw_direct(void)
{
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) < 0) return errno;
	return remount_rw();
}
static int userns_bind_over_ro(void)
{
	int entered = enter_user_and_mount();
	if (entered != 0) return entered;
	if (mount(outside("."), workspace("."), NULL, MS_BIND | MS_REC, NULL) < 0) return errno;
	return poke(workspace("target"));
}
static int mount_proc_sysfs(void)
{
	/* In a mount namespace of the probe's own where that is allowed, so that a success stays private. */
	(void)unshare(CLONE_NEWNS);
	(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("proc", workspace("."), "proc", 0, NULL) == 0) return 0;
	return outcome(mount("sysfs", workspace("."), "sysfs", 0, NULL));
}
static int open_tree_clone(void)
{
	return outcome(syscall(SYS_open_tree, AT_FDCWD, arena("outside"), OPEN_TREE_CLONE | AT_RECURSIVE));
}
static int open_tree_attr_rw(void)
{
	struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
	int tree = (int)syscall(467, AT_FDCWD, outside("."), OPEN_TREE_CLONE | AT_RECURSIVE, &attributes,
				sizeof attributes);
	if (tree < 0) return errno;
	return outcome(openat(tree, "new", O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0644));
}
static int open_tree_clone_rw_write(void)
{
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, outside("."), OPEN_TREE_CLONE);
	if (tree < 0) return errno;
	struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
	(void)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes);
	return outcome(openat(tree, "new", O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0644));
}
static int fsopen_probe(void) { return outcome(syscall(SYS_fsopen, "tmpfs", 0)); }
static int fspick_probe(void) { return outcome(syscall(SYS_fspick, AT_FDCWD, "/", 0)); }
static int move_mount_probe(void)
{
	/* Moving what is no mount: EINVAL for whoever may mount, EPERM for others. */
	if (syscall(SYS_move_mount, AT_FDCWD, workspace("."), AT_FDCWD, workspace("."), 0) == 0) return 0;
	return errno == EINVAL ? 0 : errno;
}
static int pivot_root_probe(void)
{
	if (syscall(SYS_pivot_root, workspace("."), workspace(".")) == 0) return 0;
	return errno == EINVAL || errno == EBUSY ? 0 : errno;
}
static int chroot_probe(void) { return outcome(chroot(workspace("."))); }

static int enter(const char *kind, int flag)
{
	int fd = open(format("/proc/%ld/ns/%s", number("victim_pid"), kind), O_RDONLY | O_CLOEXEC);
	return fd < 0 ? errno : outcome(setns(fd, flag));
}
static int setns_outpid_mnt(void) { return enter("mnt", CLONE_NEWNS); }
static int setns_outpid_net(void) { return enter("net", CLONE_NEWNET); }
static int setns_own_net(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? errno : outcome(setns(fd, CLONE_NEWNET));
}
static int setns_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, number("victim_pid"), 0);
	return fd < 0 ? errno : outcome(setns(fd, CLONE_NEWNS | CLONE_NEWNET));
}
static int ns_get_parent(void)
{
	/* NS_GET_PARENT / NS_GET_USERNS: a descriptor of the namespace above. */
	int fd = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno;
	int parent = ioctl(fd, 0xb702);
	return parent < 0 ? errno : outcome(setns(parent, CLONE_NEWUSER));
}
static int pid1_root_is_host(void)
{
	/* /proc/1/root leads somewhere else than the probe's own root. */
	struct stat theirs, mine;
	if (stat(format("/proc/1/root%s", outside("target")), &theirs) < 0) return errno;
	if (stat(outside("target"), &mine) < 0) return 0;
	return poke(format("/proc/1/root%s", outside("target")));
}

const struct probe ns_probes[] = {
	{"ns.unshare_user", unshare_user},
	{"ns.clone3_newuser", clone3_newuser},
	{"ns.clone_newuser", clone_newuser},
	{"ns.unshare_mnt", unshare_mnt},
	{"ns.userns_mount_tmpfs", userns_mount_tmpfs},
	{"ns.userns_remount_rw_write", userns_remount_rw_write},
	{"ns.userns_bind_over_ro", userns_bind_over_ro},
	{"ns.remount_rw_direct", remount_rw_direct},
	{"ns.mount_proc_sysfs", mount_proc_sysfs},
	{"ns.open_tree_clone", open_tree_clone},
	{"ns.open_tree_attr_rw", open_tree_attr_rw},
	{"ns.open_tree_clone_rw_write", open_tree_clone_rw_write},
	{"ns.fsopen", fsopen_probe},
	{"ns.fspick", fspick_probe},
	{"ns.move_mount", move_mount_probe},
	{"ns.pivot_root", pivot_root_probe},
	{"ns.chroot", chroot_probe},
	{"ns.setns_outpid_mnt", setns_outpid_mnt},
	{"ns.setns_outpid_net", setns_outpid_net},
	{"ns.setns_own_net", setns_own_net},
	{"ns.setns_pidfd", setns_pidfd},
	{"ns.parent_userns_by_ioctl", ns_get_parent},
	{"ns.pid1_root_is_host", pid1_root_is_host},
	{NULL, NULL},
};
