#include "airlock/lineage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "airlock/kept.h"
#include "airlock/listing.h"
#include "airlock/moved.h"
#include "airlock/places.h"
#include "sandbox/roots.h"

static const char list_name[] = "lineage";

bool has_lineage(int set_fd) {
  return faccessat(set_fd, list_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool put_lineage(FILE *file, const struct change_set *record) {
  bool good = put_text(file, record->directory);
  for (size_t i = 0; good && i < record->count; i++) {
    uint64_t number = record->changes[i].number;
    if (!is_out(&record->changes[i])) good = fwrite(&number, sizeof number, 1, file) == 1;
  }
  return good;
}

int write_lineage(struct change_set *record, int set_fd) {
  return write_list(record, set_fd, list_name, put_lineage);
}

static int compare(const void *left, const void *right) {
  const struct change *const *one = left, *const *other = right;
  if ((*one)->layer != (*other)->layer) return (*one)->layer < (*other)->layer ? -1 : 1;
  return strcmp((*one)->path, (*other)->path);
}

static int compare_numbers(const void *left, const void *right) {
  const uint64_t *one = left, *other = right;
  return *one == *other ? 0 : *one < *other ? -1 : 1;
}

struct lineage {
  uint64_t *numbers; // sorted
  size_t count, room;
  const struct change **out; // what the set did not bring in, sorted
  size_t out_count;
};

static bool get_numbers(FILE *file, struct lineage *lineage) {
  uint64_t number;
  while (fread(&number, sizeof number, 1, file) == 1) {
    if (lineage->count == lineage->room) {
      size_t room = lineage->room == 0 ? 64 : 2 * lineage->room;
      uint64_t *larger = reallocarray(lineage->numbers, room, sizeof number);
      if (larger == NULL) return false;
      lineage->numbers = larger;
      lineage->room = room;
    }
    lineage->numbers[lineage->count++] = number;
  }
  if (lineage->count > 0) qsort(lineage->numbers, lineage->count, sizeof number, compare_numbers);
  return ferror(file) == 0;
}

static bool list_out(const struct change_set *set, struct lineage *lineage) {
  lineage->out = calloc(set->count + 1, sizeof *lineage->out);
  if (lineage->out == NULL) return false;
  for (size_t i = 0; i < set->count; i++) {
    if (is_out(&set->changes[i])) lineage->out[lineage->out_count++] = &set->changes[i];
  }
  qsort(lineage->out, lineage->out_count, sizeof *lineage->out, compare);
  return true;
}

static bool is_back(const struct lineage *lineage, const struct change *change) {
  const uint64_t number = change->number;
  return lineage->count > 0 && bsearch(&number, lineage->numbers, lineage->count, sizeof number, compare_numbers) != NULL &&
         bsearch(&change, lineage->out, lineage->out_count, sizeof change, compare) == NULL;
}

// The last name of it is the one in the workspace. A directory goes when everything in it went.
static void drop_original(const struct change_set *set, int record_fd, const struct change *change) {
  char name[40];
  struct stat status;
  (void)snprintf(name, sizeof name, "attributes/%zu", change->number);
  if (change->is_same_file) (void)remove_private(record_fd, name);
  if (change->is_same_file || change->after.mode == 0) return;
  int originals = open_originals(record_fd, change->layer);
  int parent = originals < 0 ? -1 : open_parent_of(originals, change->path);
  int lower = open_parent_of(set->layers[change->layer].lower, change->path);
  const char *base = last_name(change->path);
  if (parent >= 0) (void)unlinkat(parent, base, S_ISDIR(change->after.mode) ? AT_REMOVEDIR : 0);
  bool is_here = lower >= 0 && fstatat(lower, base, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_ino == change->made.inode;
  if (is_here && !S_ISDIR(status.st_mode)) note_moved(status.st_dev, status.st_ino, change->made.changed, status.st_ctim);
  const int fds[] = {originals, parent, lower};
  for (size_t i = 0; i < 3; i++) {
    if (fds[i] >= 0) (void)close(fds[i]);
  }
}

static int drop_all(struct change_set *set, const struct lineage *lineage, const char *place) {
  static struct change_set record;
  record.directory = strdup(place);
  record.directory_fd = open_exact(-1, place);
  // Somebody dropped it, or a run that was killed had done all of this.
  if (record.directory_fd < 0 && errno == ENOENT) return 0;
  int found = record.directory == NULL || record.directory_fd < 0 ? -1 : read_kept(&record, record.directory_fd);
  for (size_t i = found == 0 ? record.count : 0; i-- > 0;) {
    struct change *change = &record.changes[i];
    if (change->layer >= set->layer_count || !is_back(lineage, change)) continue;
    drop_original(set, record.directory_fd, change);
    change->number = 0;
  }
  if (found == 0) found = write_kept(&record, record.directory_fd);
  if (record.directory_fd >= 0) (void)close(record.directory_fd);
  return found >= 0 ? 0 : give_up_set(set, "take what came back out of", place);
}

int end_lineage(struct change_set *set) {
  struct lineage lineage = {.numbers = NULL};
  int fd = openat(set->directory_fd, list_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 0 : give_up_set(set, "read the lineage of", set->directory);
  FILE *file = fdopen(fd, "r");
  char *place = file == NULL ? NULL : get_text(file);
  bool good = place != NULL && get_numbers(file, &lineage) && list_out(set, &lineage);
  if (file != NULL) (void)fclose(file);
  int result = good ? drop_all(set, &lineage, place) : give_up_set(set, "read the lineage of", set->directory);
  free(place);
  free(lineage.numbers);
  free(lineage.out);
  return result;
}
