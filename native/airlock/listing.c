#include "airlock/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
  uint64_t device, inode;
};

struct node_entry {
  uint64_t mode, size, has_target;
};

struct change_entry {
  uint64_t layer, number, is_same_file, is_out;
  struct seen seen, made;
};

bool put_text(FILE *file, const char *text) {
  uint64_t length = strlen(text);
  return fwrite(&length, sizeof length, 1, file) == 1 && fwrite(text, 1, length, file) == length;
}

char *get_text(FILE *file) {
  uint64_t length;
  if (fread(&length, sizeof length, 1, file) != 1 || length >= PATH_MAX) return NULL;
  char *text = calloc(1, (size_t)length + 1);
  if (text != NULL && fread(text, 1, (size_t)length, file) == length) return text;
  free(text);
  return NULL;
}

bool put_roots(FILE *file, const struct change_set *set) {
  uint64_t count = set->layer_count;
  bool good = fwrite(&count, sizeof count, 1, file) == 1;
  for (size_t i = 0; good && i < set->layer_count; i++) {
    const struct layer *layer = &set->layers[i];
    const struct place place = {layer->device, layer->inode};
    good = fwrite(&place, sizeof place, 1, file) == 1 && put_text(file, layer->lower_path) && put_text(file, layer->upper_path);
  }
  return good;
}

bool get_roots(FILE *file, struct change_set *set) {
  uint64_t count;
  if (fread(&count, sizeof count, 1, file) != 1 || count > MAX_LAYERS) return false;
  set->layer_count = (size_t)count;
  for (size_t i = 0; i < set->layer_count; i++) {
    struct layer *layer = &set->layers[i];
    struct place place;
    if (fread(&place, sizeof place, 1, file) != 1) return false;
    layer->device = (dev_t)place.device;
    layer->inode = (ino_t)place.inode;
    layer->lower_path = get_text(file);
    layer->upper_path = get_text(file);
    if (layer->lower_path == NULL || layer->upper_path == NULL) return false;
  }
  return true;
}

static bool put_node(FILE *file, const struct node *node) {
  const struct node_entry entry = {node->mode, node->size, node->target != NULL};
  return fwrite(&entry, sizeof entry, 1, file) == 1 && (node->target == NULL || put_text(file, node->target));
}

static bool get_node(FILE *file, struct node *node) {
  struct node_entry entry;
  if (fread(&entry, sizeof entry, 1, file) != 1) return false;
  node->mode = (mode_t)entry.mode;
  node->size = entry.size;
  node->target = entry.has_target ? get_text(file) : NULL;
  return !entry.has_target || node->target != NULL;
}

bool put_changes(FILE *file, const struct change_set *set, bool everything) {
  uint64_t count = 0;
  for (size_t i = 0; i < set->count; i++) count += everything || set->changes[i].number != 0;
  bool good = fwrite(&count, sizeof count, 1, file) == 1;
  for (size_t i = 0; good && i < set->count; i++) {
    const struct change *change = &set->changes[i];
    if (!everything && change->number == 0) continue;
    const struct change_entry entry = {
        .layer = change->layer,
        .number = change->number,
        .is_same_file = change->is_same_file,
        .is_out = is_out(change),
        .seen = change->seen,
        .made = change->made,
    };
    good = fwrite(&entry, sizeof entry, 1, file) == 1 && put_text(file, change->path) && put_node(file, &change->before) &&
           put_node(file, &change->after);
  }
  return good;
}

bool get_changes(FILE *file, struct change_set *set) {
  uint64_t count;
  if (fread(&count, sizeof count, 1, file) != 1) return false;
  for (; count > 0; count--) {
    struct change_entry entry;
    if (fread(&entry, sizeof entry, 1, file) != 1 || entry.layer >= set->layer_count) return false;
    char *path = get_text(file);
    struct change *change = path == NULL ? NULL : add_change(set, (size_t)entry.layer, path);
    free(path);
    if (change == NULL) return false;
    change->number = (size_t)entry.number;
    change->is_same_file = entry.is_same_file != 0;
    change->left_out = entry.is_out != 0;
    change->seen = entry.seen;
    change->made = entry.made;
    if (!get_node(file, &change->before) || !get_node(file, &change->after)) return false;
  }
  return true;
}

int write_list(struct change_set *set, int directory, const char *name, bool (*put)(FILE *, const struct change_set *)) {
  char draft[64];
  (void)snprintf(draft, sizeof draft, "%s.new", name);
  int fd = openat(directory, draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
  if (file == NULL) return give_up_set(set, "write a list of", set->directory);
  bool good = put(file, set);
  if (fclose(file) != 0) good = false;
  if (good && renameat(directory, draft, directory, name) == 0) return 0;
  return give_up_set(set, "write a list of", set->directory);
}

int read_list(struct change_set *set, int directory, const char *name, bool (*get)(FILE *, struct change_set *)) {
  int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 1 : give_up_set(set, "read a list of", set->directory);
  FILE *file = fdopen(fd, "r");
  bool good = file != NULL && get(file, set);
  if (file != NULL) (void)fclose(file);
  errno = EINVAL;
  return good ? 0 : give_up_set(set, "read a list of", set->directory);
}
