// The kernel counts the names of a file and does not say where they are. Few files have a second one: only then anything
// is searched, and no further than the count says.
#include "protect/other_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect/entries.h"
#include "protect/hide.h"
#include "sandbox/roots.h"

enum { MAX_FILES = 4096, MAX_ENTRIES = 1000000, MAX_DEPTH = 64 };

// One hidden file with several names.
struct linked {
  dev_t device;
  ino_t inode;
  nlink_t names, found;
  const char *example; // the hidden path it was met at or in
};

struct search {
  struct planner *planner;
  struct linked *files; // sorted by inode once the hidden paths were seen
  size_t count, room, missing;
  size_t entries;
  bool is_cut; // there was more than anybody looks through, or less than is there could be seen
  const char *hidden; // while a hidden path is looked at; NULL afterwards
};

static struct linked *find_linked(struct search *search, const struct stat *status) {
  for (size_t i = 0; i < search->count; i++) {
    struct linked *file = &search->files[i];
    if (file->inode == status->st_ino && file->device == status->st_dev) return file;
  }
  return NULL;
}

static int by_inode(const void *left, const void *right) {
  const struct linked *a = left, *b = right;
  return a->inode < b->inode ? -1 : a->inode > b->inode;
}

// Whether any of them can be it: asked for each entry of each directory.
static bool may_be_linked(const struct search *search, ino_t inode) {
  const struct linked key = {.inode = inode};
  return bsearch(&key, search->files, search->count, sizeof key, by_inode) != NULL;
}

static bool grow(struct search *search) {
  if (search->count < search->room) return true;
  size_t room = search->room == 0 ? 64 : search->room * 2;
  struct linked *files = room > MAX_FILES ? NULL : realloc(search->files, room * sizeof *files);
  if (files == NULL) return false;
  search->files = files;
  search->room = room;
  return true;
}

static void note_hidden_file(struct search *search, const struct stat *status) {
  if (S_ISDIR(status->st_mode) || status->st_nlink < 2) return;
  struct linked *known = find_linked(search, status);
  if (known != NULL) {
    known->found++;
    return;
  }
  if (!grow(search)) {
    search->is_cut = true;
    return;
  }
  search->files[search->count++] = (struct linked){status->st_dev, status->st_ino, status->st_nlink, 1, search->hidden};
}

static int note_other_name(struct search *search, const char *path, const struct stat *status) {
  struct linked *file = find_linked(search, status);
  if (file == NULL || file->found >= file->names) return 0;
  if (++file->found == file->names) search->missing--;
  return hide_also(search->planner, path);
}

static bool is_hidden(const struct search *search, const char *path) {
  const struct plan *plan = search->planner->plan;
  for (size_t i = 0; i < plan->hidden_count; i++) {
    if (strcmp(plan->hidden[i].path, path) == 0) return true;
  }
  return false;
}

static int look_into(struct search *search, const char *path, int depth);

// A file that is hidden and could not be looked at may have other names. In a closed directory of this user's it is covered
// all the same, and its other names are as they were.
static void note_unseen(struct search *search, int error) {
  if (search->hidden != NULL && !is_gone(error) && error != EACCES) search->is_cut = true;
}

static int look_at(struct search *search, int directory, const char *path, const struct entry *entry, int depth) {
  char whole[PATH_MAX];
  struct stat status;
  int length = snprintf(whole, sizeof whole, "%s/%s", strcmp(path, "/") == 0 ? "" : path, entry->name);
  if (length < 0 || (size_t)length >= sizeof whole) return 0;
  bool may_be_directory = entry->type == DT_DIR || entry->type == DT_UNKNOWN;
  bool is_wanted = search->hidden != NULL || may_be_linked(search, entry->inode);
  if (!may_be_directory && !is_wanted) return 0;
  if (stat_twice(directory, entry->name, &status) != 0) {
    note_unseen(search, errno);
    return 0;
  }
  if (S_ISDIR(status.st_mode)) {
    bool is_seen = search->hidden == NULL && is_hidden(search, whole);
    return is_seen || depth == MAX_DEPTH ? 0 : look_into(search, whole, depth + 1);
  }
  if (search->hidden != NULL) {
    note_hidden_file(search, &status);
    return 0;
  }
  return is_hidden(search, whole) ? 0 : note_other_name(search, whole, &status);
}

static int look_into(struct search *search, const char *path, int depth) {
  int place = open_exact(-1, path);
  int fd = place < 0 ? -1 : open_twice(place, ".", O_RDONLY | O_DIRECTORY);
  int error = errno;
  if (place >= 0) (void)close(place);
  struct entries entries;
  if (fd < 0 || !read_entries(&entries, fd)) {
    // What cannot be listed has no name that could be found; the count will say so, of what is not hidden itself.
    note_unseen(search, fd < 0 ? error : ENOMEM);
    return 0;
  }
  int result = 0;
  for (const struct entry *entry; result == 0 && (entry = next_entry(&entries)) != NULL;) {
    if (search->hidden == NULL && search->missing == 0) break;
    if (++search->entries > MAX_ENTRIES) {
      search->is_cut = true;
      break;
    }
    result = look_at(search, fd, path, entry, depth);
  }
  if (entries.error != 0) note_unseen(search, entries.error);
  forget_entries(&entries);
  return result;
}

static int look_at_hidden(struct search *search, const struct hidden *hidden) {
  const char *path = hidden->path;
  struct stat status;
  int place = open_exact(-1, path);
  int error = place < 0 ? errno : 0;
  bool known = place >= 0 && fstat(place, &status) == 0;
  if (place >= 0) (void)close(place);
  search->hidden = path;
  if (!known && !hidden->is_closed) note_unseen(search, error);
  if (known && S_ISDIR(status.st_mode)) return look_into(search, path, 0);
  if (known) note_hidden_file(search, &status);
  return 0;
}

static int look_beside(struct search *search, const char *path) {
  char parent[PATH_MAX];
  const char *slash = strrchr(path, '/');
  (void)snprintf(parent, sizeof parent, "%.*s", slash == path ? 1 : (int)(slash - path), path);
  return look_into(search, parent, MAX_DEPTH); // that directory, and nothing below it
}

static void say_what_is_left(struct search *search) {
  struct plan *plan = search->planner->plan;
  const char *cure = "name them under deny_read, too, or remove them (`find / -xdev -samefile`)";
  for (size_t i = 0; i < search->count; i++) {
    const struct linked *file = &search->files[i];
    if (file->found >= file->names) continue;
    (void)snprintf(plan->still_readable, sizeof plan->still_readable, "%.90s has other names (hard links): %s", file->example, cure);
    return;
  }
  if (search->is_cut)
    (void)snprintf(plan->still_readable, sizeof plan->still_readable,
                   "not every file that is hidden could be looked at for its other names (hard links)");
}

int find_other_names(struct planner *planner) {
  struct search search = {.planner = planner};
  struct plan *plan = planner->plan;
  int result = 0;
  for (size_t i = 0; result == 0 && i < plan->watched_count; i++) result = look_at_hidden(&search, &plan->hidden[i]);
  search.hidden = NULL;
  if (search.count > 0) qsort(search.files, search.count, sizeof *search.files, by_inode);
  for (size_t i = 0; i < search.count; i++) search.missing += search.files[i].found < search.files[i].names;
  search.entries = 0;
  for (size_t i = 0; result == 0 && search.missing > 0 && i < plan->watched_count; i++)
    result = look_beside(&search, plan->hidden[i].path);
  for (size_t i = 0; result == 0 && search.missing > 0 && i < plan->policy->root_count; i++) {
    if (plan->roots[i].outer == i) result = look_into(&search, plan->policy->roots[i].path, 0);
  }
  say_what_is_left(&search);
  free(search.files);
  return result;
}
