// Makes and removes placeholders. Each carries a time stamp or a target of its own, so that nothing a user made is ever
// removed. None has blocks on disk: making and removing one takes microseconds.
#include "protect/placeholder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "protect/directory_times.h"
#include "sandbox/roots.h"

enum { MARK_SECONDS = 1000000007 };

static const char nowhere[] = "/proc/cordon/keeps-this-name-free-while-a-command-runs";

// The directory that holds `path`, and its last component. The root itself is not opened again.
int open_parent(int root_fd, const char *path, const char **name) {
  char parent[PATH_MAX];
  const char *slash = strrchr(path, '/');
  *name = slash == NULL ? path : slash + 1;
  if (slash == NULL) return root_fd;
  (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
  return open_exact(root_fd, parent);
}

void close_parent(int parent, int root_fd) {
  int error = errno;
  if (parent >= 0 && parent != root_fd) (void)close(parent);
  errno = error;
}

static bool is_ours(int parent, const char *name, enum placeholder kind, const struct stat *status) {
  char text[sizeof nowhere + 1];
  if (kind == PLACEHOLDER_LINK)
    return readlinkat(parent, name, text, sizeof text) == (ssize_t)strlen(nowhere) &&
           memcmp(text, nowhere, strlen(nowhere)) == 0;
  if (status->st_mtim.tv_sec != MARK_SECONDS) return false;
  if (kind == PLACEHOLDER_SOCKET) return S_ISSOCK(status->st_mode);
  return S_ISREG(status->st_mode) && status->st_size == (kind == PLACEHOLDER_DOT_FILE ? 2 : 0);
}

// A directory has no time stamp that lasts: its mark is the sticky bit, which means nothing where only the owner may
// write, and which it loses when something came into it that makes it somebody's.
static void remove_parent(int parent, const char *name, const struct stat *seen) {
  struct stat status;
  if (!S_ISDIR(seen->st_mode) || (seen->st_mode & S_ISVTX) == 0 || (seen->st_mode & 022) != 0) return;
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return;
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); // by its name it could be a link by now
  if (fd < 0) return;
  if (fstat(fd, &status) == 0 && status.st_ino == seen->st_ino) (void)fchmod(fd, status.st_mode & 0777);
  (void)close(fd);
}

void remove_placeholder(int root_fd, enum placeholder kind, const char *path) {
  const char *name;
  int parent = open_parent(root_fd, path, &name);
  if (parent < 0) return;
  struct stat status;
  const struct directory_times before = note_times(parent);
  if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (kind == PLACEHOLDER_PARENT) remove_parent(parent, name, &status);
    else if (is_ours(parent, name, kind, &status)) (void)unlinkat(parent, name, 0);
    // Where the file system has no sockets.
    else if (kind == PLACEHOLDER_SOCKET && S_ISDIR(status.st_mode) && status.st_mtim.tv_sec == MARK_SECONDS)
      (void)unlinkat(parent, name, AT_REMOVEDIR);
    restore_times(parent, &before);
  }
  close_parent(parent, root_fd);
}

// No parent that could be made, or no permission: the command, with this user's rights and fewer, cannot create it either.
bool is_beyond_us(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == EROFS || error == EPERM;
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
  int error = errno;
  (void)close(fd);
  if (!written) (void)unlinkat(parent, name, 0); // the name found room, its content did not
  errno = error;
  return written ? 0 : -1;
}

static bool is_marked_socket(int parent, const char *name, struct stat *status) {
  return fstatat(parent, name, status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status->st_mode) &&
         status->st_mtim.tv_sec == MARK_SECONDS;
}

// Another name for a placeholder there is: no inode to make, and none to throw away. Where that is forbidden, or the
// first one is gone meanwhile, one is made.
static bool link_marked(struct journal *journal, int parent, const char *name, struct stat *status) {
  if (journal->socket_at[0] == '\0' || parent != journal->root_fd) return false;
  if (linkat(parent, journal->socket_at, parent, name, 0) != 0) return false;
  if (is_marked_socket(parent, name, status)) return true;
  (void)unlinkat(parent, name, 0); // the first one was replaced by somebody's own file
  return false;
}

int make_marked(struct journal *journal, int parent, const char *name, enum placeholder kind, struct stat *status) {
  const struct timespec mark[2] = {{.tv_sec = MARK_SECONDS}, {.tv_sec = MARK_SECONDS}};
  const struct directory_times before = note_times(parent);
  if (kind == PLACEHOLDER_SOCKET && link_marked(journal, parent, name, status)) {
    restore_times(parent, &before);
    return 0;
  }
  int result = make(parent, name, kind);
  // What cannot be made is left out for good reasons only; one answer is none.
  if (result != 0 && is_beyond_us(errno)) result = make(parent, name, kind);
  restore_times(parent, &before);
  if (result != 0) return -1;
  if (utimensat(parent, name, mark, AT_SYMLINK_NOFOLLOW) != 0 || fstatat(parent, name, status, AT_SYMLINK_NOFOLLOW) != 0) {
    // Without its mark nobody would know it for ours.
    if (unlinkat(parent, name, 0) != 0) (void)unlinkat(parent, name, AT_REMOVEDIR);
    errno = EIO;
    return -1;
  }
  if (S_ISSOCK(status->st_mode) && parent == journal->root_fd && strlen(name) <= NAME_MAX)
    memcpy(journal->socket_at, name, strlen(name) + 1);
  return 0;
}
