// A cover is a mount: an empty directory nobody may enter, or a file nobody may open. The kernel takes it away together with
// what it was on when somebody outside renames another file over that one.
#include "sandbox/hide_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/mounts.h"
#include "sandbox/roots.h"

enum { TMPFS = 0x01021994, MAX_TRIES = 500, PERMISSIONS = 07777, MOUNT_ROOT = 0x2000 };

static bool is_covered(int place, const struct stat *status, int unreadable) {
  struct stat cover;
  struct statfs file_system;
  struct statx facts;
  if (!S_ISDIR(status->st_mode))
    return fstat(unreadable, &cover) == 0 && cover.st_dev == status->st_dev && cover.st_ino == status->st_ino;
  // A command can make a directory that looks the same, but no mount.
  return (status->st_mode & PERMISSIONS) == 0 && statx(place, "", AT_EMPTY_PATH, 0, &facts) == 0 &&
         (facts.stx_attributes & MOUNT_ROOT) != 0 && fstatfs(place, &file_system) == 0 && file_system.f_type == TMPFS;
}

static int cover(int place, int unreadable) {
  struct stat status;
  if (fstat(place, &status) != 0) return -1;
  if (is_covered(place, &status, unreadable)) return 0;
  return S_ISDIR(status.st_mode) ? cover_directory(place) : cover_file(unreadable, place);
}

// In a file system of the sandbox's own nothing of the host is to be seen.
static bool is_private(const struct policy *policy, const char *path) {
  return strncmp(path, "/dev/", 5) == 0 || (policy->private_tmp && strncmp(path, "/tmp/", 5) == 0);
}

static int refuse_to_hide(const char *path, int error, struct failure *failure) {
  if (error == ENOENT || error == ENOTDIR)
    return refuse(failure, STAGE_SANDBOX, ESTALE, "Cannot hide %s: it was moved", path);
  if (error != EACCES)
    return refuse(failure, STAGE_SANDBOX, error, "Cannot hide %s: %s", path, strerror(error));
  (void)refuse(failure, STAGE_SANDBOX, EACCES, "Cannot hide %s: a directory on the way cannot be searched", path);
  return advise(failure, "Give its owner the right to search it again (`chmod u+x`)");
}

static int hide_path(const struct view *view, const struct policy *policy, const struct hidden *hidden,
                     struct failure *failure) {
  int place = open_exact(-1, hidden->path);
  bool is_gone = place < 0 && (errno == ENOENT || errno == ENOTDIR);
  // Nothing there to read; what was there a moment ago was moved, and can be moved back.
  if (is_gone && (hidden->is_missing || is_private(policy, hidden->path))) return 0;
  // Somebody else's closed directory hides it already; one of this user's own is opened again with a chmod().
  if (place < 0 && errno == EACCES && hidden->is_closed) return 0;
  int result = place < 0 ? -1 : cover(place, view->unreadable);
  int error = errno;
  if (place >= 0) (void)close(place);
  return result == 0 ? 0 : refuse_to_hide(hidden->path, error, failure);
}

int hide_paths(const struct view *view, const struct policy *policy, const struct plan *plan, struct failure *failure) {
  for (size_t i = 0; i < plan->hidden_count; i++) {
    if (hide_path(view, policy, &plan->hidden[i], failure) != 0) return -1;
  }
  return 0;
}

// A link that stands there now is followed: what it leads to is what would be read.
static bool cover_again(const struct view *view, const char *path) {
  int place = open_without_magic(-1, path, true);
  if (place < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP;
  bool covered = cover(place, view->unreadable) == 0;
  (void)close(place);
  return covered;
}

// What is replaced once more between two steps is looked at once more.
bool hide_again(const struct view *view, const struct plan *plan) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 200000};
  for (size_t i = 0; i < plan->hidden_count; i++) {
    int tries = 0;
    while (!cover_again(view, plan->hidden[i].path)) {
      if (++tries == MAX_TRIES) return false;
      (void)nanosleep(&pause, NULL);
    }
  }
  return true;
}
