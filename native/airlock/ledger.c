// A node is its device, its inode and the moment of its last change: nobody can bring that back, as no call sets it.
#include "airlock/ledger.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LEDGER_BYTES = 64 * 1024 * 1024 };
static const char ledger_name[] = "ledger";

struct entry {
  uint64_t device, inode;
  int64_t seconds, nanoseconds;
};

static struct entry *entries;
static size_t count;

static struct entry entry_of(const struct stat *status) {
  return (struct entry){status->st_dev, status->st_ino, status->st_ctim.tv_sec, status->st_ctim.tv_nsec};
}

static int compare(const void *left, const void *right) {
  return memcmp(left, right, sizeof(struct entry));
}

void read_ledger(int airlock_fd) {
  struct stat status;
  free(entries);
  entries = NULL;
  count = 0;
  int fd = openat(airlock_fd, ledger_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  // One too long to read makes conflicts of our own work, and loses nothing.
  if (fstat(fd, &status) == 0 && status.st_size > 0 && status.st_size <= MAX_LEDGER_BYTES) {
    entries = malloc((size_t)status.st_size);
    ssize_t got = entries == NULL ? 0 : read(fd, entries, (size_t)status.st_size);
    count = got < 0 ? 0 : (size_t)got / sizeof *entries;
    if (count > 0) qsort(entries, count, sizeof *entries, compare);
  }
  (void)close(fd);
}

bool is_our_own(const struct stat *status) {
  struct entry wanted = entry_of(status);
  return count > 0 && bsearch(&wanted, entries, count, sizeof *entries, compare) != NULL;
}

static void note_below(int ledger, int directory, const char *name, bool whole) {
  struct stat status;
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  struct entry entry = entry_of(&status);
  (void)!write(ledger, &entry, sizeof entry);
  if (!whole || !S_ISDIR(status.st_mode)) return;
  int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *names = fd < 0 ? NULL : fdopendir(fd);
  if (names == NULL) {
    if (fd >= 0) (void)close(fd);
    return;
  }
  for (struct dirent *found; (found = readdir(names)) != NULL;) {
    if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0) note_below(ledger, dirfd(names), found->d_name, true);
  }
  (void)closedir(names);
}

void note_our_own(int airlock_fd, int directory, const char *name, bool whole) {
  if (airlock_fd < 0) return;
  int ledger = openat(airlock_fd, ledger_name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (ledger < 0) return;
  note_below(ledger, directory, name, whole);
  (void)close(ledger);
}
