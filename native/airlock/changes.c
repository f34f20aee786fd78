#include "airlock/changes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/roots.h"

int give_up_set(struct change_set *set, const char *what, const char *path) {
  if (!set->failed) (void)snprintf(set->why, sizeof set->why, "Cannot %s %.120s: %s", what, path, strerror(errno));
  set->failed = true;
  return -1;
}

// Twice the room whenever it is full.
static void *grow(void *items, size_t count, size_t *room, size_t size) {
  if (count < *room) return items;
  size_t wanted = *room == 0 ? 256 : 2 * *room;
  void *larger = reallocarray(items, wanted, size);
  if (larger != NULL) *room = wanted;
  return larger;
}

struct change *add_change(struct change_set *set, size_t layer, const char *path) {
  struct change *changes = grow(set->changes, set->count, &set->room, sizeof *changes);
  char *copy = changes == NULL ? NULL : strdup(path);
  if (changes != NULL) set->changes = changes;
  if (copy == NULL) {
    (void)give_up_set(set, "list the changes below", path);
    return NULL;
  }
  struct change *change = &changes[set->count++];
  *change = (struct change){.layer = layer, .path = copy};
  return change;
}

struct step *add_step(struct change_set *set, enum step_kind kind, size_t layer, const char *path) {
  struct step *steps = grow(set->steps, set->step_count, &set->step_room, sizeof *steps);
  char *copy = steps == NULL ? NULL : strdup(path);
  if (steps != NULL) set->steps = steps;
  if (copy == NULL) {
    (void)give_up_set(set, "list the changes below", path);
    return NULL;
  }
  struct step *step = &steps[set->step_count++];
  *step = (struct step){.kind = kind, .layer = layer, .path = copy, .first = set->count, .end = set->count, .directory = NO_STEP};
  return step;
}

struct stamp *add_stamp(struct change_set *set, size_t layer, const char *path) {
  struct stamp *stamps = grow(set->stamps, set->stamp_count, &set->stamp_room, sizeof *stamps);
  char *copy = stamps == NULL ? NULL : strdup(path);
  if (stamps != NULL) set->stamps = stamps;
  if (copy == NULL) {
    (void)give_up_set(set, "list the changes below", path);
    return NULL;
  }
  struct stamp *stamp = &stamps[set->stamp_count++];
  *stamp = (struct stamp){.layer = layer, .path = copy};
  return stamp;
}

bool is_out(const struct change *change) {
  return change->left_out || change->conflict != NO_CONFLICT;
}

uint64_t sum_of_prints(const struct change_set *set, size_t first, size_t end) {
  uint64_t sum = 0;
  for (size_t i = first; i < end; i++) sum += set->changes[i].seen.inode == 0 ? 0 : set->changes[i].print;
  return sum;
}

static int open_directory(struct change_set *set, const char *path) {
  struct stat status;
  int fd = open_exact(-1, path);
  if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) return fd;
  if (fd >= 0) errno = ENOTDIR;
  return give_up_set(set, "open", path);
}

int open_layers(struct change_set *set) {
  set->directory_fd = open_directory(set, set->directory);
  for (size_t i = 0; i < set->layer_count && !set->failed; i++) {
    struct layer *layer = &set->layers[i];
    struct stat status;
    layer->lower = open_directory(set, layer->lower_path);
    layer->upper = open_directory(set, layer->upper_path);
    if (set->failed || fstat(layer->lower, &status) != 0) continue;
    // Another directory in its place is nothing that the command saw.
    if (status.st_dev == layer->device && status.st_ino == layer->inode) continue;
    errno = ESTALE;
    (void)give_up_set(set, "write to", layer->lower_path);
  }
  return set->failed ? -1 : 0;
}
