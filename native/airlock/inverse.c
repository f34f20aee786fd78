#include "airlock/inverse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "airlock/attributes.h"
#include "airlock/carry.h"
#include "airlock/kept.h"
#include "airlock/lineage.h"
#include "airlock/places.h"
#include "sandbox/roots.h"

// A directory in the new layer, which gets its attributes when everything is in it.
struct made {
  size_t layer;
  char *path;
  const struct change *change; // NULL: as the workspace has it
};

struct inverse {
  struct change_set *record;
  int target;
  int uppers[MAX_LAYERS];
  struct made *made;
  size_t count, room;
};

static bool add_made(struct inverse *inverse, size_t layer, const char *path, size_t length, const struct change *change) {
  if (inverse->count == inverse->room) {
    size_t room = inverse->room == 0 ? 64 : 2 * inverse->room;
    struct made *larger = reallocarray(inverse->made, room, sizeof *larger);
    if (larger == NULL) return false;
    inverse->made = larger;
    inverse->room = room;
  }
  char *copy = strndup(path, length);
  if (copy == NULL) return false;
  inverse->made[inverse->count++] = (struct made){layer, copy, change};
  return true;
}

static struct made *find_made(const struct inverse *inverse, size_t layer, const char *path) {
  for (size_t i = inverse->count; i-- > 0;) {
    struct made *made = &inverse->made[i];
    if (made->layer == layer && strcmp(made->path, path) == 0) return made;
  }
  return NULL;
}

// The directory of the layer that `path` lies in, made as far as it is missing; -1, with 0 in errno where one of those above
// goes with everything in it.
static int open_parent(struct inverse *inverse, size_t layer, const char *path) {
  char name[PATH_MAX];
  int at = openat(inverse->uppers[layer], ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const char *rest = path;
  for (const char *slash; at >= 0 && (slash = strchr(rest, '/')) != NULL; rest = slash + 1) {
    size_t length = (size_t)(slash - rest);
    memcpy(name, rest, length);
    name[length] = '\0';
    bool is_new = mkdirat(at, name, 0700) == 0;
    if (is_new && !add_made(inverse, layer, path, (size_t)(slash - path), NULL)) errno = ENOMEM;
    else if (is_new || errno == EEXIST) errno = 0;
    int below = errno == 0 ? openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    int error = below < 0 && errno == ENOTDIR ? 0 : errno;
    (void)close(at);
    at = below;
    errno = error;
  }
  return at;
}

static int add_removal(int parent, const char *name) {
  return mknodat(parent, name, S_IFCHR, makedev(0, 0));
}

// One more name of the original: the record has it until this name is in the workspace. Somebody else's may be copied only.
static int add_original(const struct change_set *record, const struct change *change, int parent, const char *name) {
  int originals = open_parent_of(record->layers[change->layer].upper, change->path);
  int result = originals < 0 ? -1 : linkat(originals, name, parent, name, 0);
  if (result != 0 && originals >= 0 && (errno == EPERM || errno == EMLINK || errno == EXDEV))
    result = copy_node((struct spot){originals, name}, (struct spot){parent, name});
  if (originals >= 0) (void)close(originals);
  return result;
}

static int give_kept(const struct change_set *record, const struct change *change, int place) {
  struct stat status;
  int kept = open_attributes(record->directory_fd, change->number);
  int result = kept >= 0 && fstat(kept, &status) == 0 ? copy_attributes(kept, place, &status) : -1;
  if (kept >= 0) (void)close(kept);
  return result;
}

// The bytes of the workspace with the attributes of the record.
static int add_same_file(const struct change_set *record, const struct change *change, int parent, const char *name) {
  int lower = open_parent_of(record->layers[change->layer].lower, change->path);
  int result = lower < 0 ? -1 : copy_node((struct spot){lower, name}, (struct spot){parent, name});
  int place = result == 0 ? openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (result == 0) result = place < 0 ? -1 : give_kept(record, change, place);
  if (place >= 0) (void)close(place);
  if (lower >= 0) (void)close(lower);
  return result;
}

static int add_directory(struct inverse *inverse, const struct change *change, int parent, const char *name) {
  if (mkdirat(parent, name, 0700) == 0)
    return add_made(inverse, change->layer, change->path, strlen(change->path), change) ? 0 : -1;
  struct made *made = errno == EEXIST ? find_made(inverse, change->layer, change->path) : NULL;
  if (made == NULL) return -1;
  made->change = change;
  return 0;
}

static int add_change_back(struct inverse *inverse, const struct change *change) {
  if (*change->path == '\0') {
    find_made(inverse, change->layer, "")->change = change;
    return 0;
  }
  // Somebody else removed it, or what it was in: a directory made for it here would take the place of what is there now.
  if (change->after.mode == 0 && change->seen.inode == 0) return 0;
  const char *name = last_name(change->path);
  errno = 0;
  int parent = open_parent(inverse, change->layer, change->path);
  if (parent < 0) return errno == 0 && change->after.mode == 0 ? 0 : -1;
  int result;
  if (change->after.mode == 0) result = add_removal(parent, name);
  else if (S_ISDIR(change->after.mode)) result = add_directory(inverse, change, parent, name);
  else if (change->is_same_file) result = add_same_file(inverse->record, change, parent, name);
  else result = add_original(inverse->record, change, parent, name);
  (void)close(parent);
  return result;
}

// One that nobody may enter hides what is in it from this user, too; its mode is in the list.
static void unlock_originals(const struct change_set *record) {
  char path[32];
  for (size_t i = 0; geteuid() != 0 && i < record->count; i++) {
    const struct change *change = &record->changes[i];
    if (!S_ISDIR(change->after.mode) || (change->after.mode & 0700) == 0700) continue;
    int place = open_place(record->layers[change->layer].upper, change->path);
    if (place < 0) continue;
    path_of_descriptor(place, path);
    (void)chmod(path, (change->after.mode & 07777) | 0700);
    (void)close(place);
  }
}

// When its names were changed, before the commit; now, where others worked in it since.
static struct timespec time_of(const struct change_set *record, const struct made *made, const struct stat *now) {
  for (size_t i = 0; i < record->stamp_count; i++) {
    const struct stamp *stamp = &record->stamps[i];
    if (stamp->layer != made->layer || strcmp(stamp->path, made->path) != 0) continue;
    bool is_as_it_was = stamp->inode == now->st_ino && !is_after(&stamp->left, &now->st_mtim) && !is_after(&now->st_mtim, &stamp->left);
    if (is_as_it_was) return stamp->original;
  }
  struct timespec when;
  (void)clock_gettime(CLOCK_REALTIME, &when);
  return when;
}

static int give_attributes(const struct inverse *inverse, const struct made *made) {
  const struct change_set *record = inverse->record;
  const struct change *change = made->change;
  struct stat status;
  bool is_same = change != NULL && change->is_same_file;
  bool is_original = change != NULL && !is_same;
  const struct layer *layer = &record->layers[made->layer];
  int place = open_place(inverse->uppers[made->layer], made->path);
  int from = open_place(is_original ? layer->upper : layer->lower, made->path);
  int result = place >= 0 && from >= 0 && fstat(from, &status) == 0 ? 0 : -1;
  // Whatever else took its place since is somebody else's.
  if (result == 0 && !S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    result = -1;
  }
  if (result == 0 && is_original) status.st_mode = change->after.mode;
  if (result == 0 && change == NULL) status.st_mtim = time_of(record, made, &status);
  if (result == 0) result = is_same ? give_kept(record, change, place) : copy_attributes(from, place, &status);
  if (from >= 0) (void)close(from);
  if (place >= 0) (void)close(place);
  return result;
}

static int open_uppers(struct inverse *inverse, const char *target) {
  inverse->target = open_exact(-1, target);
  for (size_t i = 0; inverse->target >= 0 && i < inverse->record->layer_count; i++) {
    char name[40];
    (void)snprintf(name, sizeof name, "%zu/upper", i);
    inverse->uppers[i] = openat(inverse->target, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inverse->uppers[i] < 0 || !add_made(inverse, i, "", 0, NULL)) return -1;
  }
  return inverse->target < 0 ? -1 : 0;
}

static bool is_whole(const struct change_set *record) {
  for (size_t i = 0; i < record->count; i++) {
    if (is_out(&record->changes[i])) return false;
  }
  return true;
}

// Directories in which nothing is left of what happened but the time.
static int add_stamped(struct inverse *inverse) {
  const struct change_set *record = inverse->record;
  for (size_t i = 0; i < record->stamp_count; i++) {
    const struct stamp *stamp = &record->stamps[i];
    struct stat status;
    char inside[PATH_MAX];
    int place = open_place(record->layers[stamp->layer].lower, stamp->path);
    bool is_there = place >= 0 && fstat(place, &status) == 0 && S_ISDIR(status.st_mode) && status.st_ino == stamp->inode;
    if (place >= 0) (void)close(place);
    int length = snprintf(inside, sizeof inside, "%s/.", stamp->path);
    if (!is_there || *stamp->path == '\0' || length < 0 || (size_t)length >= sizeof inside) continue;
    errno = 0;
    int parent = open_parent(inverse, stamp->layer, inside);
    if (parent < 0 && errno != 0) return give_up_set(inverse->record, "bring back", stamp->path);
    if (parent >= 0) (void)close(parent);
  }
  return 0;
}

int build_inverse(struct change_set *record, const char *target) {
  struct inverse inverse = {.record = record};
  if (open_uppers(&inverse, target) != 0) return give_up_set(record, "open", target);
  if (follow_conflicts(record) != 0 || write_lineage(record, inverse.target) != 0) return -1;
  unlock_originals(record);
  for (size_t i = 0; i < record->count; i++) {
    const struct change *change = &record->changes[i];
    if (!is_out(change) && add_change_back(&inverse, change) != 0) return give_up_set(record, "bring back", change->path);
  }
  if (is_whole(record) && add_stamped(&inverse) != 0) return -1;
  // From the inside out: a directory's own mode may forbid what is done in it, and its time is last.
  for (size_t i = inverse.count; i-- > 0;) {
    if (give_attributes(&inverse, &inverse.made[i]) != 0) return give_up_set(record, "bring back", inverse.made[i].path);
  }
  return 0;
}
