#include "airlock/seen.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "airlock/places.h"

// From the moment it was seen at to the last one that is our own doing.
struct touched {
  uint64_t device, inode;
  int64_t from_seconds, from_nanoseconds, to_seconds, to_nanoseconds;
};

static struct touched *table; // open addressing; `inode` 0 is free
static size_t used, room;     // `room` is a power of two

struct seen see(const struct stat *status) {
  return (struct seen){
      .inode = status->st_ino,
      .links = status->st_nlink,
      .mode = status->st_mode,
      .owner = status->st_uid,
      .group = status->st_gid,
      .size = S_ISREG(status->st_mode) ? (uint64_t)status->st_size : 0,
      .written = status->st_mtim,
      .changed = status->st_ctim,
  };
}

bool is_after(const struct timespec *left, const struct timespec *right) {
  return left->tv_sec > right->tv_sec || (left->tv_sec == right->tv_sec && left->tv_nsec > right->tv_nsec);
}

static bool is_same_moment(const struct timespec *left, const struct timespec *right) {
  return left->tv_sec == right->tv_sec && left->tv_nsec == right->tv_nsec;
}

static struct touched *slot_of(uint64_t device, uint64_t inode) {
  size_t at = (size_t)(inode * 0x9e3779b97f4a7c15U >> 20) & (room - 1);
  while (table[at].inode != 0 && (table[at].inode != inode || table[at].device != device)) at = (at + 1) & (room - 1);
  return &table[at];
}

static bool make_room(void) {
  if (2 * (used + 1) <= room) return true;
  struct touched *old = table;
  size_t count = room;
  struct touched *larger = calloc(room == 0 ? 64 : 2 * room, sizeof *larger);
  if (larger == NULL) return false;
  table = larger;
  room = room == 0 ? 64 : 2 * room;
  for (size_t i = 0; i < count; i++) {
    if (old[i].inode != 0) *slot_of(old[i].device, old[i].inode) = old[i];
  }
  free(old);
  return true;
}

// When the node was last changed by anybody but us.
static struct timespec changed_by_others(const struct stat *status) {
  const struct touched *found = used == 0 ? NULL : slot_of(status->st_dev, status->st_ino);
  bool is_ours = found != NULL && found->inode != 0 && found->to_seconds == status->st_ctim.tv_sec &&
                 found->to_nanoseconds == status->st_ctim.tv_nsec;
  return is_ours ? (struct timespec){.tv_sec = found->from_seconds, .tv_nsec = found->from_nanoseconds} : status->st_ctim;
}

// Without memory the node counts as changed by somebody else, and nothing is lost.
void note_touched(const struct stat *before, const struct stat *after) {
  struct timespec from = changed_by_others(before);
  if (!make_room()) return;
  struct touched *slot = slot_of(after->st_dev, after->st_ino);
  if (slot->inode == 0) used++;
  *slot = (struct touched){after->st_dev, after->st_ino, from.tv_sec, from.tv_nsec, after->st_ctim.tv_sec, after->st_ctim.tv_nsec};
}

bool is_as_seen_but_moved(const struct seen *seen, const struct stat *status) {
  if (seen->inode != status->st_ino || seen->mode != status->st_mode || seen->owner != status->st_uid ||
      seen->group != status->st_gid)
    return false;
  if (S_ISDIR(status->st_mode)) return true;
  return is_same_moment(&seen->written, &status->st_mtim) && (!S_ISREG(status->st_mode) || seen->size == (uint64_t)status->st_size);
}

bool is_as_seen(const struct seen *seen, const struct stat *status) {
  if (!is_as_seen_but_moved(seen, status)) return false;
  struct timespec changed = changed_by_others(status);
  return S_ISDIR(status->st_mode) || is_same_moment(&seen->changed, &changed);
}

// FNV-1a, then spread: the numbers of a tree are added up.
static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < length; i++) hash = (hash ^ at[i]) * 0x100000001b3U;
  return hash;
}

uint64_t print_of(const char *path, const struct stat *status) {
  struct timespec changed = changed_by_others(status);
  bool is_directory = S_ISDIR(status->st_mode);
  const uint64_t parts[] = {
      status->st_ino,
      status->st_mode,
      is_directory ? 0 : (uint64_t)status->st_size,
      is_directory ? 0 : (uint64_t)changed.tv_sec,
      is_directory ? 0 : (uint64_t)changed.tv_nsec,
  };
  uint64_t hash = mix(mix(0xcbf29ce484222325U, path, strlen(path)), parts, sizeof parts);
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9U;
  return hash ^ hash >> 27;
}

static bool print_below(int directory, const char *name, char *path, const struct stat *status, uint64_t *sum) {
  mode_t locked;
  char own[32];
  int fd = open_to_list(directory, name, status, &locked);
  DIR *names = fd < 0 ? NULL : fdopendir(fd);
  bool good = names != NULL;
  size_t end = strlen(path);
  while (good) {
    struct stat below;
    errno = 0;
    const struct dirent *entry = readdir(names);
    if (entry == NULL) {
      good = errno == 0;
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    size_t length = strlen(entry->d_name);
    good = end + length + 2 <= PATH_MAX && fstatat(fd, entry->d_name, &below, AT_SYMLINK_NOFOLLOW) == 0;
    if (!good) break;
    path[end] = '/';
    memcpy(path + end + 1, entry->d_name, length + 1);
    *sum += print_of(path, &below);
    if (S_ISDIR(below.st_mode)) good = print_below(fd, entry->d_name, path, &below, sum);
    path[end] = '\0';
  }
  path_of_descriptor(fd, own);
  if (fd >= 0 && locked != 0) (void)chmod(own, locked & 07777);
  if (names != NULL) (void)closedir(names);
  else if (fd >= 0) (void)close(fd);
  return good;
}

bool print_inside(int directory, const char *name, const char *path, uint64_t *sum) {
  struct stat status;
  char whole[PATH_MAX];
  *sum = 0;
  if (strlen(path) >= sizeof whole || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  strcpy(whole, path);
  return !S_ISDIR(status.st_mode) || print_below(directory, name, whole, &status, sum);
}

void each_touched(void (*take)(uint64_t device, uint64_t inode, struct timespec from, struct timespec to)) {
  for (size_t i = 0; i < room; i++) {
    const struct touched *each = &table[i];
    if (each->inode == 0) continue;
    take(each->device, each->inode, (struct timespec){.tv_sec = each->from_seconds, .tv_nsec = each->from_nanoseconds},
         (struct timespec){.tv_sec = each->to_seconds, .tv_nsec = each->to_nanoseconds});
  }
}

bool put_touched(FILE *file) {
  uint64_t count = used;
  bool good = fwrite(&count, sizeof count, 1, file) == 1;
  for (size_t i = 0; good && i < room; i++) {
    if (table[i].inode != 0) good = fwrite(&table[i], sizeof table[i], 1, file) == 1;
  }
  return good;
}

bool get_touched(FILE *file) {
  uint64_t count;
  struct touched entry;
  if (fread(&count, sizeof count, 1, file) != 1) return false;
  for (; count > 0; count--) {
    if (fread(&entry, sizeof entry, 1, file) != 1 || entry.inode == 0 || !make_room()) return false;
    struct touched *slot = slot_of(entry.device, entry.inode);
    if (slot->inode == 0) used++;
    *slot = entry;
  }
  return true;
}
