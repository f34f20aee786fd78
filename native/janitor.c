// Makes and removes placeholders. Each carries a time stamp or a target of its own, so that nothing a user made is ever
// removed. None has blocks on disk: making and removing one takes microseconds.
#include "janitor.h"

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

#include "roots.h"

enum { MAX_JOURNAL = 256 * 1024, LOCK_TRIES = 2000, MARK_SECONDS = 1000000007 };

static const char nowhere[] = "/proc/cordon/keeps-this-name-free-while-a-command-runs";

void open_janitor(struct janitor *janitor) {
  janitor->state_fd = -1;
  for (size_t i = 0; i < MAX_ROOTS; i++) janitor->journals[i].fd = -1;
}

// A directory of this user's alone, outside of every writable root: sandboxes get a /dev/shm of their own.
static int open_state(struct failure *failure) {
  static const char *const parents[] = {"/dev/shm", "/run", "/var/tmp"};
  char path[64];
  for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++) {
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/cordon-%u", parents[i], (unsigned)geteuid());
    if (mkdir(path, 0700) != 0 && errno != EEXIST) continue;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) continue;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 077) == 0) return fd;
    (void)close(fd);
  }
  (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot keep protected names from being created: no private directory");
  return advise(failure, "Make /dev/shm writable for this user");
}

static bool is_in_use(int state_fd, int fd, const char *name) {
  struct stat here, there;
  return fstat(fd, &here) == 0 && fstatat(state_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

static void remove_placeholder(int root_fd, enum placeholder kind, const char *path) {
  char parent_path[PATH_MAX], text[sizeof nowhere + 1];
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  (void)snprintf(parent_path, sizeof parent_path, "%.*s", slash == NULL ? 1 : (int)(slash - path),
                 slash == NULL ? "." : path);
  int parent = open_exact(root_fd, parent_path);
  if (parent < 0) return;
  struct stat status;
  bool exists = fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && kind == PLACEHOLDER_LINK && readlinkat(parent, name, text, sizeof text) == (ssize_t)strlen(nowhere) &&
      memcmp(text, nowhere, strlen(nowhere)) == 0)
    (void)unlinkat(parent, name, 0);
  if (exists && kind != PLACEHOLDER_LINK && status.st_mtim.tv_sec == MARK_SECONDS) {
    off_t size = kind == PLACEHOLDER_DOT_FILE ? 2 : 0;
    bool is_ours = kind == PLACEHOLDER_SOCKET ? S_ISSOCK(status.st_mode)
                                              : S_ISREG(status.st_mode) && status.st_size == size;
    if (is_ours) (void)unlinkat(parent, name, 0);
    // Where the file system has no sockets.
    if (kind == PLACEHOLDER_SOCKET && S_ISDIR(status.st_mode)) (void)unlinkat(parent, name, AT_REMOVEDIR);
  }
  (void)close(parent);
}

// A journal is the root's path, then kind and path of each placeholder, all ended by NUL.
static void clean_up(int fd, int known_root_fd) {
  char *text = malloc(MAX_JOURNAL);
  ssize_t length = text == NULL ? -1 : pread(fd, text, MAX_JOURNAL, 0);
  if (length > 0 && text[length - 1] == '\0') {
    const char *end = text + length, *at = text + strlen(text) + 1;
    int root_fd = known_root_fd >= 0 ? known_root_fd : open_exact(-1, text);
    for (; root_fd >= 0 && at < end; at += strlen(at) + 1) {
      if (at[0] != '\0') remove_placeholder(root_fd, (enum placeholder)at[0], at + 1);
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

int lock_root(struct janitor *janitor, size_t index, int root_fd, const char *root_path, struct failure *failure) {
  struct journal *journal = &janitor->journals[index];
  struct stat status;
  if (journal->fd >= 0) return 0;
  if (janitor->state_fd < 0) {
    janitor->state_fd = open_state(failure);
    if (janitor->state_fd < 0) return -1;
    sweep(janitor->state_fd);
  }
  if (fstat(root_fd, &status) != 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot inspect %s", root_path);
  (void)snprintf(journal->name, sizeof journal->name, "%llx-%llx", (unsigned long long)status.st_dev,
                 (unsigned long long)status.st_ino);
  journal->fd = lock_shared(janitor->state_fd, journal->name);
  if (journal->fd < 0) return refuse(failure, STAGE_SANDBOX, errno, "Cannot lock the journal of %s", root_path);
  journal->root_fd = root_fd;
  journal->root_path = root_path;
  return 0;
}

static bool note(struct journal *journal, enum placeholder kind, const char *path) {
  char line[2 * PATH_MAX + 8];
  struct stat status;
  size_t length = 0;
  if (fstat(journal->fd, &status) != 0) return false;
  if (status.st_size == 0) {
    length = strlen(journal->root_path) + 1;
    memcpy(line, journal->root_path, length);
  }
  line[length++] = (char)kind;
  memcpy(line + length, path, strlen(path) + 1);
  length += strlen(path) + 1;
  return write(journal->fd, line, length) == (ssize_t)length;
}

static int make(int parent, const char *name, enum placeholder kind) {
  if (kind == PLACEHOLDER_SOCKET) {
    if (mknodat(parent, name, S_IFSOCK, 0) == 0) return 0;
    return errno == EEXIST ? -1 : mkdirat(parent, name, 0755);
  }
  if (kind == PLACEHOLDER_LINK) return symlinkat(nowhere, parent, name);
  int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  bool written = kind != PLACEHOLDER_DOT_FILE || write(fd, ".\n", 2) == 2;
  (void)close(fd);
  return written ? 0 : -1;
}

static int make_marked(int root_fd, const char *path, enum placeholder kind) {
  char parent_path[PATH_MAX];
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  (void)snprintf(parent_path, sizeof parent_path, "%.*s", slash == NULL ? 1 : (int)(slash - path),
                 slash == NULL ? "." : path);
  int parent = open_exact(root_fd, parent_path);
  if (parent < 0) return -1;
  const struct timespec mark[2] = {{.tv_sec = MARK_SECONDS}, {.tv_sec = MARK_SECONDS}};
  int result = make(parent, name, kind);
  if (result == 0) result = utimensat(parent, name, mark, AT_SYMLINK_NOFOLLOW);
  int error = errno;
  (void)close(parent);
  errno = error;
  return result;
}

enum placeholder_result create_placeholder(struct janitor *janitor, size_t index, const char *path,
                                           enum placeholder kind, struct failure *failure) {
  struct journal *journal = &janitor->journals[index];
  if (!note(journal, kind, path)) {
    (void)refuse(failure, STAGE_SANDBOX, errno, "Cannot note down the placeholder for %s", path);
    return PLACEHOLDER_FAILED;
  }
  if (make_marked(journal->root_fd, path, kind) == 0 || errno == EEXIST) return PLACEHOLDER_MADE;
  // No such parent, or no permission: the command, with this user's rights and fewer, cannot create it either.
  if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == EROFS || errno == EPERM)
    return PLACEHOLDER_NOT_NEEDED;
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
