// The kernel's overlay file system, as an ordinary user may mount it in a user namespace: its marks are extended attributes
// of the user's own (`userxattr`), and it does not wait for the disk (`volatile`): a layer that outlives a crash of the
// machine is thrown away.
#include "sandbox/layers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/mounts.h"
#include "sandbox/roots.h"

// What a host does not have, or a disk has no room for: the command may then write to the directory itself, and that is
// told. Whatever else goes wrong may be right the next time, and is no reason to do without.
static bool is_lasting(int error) {
  return error == EPERM || error == EACCES || error == ENOSYS || error == ENODEV || error == EINVAL || error == EOPNOTSUPP ||
         error == ENOSPC || error == EDQUOT;
}

static int fail(struct failure *failure, const char *path) {
  int error = errno;
  enum stage stage = is_lasting(error) ? STAGE_LAYERS : STAGE_SANDBOX;
  (void)refuse(failure, stage, error, "Cannot put a layer over %s: %s", path, strerror(error));
  return stage == STAGE_LAYERS ? advise(failure, "See `cordon doctor`; without layers commands write to the directory itself") : -1;
}

// In a place that only this user can reach, or the layer could be written past the command.
static int open_own(const char *path) {
  struct stat status;
  int fd = open_exact(-1, path);
  if (fd < 0) return -1;
  if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) return fd;
  (void)close(fd);
  errno = ENOTDIR;
  return -1;
}

int mount_layer(const struct layered_root *layer, int lower, struct failure *failure) {
  char places[3][32];
  int upper = open_own(layer->upper), work = open_own(layer->work), mount = -1;
  if (upper >= 0 && work >= 0) {
    const int fds[3] = {lower, upper, work};
    // By descriptor: no path is looked up twice, and no name in it needs a second spelling.
    for (size_t i = 0; i < 3; i++) (void)snprintf(places[i], sizeof places[i], "/proc/self/fd/%d", fds[i]);
    const char *const options[] = {"source",  "cordon",  "lowerdir",  places[0], "upperdir", places[1],
                                   "workdir", places[2], "userxattr", NULL,      "volatile", NULL, NULL};
    mount = new_mount("overlay", options, 0);
  }
  int error = errno;
  if (upper >= 0) (void)close(upper);
  if (work >= 0) (void)close(work);
  errno = error;
  return mount >= 0 ? mount : fail(failure, layer->root);
}
