// Device nodes cannot be made without privilege; the host's own are bound into a small file system of ours.
#include "sandbox/private_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/mounts.h"

// A terminal of the host has no name among our own terminals; as the console, `tty` and libc find it.
static const char *const names[DEVICE_COUNT] = {"null", "zero", "full", "random", "urandom", "tty", "console"};
enum { TERMINAL = DEVICE_COUNT - 1 };

static int fail(struct failure *failure, const char *what) {
  int error = errno;
  return refuse(failure, STAGE_SANDBOX, error, "Cannot %s: %s", what, strerror(error));
}

static int open_terminal(void) {
  char path[64];
  struct stat named, held;
  ssize_t length = readlink("/proc/self/fd/0", path, sizeof path - 1);
  if (length <= 0) return -1;
  path[length] = '\0';
  int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && fstat(fd, &named) == 0 && fstat(STDIN_FILENO, &held) == 0 && named.st_rdev == held.st_rdev) return fd;
  if (fd >= 0) (void)close(fd);
  return -1; // it works without a name, too
}

int copy_devices(struct device_copies *copies, bool tty, struct failure *failure) {
  copies->unreadable = -1;
  int dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dev < 0) return fail(failure, "open /dev");
  for (size_t i = 0; i < TERMINAL; i++) {
    copies->nodes[i] = clone_name(dev, names[i]);
    if (copies->nodes[i] < 0 && errno != ENOENT) return fail(failure, "copy a device");
  }
  (void)close(dev);
  int terminal = tty ? open_terminal() : -1;
  copies->nodes[TERMINAL] = terminal < 0 ? -1 : clone_mount(terminal);
  if (terminal < 0) return 0;
  if (copies->nodes[TERMINAL] < 0) return fail(failure, "copy the terminal");
  (void)close(terminal);
  return 0;
}

static int place_devices(int dev, struct device_copies *copies) {
  for (size_t i = 0; i < DEVICE_COUNT; i++) {
    if (copies->nodes[i] < 0) continue;
    if (mknodat(dev, names[i], S_IFREG | 0666, 0) != 0) return -1;
    if (attach_below(copies->nodes[i], dev, names[i]) != 0) return -1;
    (void)close(copies->nodes[i]);
    copies->nodes[i] = -1;
  }
  return 0;
}

static int place_links(int dev) {
  static const char *const links[][2] = {
      {"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"},
      {"/proc/self/fd/2", "stderr"}, {"pts/ptmx", "ptmx"},
  };
  for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
    if (symlinkat(links[i][0], dev, links[i][1]) != 0) return -1;
  }
  return mkdirat(dev, "pts", 0755) == 0 && mkdirat(dev, "shm", 0755) == 0 ? 0 : -1;
}

// Below what becomes /dev/shm: covered there, it has no name, and an unlinked file could not be mounted.
static int make_unreadable(int dev, struct device_copies *copies) {
  if (mknodat(dev, "shm/unreadable", S_IFREG, 0) != 0) return -1;
  copies->unreadable = openat(dev, "shm/unreadable", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return copies->unreadable < 0 ? -1 : 0;
}

int mount_devices(struct device_copies *copies, struct failure *failure) {
  if (mount_fresh("tmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=64") != 0)
    return fail(failure, "mount a private /dev");
  mode_t before = umask(0);
  int dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dev < 0 || place_devices(dev, copies) != 0 || place_links(dev) != 0 || make_unreadable(dev, copies) != 0)
    return fail(failure, "fill the private /dev");
  (void)umask(before);
  if (mount_fresh("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620") != 0)
    return fail(failure, "mount private terminals");
  if (mount_fresh("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777,size=1g") != 0)
    return fail(failure, "mount private shared memory");
  int result = set_attributes(dev, MOUNT_READ_ONLY, false);
  int error = errno;
  (void)close(dev);
  errno = error;
  return result == 0 ? 0 : fail(failure, "close the private /dev");
}

void release_devices(struct device_copies *copies) {
  for (size_t i = 0; i < DEVICE_COUNT; i++) {
    if (copies->nodes[i] >= 0) (void)close(copies->nodes[i]);
  }
}
