// Device nodes cannot be made without privilege; the host's own are bound into a small file system of ours.
#include "private_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"

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
  for (size_t i = 0; i < DEVICE_COUNT; i++) {
    int node = i != TERMINAL ? openat(dev, names[i], O_PATH | O_NOFOLLOW | O_CLOEXEC) : tty ? open_terminal() : -1;
    copies->nodes[i] = node < 0 ? -1 : clone_mount(node);
    int error = errno;
    if (node >= 0) (void)close(node);
    errno = error;
    if (node >= 0 && copies->nodes[i] < 0) return fail(failure, "copy a device");
  }
  (void)close(dev);
  return 0;
}

static int place_devices(int dev, struct device_copies *copies) {
  for (size_t i = 0; i < DEVICE_COUNT; i++) {
    if (copies->nodes[i] < 0) continue;
    int file = openat(dev, names[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return -1;
    (void)close(file);
    int place = openat(dev, names[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place < 0) return -1;
    int result = attach_mount(copies->nodes[i], place);
    (void)close(place);
    if (result != 0) return -1;
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
  int file = openat(dev, "shm/unreadable", O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
  if (file < 0) return -1;
  (void)close(file);
  copies->unreadable = openat(dev, "shm/unreadable", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return copies->unreadable < 0 ? -1 : 0;
}

static int mount_below(const char *type, const char *const *options, uint64_t attributes, const char *path) {
  int mount = new_mount(type, options, attributes);
  if (mount < 0) return -1;
  int result = attach_at(mount, path);
  int error = errno;
  (void)close(mount);
  errno = error;
  return result;
}

int mount_devices(struct device_copies *copies, struct failure *failure) {
  static const char *const dev_options[] = {"mode", "755", "size", "64k", "nr_inodes", "64", "source", "cordon", NULL};
  static const char *const pts_options[] = {"newinstance", NULL, "ptmxmode", "0666", "mode", "620", NULL};
  static const char *const shm_options[] = {"mode", "1777", "size", "1g", "source", "cordon", NULL};
  int tmpfs = new_mount("tmpfs", dev_options, MOUNT_NO_SUID | MOUNT_NO_EXEC);
  if (tmpfs < 0 || attach_at(tmpfs, "/dev") != 0) return fail(failure, "mount a private /dev");
  (void)close(tmpfs);
  mode_t before = umask(0);
  int dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dev < 0 || place_devices(dev, copies) != 0 || place_links(dev) != 0 || make_unreadable(dev, copies) != 0)
    return fail(failure, "fill the private /dev");
  (void)umask(before);
  if (mount_below("devpts", pts_options, MOUNT_NO_SUID | MOUNT_NO_EXEC, "/dev/pts") != 0)
    return fail(failure, "mount private terminals");
  if (mount_below("tmpfs", shm_options, MOUNT_NO_SUID | MOUNT_NO_DEVICES, "/dev/shm") != 0)
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
  if (copies->unreadable >= 0) (void)close(copies->unreadable);
}
