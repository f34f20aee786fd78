// When somebody outside renames a new file over a protected one (`git config`, an editor's save), the kernel takes the
// mount away together with the file it was on, and the new file could be written from inside. Process 1 hears of
// every mount that goes and puts it back. Between the two lies a moment; the threat model names it.
#include "protect/hold_again.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/mounts.h"
#include "sandbox/roots.h"

enum { MAX_TRIES = 500 };

static bool is_read_only(int fd) {
  struct statvfs file_system;
  return fstatvfs(fd, &file_system) == 0 && (file_system.f_flag & ST_RDONLY) != 0;
}

static bool mount_over(int place, uint64_t attributes) {
  int copy = clone_mount(place);
  if (copy < 0) return false;
  bool held = set_attributes(copy, attributes, true) == 0 && attach_mount(copy, place) == 0;
  (void)close(copy);
  return held;
}

static const uint64_t closed = MOUNT_READ_ONLY | MOUNT_NO_SUID | MOUNT_NO_DEVICES;

// A part of a git directory is missing: perhaps the whole is being removed, and a name of ours would be in the way. The
// directory is kept from changing instead.
static bool close_directory_of(const struct view *view, const struct place *place) {
  char directory[PATH_MAX];
  const char *slash = strrchr(place->path, '/');
  (void)snprintf(directory, sizeof directory, "%.*s", slash == NULL ? 0 : (int)(slash - place->path), place->path);
  int fd = open_exact(view->root_fds[place->root], *directory == '\0' ? "." : directory);
  if (fd < 0) return is_gone(errno);
  bool held = is_read_only(fd) || mount_over(fd, closed);
  (void)close(fd);
  return held;
}

// Nothing stands at the name any more. A name that must stay free is kept free again.
static bool hold_free(const struct view *view, const struct place *place, struct janitor *janitor) {
  struct failure failure;
  struct stat status;
  if (place->when_missing == IGNORE_MISSING) return true;
  if (is_part_of_git(place->when_missing)) return close_directory_of(view, place);
  switch (create_placeholder(janitor, place->root, place->path, placeholder_for(place->when_missing), true, &status,
                             &failure)) {
    case PLACEHOLDER_NOT_NEEDED:
      return true;
    case PLACEHOLDER_NO_ROOM:
      return close_directory_of(view, place);
    case PLACEHOLDER_MADE: // and has to be held
    case PLACEHOLDER_FAILED:
      return false;
  }
  return false;
}

static bool hold_place(const struct view *view, struct place *place, struct janitor *janitor) {
  struct stat status;
  int fd = open_exact(view->root_fds[place->root], place->path);
  if (fd < 0) return is_gone(errno) && hold_free(view, place, janitor);
  bool held = true;
  if (fstat(fd, &status) != 0) held = false;
  else if (place->kind == PLACE_READ_ONLY) held = is_read_only(fd) || mount_over(fd, closed);
  else if (status.st_dev != place->device || status.st_ino != place->inode) {
    int pin = open_exact(view->hidden_fds[place->root], place->path);
    held = pin >= 0 && mount_over(pin, closed);
    if (pin >= 0) (void)close(pin);
  }
  if (held) {
    place->device = status.st_dev;
    place->inode = status.st_ino;
  }
  (void)close(fd);
  return held;
}

// What is replaced once more between two steps is looked at once more.
static bool hold_in_the_end(const struct view *view, struct place *place, struct janitor *janitor) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 200000};
  for (int tries = 0; tries < MAX_TRIES; tries++) {
    if (hold_place(view, place, janitor)) return true;
    (void)nanosleep(&pause, NULL);
  }
  return false;
}

bool hold_again(const struct view *view, struct plan *plan, struct janitor *janitor) {
  for (size_t i = 0; i < plan->count; i++) {
    if (!hold_in_the_end(view, &plan->places[i], janitor)) return false;
  }
  return true;
}
