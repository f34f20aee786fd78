// Holds what the plan names, in the view as it is being built. Other programs go on working meanwhile: what they took away
// needs no holding, and what they replaced is held as it is now, or the search begins anew.
#include "protect/hold_places.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "sandbox/mounts.h"
#include "sandbox/roots.h"

static int fail_at(struct holder *holder, const char *what, const char *path) {
  int error = errno;
  return refuse(holder->failure, STAGE_SANDBOX, error, "Cannot %s %s: %s", what, path, strerror(error));
}

// What was found while the search went on is another thing now: whoever starts the run may look once more.
static int went_away(struct holder *holder, const char *what, const char *path, const char *how) {
  return refuse(holder->failure, STAGE_SANDBOX, ESTALE, "Cannot %s %s: %s", what, path, how);
}

static bool is_same(int fd, dev_t device, ino_t inode) {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

// A name is pinned by being a mount point, and the kernel asks that of the name in every mount of the namespace.
// So the pins sit in a second copy of the root that nobody can reach: the command's own view has no mount there, and
// renames across the pinned directory still work.
int pin_names(struct holder *holder) {
  for (size_t i = 0; i < holder->policy->root_count; i++) {
    if (holder->view->hidden_fds[i] >= 0 && attach_at(holder->view->hidden_fds[i], "/dev/shm") != 0 &&
        attach_at(holder->view->hidden_fds[i], "/dev") != 0)
      return refuse(holder->failure, STAGE_SANDBOX, errno, "Cannot set up pins: %s", strerror(errno));
  }
  for (size_t i = 0; i < holder->plan->count; i++) {
    const struct place *pinned = &holder->plan->places[i];
    if (pinned->kind != PLACE_PINNED) continue;
    int place = open_exact(holder->view->hidden_fds[pinned->root], pinned->path);
    if (place < 0 && is_gone(errno)) {
      holder->is_gone[i] = holder->lacks_pins = true; // and with it what was found there
      continue;
    }
    if (place < 0) return fail_at(holder, "pin", pinned->path);
    if (!is_same(place, pinned->device, pinned->inode))
      return went_away(holder, "pin", pinned->path, "it was replaced");
    int copy = clone_mount(place);
    if (copy < 0) return fail_at(holder, "pin", pinned->path);
    if (attach_mount(copy, place) != 0) {
      if (errno != ENOENT) return fail_at(holder, "pin", pinned->path);
      holder->is_gone[i] = holder->lacks_pins = true;
    }
    (void)close(copy);
    (void)close(place);
  }
  return 0;
}

// A file system that ignores case may know a protected file by a second name, which no mount covers.
static int refuse_second_spelling(struct holder *holder, const struct place *protected, const struct stat *held) {
  char path[PATH_MAX];
  struct statvfs file_system;
  const char *slash = strrchr(protected->path, '/');
  size_t before = slash == NULL ? 0 : (size_t)(slash - protected->path);
  const struct place *known = holder->spelled;
  // It is a property of the directory: one answer is good for all names in it.
  if (known != NULL && known->root == protected->root && strncmp(known->path, protected->path, before) == 0 &&
      strrchr(known->path + before, '/') == (slash == NULL ? NULL : known->path + before))
    return 0;
  (void)snprintf(path, sizeof path, "%s", protected->path);
  char *letter = slash == NULL ? path : path + before;
  while (*letter != '\0' && (*letter < 'a' || *letter > 'z')) letter++;
  if (*letter == '\0') return 0;
  *letter = (char)(*letter - 'a' + 'A');
  int fd = open_exact(holder->view->root_fds[protected->root], path);
  if (fd < 0 || !is_same(fd, held->st_dev, held->st_ino)) holder->spelled = protected;
  if (fd < 0) return 0;
  bool is_open = is_same(fd, held->st_dev, held->st_ino) && fstatvfs(fd, &file_system) == 0 &&
                 (file_system.f_flag & ST_RDONLY) == 0;
  (void)close(fd);
  if (!is_open) return 0;
  (void)refuse(holder->failure, STAGE_SANDBOX, 0, "Cannot protect %s: it can also be spelled %s", protected->path, path);
  return advise(holder->failure, "Keep the work tree on a file system that tells upper from lower case");
}

// Whether nothing has to be held at a name where something was a moment ago: its directory went, too, or nothing was said
// about keeping the name free.
static bool may_be_missing(const struct holder *holder, const struct place *protected) {
  char parent[PATH_MAX];
  const char *slash = strrchr(protected->path, '/');
  if (protected->when_missing == IGNORE_MISSING) return true;
  if (slash == NULL) return false;
  (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - protected->path), protected->path);
  int fd = open_exact(holder->view->root_fds[protected->root], parent);
  bool is_there = fd >= 0 || !is_gone(errno);
  if (fd >= 0) (void)close(fd);
  return !is_there;
}

// What another program put there meanwhile is held as well, when it is of the same kind: `git config` and editors replace
// files. A directory is another one, and what to hold in it has to be searched for.
static bool is_as_good(const struct place *protected, const struct stat *status) {
  bool is_same = status->st_dev == protected->device && status->st_ino == protected->inode;
  return is_same || (!protected->is_directory && S_ISREG(status->st_mode));
}

// A directory above it was away when it should have been kept where it is, and is back.
static bool lacks_pin_above(const struct holder *holder, const struct place *protected) {
  for (size_t i = 0; holder->lacks_pins && i < holder->plan->count; i++) {
    const struct place *pinned = &holder->plan->places[i];
    size_t length = strlen(pinned->path);
    if (holder->is_gone[i] && pinned->root == protected->root && strncmp(pinned->path, protected->path, length) == 0 &&
        protected->path[length] == '/')
      return true;
  }
  return false;
}

static int protect_place_at(struct holder *holder, const struct place *protected, int place) {
  struct stat status;
  if (fstat(place, &status) != 0) return fail_at(holder, "protect", protected->path);
  if (!is_as_good(protected, &status) || lacks_pin_above(holder, protected))
    return went_away(holder, "protect", protected->path, "it was replaced");
  int copy = clone_mount(place);
  bool held = copy >= 0 &&
              set_attributes(copy, MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES, true) == 0 &&
              attach_mount(copy, place) == 0;
  int error = errno;
  if (copy >= 0) (void)close(copy);
  errno = error;
  if (held) return refuse_second_spelling(holder, protected, &status);
  // Taken away between two steps: something else may stand there by now.
  return error == ENOENT || error == EINVAL ? went_away(holder, "protect", protected->path, "it was replaced")
                                            : fail_at(holder, "protect", protected->path);
}

int protect_places(struct holder *holder) {
  for (size_t i = 0; i < holder->plan->count; i++) {
    const struct place *protected = &holder->plan->places[i];
    if (protected->kind != PLACE_READ_ONLY) continue;
    int place = open_exact(holder->view->root_fds[protected->root], protected->path);
    if (place < 0 && is_gone(errno) && may_be_missing(holder, protected)) continue;
    if (place < 0 && is_gone(errno)) return went_away(holder, "protect", protected->path, "it went away");
    if (place < 0) return fail_at(holder, "protect", protected->path);
    int result = protect_place_at(holder, protected, place);
    (void)close(place);
    if (result != 0) return -1;
  }
  return 0;
}
