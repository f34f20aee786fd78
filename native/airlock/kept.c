#include "airlock/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "airlock/listing.h"
#include "airlock/moved.h"
#include "airlock/places.h"

static const char list_name[] = "kept";

struct stamp_entry {
  uint64_t layer, inode;
  struct timespec original, left;
};

int open_originals(int record_fd, size_t layer) {
  char name[40];
  (void)snprintf(name, sizeof name, "before/%zu", layer);
  return openat(record_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int open_attributes(int record_fd, size_t number) {
  char name[40];
  (void)snprintf(name, sizeof name, "attributes/%zu", number);
  return openat(record_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int open_store(int airlock_fd) {
  return openat(airlock_fd, "../changes", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool put_stamps(FILE *file, const struct change_set *set) {
  uint64_t count = set->stamp_count;
  bool good = fwrite(&count, sizeof count, 1, file) == 1;
  for (size_t i = 0; good && i < set->stamp_count; i++) {
    const struct stamp *stamp = &set->stamps[i];
    const struct stamp_entry entry = {stamp->layer, stamp->inode, stamp->original, stamp->left};
    good = fwrite(&entry, sizeof entry, 1, file) == 1 && put_text(file, stamp->path);
  }
  return good;
}

static bool get_stamps(FILE *file, struct change_set *set) {
  uint64_t count;
  if (fread(&count, sizeof count, 1, file) != 1) return false;
  for (; count > 0; count--) {
    struct stamp_entry entry;
    if (fread(&entry, sizeof entry, 1, file) != 1 || entry.layer >= set->layer_count) return false;
    char *path = get_text(file);
    struct stamp *stamp = path == NULL ? NULL : add_stamp(set, (size_t)entry.layer, path);
    free(path);
    if (stamp == NULL) return false;
    stamp->inode = (ino_t)entry.inode;
    stamp->original = entry.original;
    stamp->left = entry.left;
  }
  return true;
}

static bool put_record(FILE *file, const struct change_set *set) {
  return put_roots(file, set) && put_changes(file, set, false) && put_stamps(file, set);
}

static bool get_record(FILE *file, struct change_set *set) {
  return get_roots(file, set) && get_changes(file, set) && get_stamps(file, set);
}

int write_kept(struct change_set *set, int record_fd) {
  return write_list(set, record_fd, list_name, put_record);
}

int read_kept(struct change_set *set, int record_fd) {
  return read_list(set, record_fd, list_name, get_record);
}

static bool is_directly_below(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}

static size_t count_names(int parent, const char *name, const struct stat *status) {
  mode_t locked;
  size_t count = 0;
  int fd = open_to_list(parent, name, status, &locked);
  DIR *names = fd < 0 ? NULL : fdopendir(fd);
  if (names == NULL) {
    if (fd >= 0) (void)close(fd);
    return SIZE_MAX;
  }
  for (struct dirent *entry; (entry = readdir(names)) != NULL;)
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  if (locked != 0) (void)fchmod(fd, locked & 07777);
  (void)closedir(names);
  return count;
}

// Whether something is in the directory that the commit did not put there. Every change in it was looked at already.
static bool has_more(const struct change_set *set, size_t index, int parent, const char *name, const struct stat *status) {
  const struct change *directory = &set->changes[index];
  size_t known = 0;
  for (size_t i = index + 1; i < set->count && set->changes[i].layer == directory->layer; i++) {
    const struct change *change = &set->changes[i];
    size_t length = strlen(directory->path);
    if (strncmp(change->path, directory->path, length) != 0 || change->path[length] != '/') break;
    // One that somebody removed since is not there to be counted.
    if (is_directly_below(change->path, directory->path) && change->before.mode != 0 && change->seen.inode != 0) known++;
  }
  return count_names(parent, name, status) != known;
}

static enum conflict look_at(const struct change_set *set, size_t index) {
  struct change *change = &set->changes[index];
  struct stat status;
  enum conflict conflict = CHANGED_SINCE;
  int parent = open_parent_of(set->layers[change->layer].lower, change->path);
  const char *name = *change->path == '\0' ? "." : last_name(change->path);
  // A file or a link where a directory was is looked at by itself.
  bool lacks_parent = parent < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
  bool is_gone = parent < 0 ? lacks_parent : look_at_name(parent, name, &status) != 0 && errno == ENOENT;
  bool is_known = parent >= 0 && !is_gone && look_at_name(parent, name, &status) == 0;
  if (is_gone) {
    // Nothing was there, or somebody else removed what was to go.
    conflict = change->before.mode == 0 || change->after.mode == 0 ? NO_CONFLICT : CHANGED_SINCE;
    change->seen.inode = 0;
    change->lacks_parent = lacks_parent;
  } else if (is_known && change->before.mode != 0 && is_as_left(&change->seen, &status)) {
    bool goes = S_ISDIR(status.st_mode) && !S_ISDIR(change->after.mode);
    conflict = goes && has_more(set, index, parent, name, &status) ? CHANGED_SINCE : NO_CONFLICT;
  }
  if (parent >= 0) (void)close(parent);
  return conflict;
}

static bool is_below(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return length == 0 || (strncmp(path, directory, length) == 0 && path[length] == '/');
}

// The change of the nearest directory above each that has one, or `count`.
static size_t *list_parents(const struct change_set *set) {
  size_t *parents = calloc(set->count + 1, sizeof *parents);
  for (size_t i = 0; parents != NULL && i < set->count; i++) {
    const struct change *change = &set->changes[i];
    size_t above = i == 0 ? set->count : i - 1;
    while (above < set->count && (set->changes[above].layer != change->layer || !is_below(change->path, set->changes[above].path)))
      above = parents[above];
    parents[i] = above;
  }
  return parents;
}

static bool makes_room(const struct change_set *set, size_t parent, const struct change *change) {
  if (parent == set->count) return false;
  const struct change *above = &set->changes[parent];
  return !is_out(above) && S_ISDIR(above->after.mode) && strchr(change->path + strlen(above->path) + 1, '/') == NULL;
}

int follow_conflicts(struct change_set *set) {
  size_t *parents = list_parents(set);
  bool *holds = calloc(set->count + 1, sizeof *holds); // something that stays
  if (parents == NULL || holds == NULL) return give_up_set(set, "list", "the changes");
  for (size_t i = 0; i < set->count; i++) {
    struct change *change = &set->changes[i];
    bool needs_room = change->lacks_parent && change->after.mode != 0 && !is_out(change);
    if (needs_room && !makes_room(set, parents[i], change)) change->conflict = IN_THE_WAY;
  }
  for (size_t i = set->count; i-- > 0;) {
    struct change *change = &set->changes[i];
    bool is_there = change->before.mode != 0 && change->seen.inode != 0;
    if (holds[i] && S_ISDIR(change->before.mode) && !S_ISDIR(change->after.mode) && !is_out(change)) change->conflict = IN_THE_WAY;
    if (holds[i] || (is_there && is_out(change))) holds[parents[i]] = true;
  }
  free(parents);
  free(holds);
  return 0;
}

// From the last one on: a directory is looked at after what is in it.
void look_at_kept(struct change_set *set) {
  for (size_t i = set->count; i-- > 0;) set->changes[i].conflict = look_at(set, i);
}

int open_kept(struct change_set *set) {
  set->layer_count = 0;
  if (open_layers(set) != 0) return -1;
  if (read_kept(set, set->directory_fd) != 0) return give_up_set(set, "read the record in", set->directory);
  for (size_t i = 0; i < set->layer_count; i++) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/before/%zu", set->directory, i);
    free(set->layers[i].upper_path);
    set->layers[i].upper_path = length < 0 || (size_t)length >= sizeof path ? NULL : strdup(path);
    if (set->layers[i].upper_path == NULL) return give_up_set(set, "read the record in", set->directory);
  }
  (void)close(set->directory_fd);
  if (open_layers(set) != 0) return -1;
  int store = openat(set->directory_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  read_moved(store);
  if (store >= 0) (void)close(store);
  look_at_kept(set);
  return follow_conflicts(set);
}

static bool is_of_record(const char *name) {
  static const char *const names[] = {".", "..", "before", "attributes", list_name, "set", "entry.json"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(name, names[i]) == 0) return true;
  }
  return false;
}

int tidy_record(int record_fd) {
  int copy = openat(record_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *names = copy < 0 ? NULL : fdopendir(copy);
  if (names == NULL) {
    if (copy >= 0) (void)close(copy);
    return -1;
  }
  int result = 0;
  for (struct dirent *entry; (entry = readdir(names)) != NULL;) {
    if (!is_of_record(entry->d_name) && remove_private(record_fd, entry->d_name) != 0) result = -1;
  }
  (void)closedir(names);
  return result;
}
