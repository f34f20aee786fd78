// The journals of placeholders: what is noted down before it is made, and who takes it away.
#include "protect/janitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "protect/placeholder.h"
#include "protect/state_directory.h"
#include "sandbox/roots.h"

enum { MAX_JOURNAL = 64 * 1024 * 1024, LOCK_TRIES = 2000 };

void open_janitor(struct janitor *janitor) {
  janitor->state_fd = -1;
  for (size_t i = 0; i < MAX_ROOTS; i++) janitor->journals[i].fd = -1;
}

// Out of every command's reach: find_hidden.c.
static int open_state(struct failure *failure) {
  char path[64];
  for (size_t i = 0; state_directory(i, path, sizeof path); i++) {
    int fd = make_state_directory(path);
    if (fd >= 0) return fd;
  }
  (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot keep protected names from being created: no private directory");
  return advise(failure, "Make /dev/shm writable for this user");
}

static bool is_in_use(int state_fd, int fd, const char *name) {
  struct stat here, there;
  return fstat(fd, &here) == 0 && fstatat(state_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

// A journal is the root's path, then kind and path of each placeholder, all ended by NUL.
static void clean_up(int fd, int known_root_fd) {
  // A long session beside a busy host makes many; one that is larger than any could be is nobody's.
  struct stat status;
  size_t size = fstat(fd, &status) == 0 && status.st_size <= MAX_JOURNAL ? (size_t)status.st_size : 0;
  char *text = size == 0 ? NULL : malloc(size);
  ssize_t length = text == NULL ? -1 : pread(fd, text, size, 0);
  if (length > 0 && text[length - 1] == '\0') {
    const char *first = text + strlen(text) + 1, *end = text + length - 1;
    int root_fd = known_root_fd >= 0 ? known_root_fd : open_exact(-1, text);
    // From the last to the first: what stands in a directory goes before the directory.
    while (root_fd >= 0 && end > first) {
      const char *at = end;
      while (at > first && at[-1] != '\0') at--;
      if (at < end) remove_placeholder(root_fd, (enum placeholder)at[0], at + 1);
      end = at - 1;
    }
    if (root_fd >= 0 && root_fd != known_root_fd) (void)close(root_fd);
  }
  free(text);
}

// Cleans up for launchers that died without a chance to: a journal nobody holds.
static void sweep(int state_fd) {
  int copy = openat(state_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy < 0 ? NULL : fdopendir(copy);
  if (directory == NULL) {
    if (copy >= 0) (void)close(copy);
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    int fd = openat(state_fd, entry->d_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) continue;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_in_use(state_fd, fd, entry->d_name)) {
      clean_up(fd, -1);
      (void)unlinkat(state_fd, entry->d_name, 0);
    }
    (void)close(fd);
  }
  (void)closedir(directory);
}

// Waits for a janitor that is cleaning up this moment; a stopped one is not waited for long.
static int lock_shared(int state_fd, const char *name) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 1000000};
  for (int tries = 0; tries < LOCK_TRIES; tries++) {
    int fd = openat(state_fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    if (flock(fd, LOCK_SH | LOCK_NB) == 0 && is_in_use(state_fd, fd, name)) return fd;
    (void)close(fd);
    (void)nanosleep(&pause, NULL);
  }
  errno = EBUSY;
  return -1;
}

static bool is_full(int error) {
  return error == ENOSPC || error == EDQUOT;
}

int lock_root(struct janitor *janitor, size_t index, int root_fd, const char *root_path, struct failure *failure) {
  struct journal *journal = &janitor->journals[index];
  struct stat status;
  if (journal->fd >= 0) return 0;
  if (janitor->state_fd < 0) {
    janitor->state_fd = open_state(failure);
    if (janitor->state_fd < 0) return is_full(failure->error) ? 0 : -1;
    sweep(janitor->state_fd);
  }
  if (fstat(root_fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect %s", root_path);
  (void)snprintf(journal->name, sizeof journal->name, "%llx-%llx", (unsigned long long)status.st_dev,
                 (unsigned long long)status.st_ino);
  journal->fd = lock_shared(janitor->state_fd, journal->name);
  if (journal->fd < 0 && is_full(errno)) return 0;
  if (journal->fd < 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot lock the journal of %s", root_path);
  journal->root_fd = root_fd;
  journal->root_path = root_path;
  journal->has_heading = false;
  journal->socket_at[0] = '\0';
  return 0;
}

static bool note(struct journal *journal, enum placeholder kind, const char *path) {
  char line[2 * PATH_MAX + 8];
  struct stat status;
  size_t length = 0;
  if (!journal->has_heading && fstat(journal->fd, &status) != 0) return false;
  if (!journal->has_heading && status.st_size == 0) {
    length = strlen(journal->root_path) + 1;
    memcpy(line, journal->root_path, length);
  }
  line[length++] = (char)kind;
  memcpy(line + length, path, strlen(path) + 1);
  length += strlen(path) + 1;
  ssize_t put = write(journal->fd, line, length);
  // Half a line must not run on into the next one: as a line of its own it names nothing of ours.
  if (put > 0 && put < (ssize_t)length) (void)(write(journal->fd, "", 1) + 1);
  if (put == (ssize_t)length) journal->has_heading = true;
  return put == (ssize_t)length;
}

static bool make_parent(struct journal *journal, const char *path) {
  const char *name;
  if (!note(journal, PLACEHOLDER_PARENT, path)) return false;
  int parent = open_parent(journal->root_fd, path, &name);
  bool made = parent >= 0 && mkdirat(parent, name, S_ISVTX | 0755) == 0;
  close_parent(parent, journal->root_fd);
  return made || (parent >= 0 && errno == EEXIST);
}

// The directories above a name that is to be kept free: the command could make them, and then the name in them.
static bool make_parents(struct journal *journal, const char *path) {
  char parent[PATH_MAX];
  for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
    int fd = open_exact(journal->root_fd, parent);
    if (fd < 0 && (errno != ENOENT || !make_parent(journal, parent))) return false;
    if (fd >= 0) (void)close(fd);
  }
  return true;
}

enum placeholder_result create_placeholder(struct janitor *janitor, size_t index, const char *path,
                                           enum placeholder kind, bool makes_way, struct stat *status,
                                           struct failure *failure) {
  struct journal *journal = &janitor->journals[index];
  const char *name;
  if (journal->fd < 0) return PLACEHOLDER_NO_ROOM;
  int parent = open_parent(journal->root_fd, path, &name);
  if (parent < 0 && errno == ENOENT && makes_way && make_parents(journal, path))
    parent = open_parent(journal->root_fd, path, &name);
  if (parent < 0 && errno == EACCES && !is_closed_for_good(journal->root_fd, path)) {
    (void)refuse(failure, STAGE_SANDBOX, EACCES, "Cannot keep %s from being created: %s", path, strerror(EACCES));
    return PLACEHOLDER_FAILED;
  }
  if (parent >= 0 && !note(journal, kind, path)) {
    int error = errno;
    close_parent(parent, journal->root_fd);
    if (is_full(error)) return PLACEHOLDER_NO_ROOM;
    errno = error;
    (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot note down the placeholder for %s", path);
    return PLACEHOLDER_FAILED;
  }
  bool made = parent >= 0 && (make_marked(journal, parent, name, kind, status) == 0 ||
                              (errno == EEXIST && fstatat(parent, name, status, AT_SYMLINK_NOFOLLOW) == 0));
  close_parent(parent, journal->root_fd);
  if (made) return PLACEHOLDER_MADE;
  if (is_beyond_us(errno)) return PLACEHOLDER_NOT_NEEDED;
  if (is_full(errno)) return PLACEHOLDER_NO_ROOM;
  (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot keep %s from being created: %s", path, strerror(errno));
  return PLACEHOLDER_FAILED;
}

void close_janitor(struct janitor *janitor) {
  for (size_t i = 0; i < MAX_ROOTS; i++) {
    struct journal *journal = &janitor->journals[i];
    if (journal->fd < 0) continue;
    // Another launcher at work in this root holds the lock, too: it will be the one to clean up.
    if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0 && is_in_use(janitor->state_fd, journal->fd, journal->name)) {
      clean_up(journal->fd, journal->root_fd);
      (void)unlinkat(janitor->state_fd, journal->name, 0);
    }
    (void)close(journal->fd);
    journal->fd = -1;
  }
  if (janitor->state_fd >= 0) (void)close(janitor->state_fd);
  janitor->state_fd = -1;
}
