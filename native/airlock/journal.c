// Written under another name and then renamed: a journal is whole, or there is none. It is of use on this machine only.
#include "airlock/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char journal_name[] = "journal", draft_name[] = "journal.new";
static const char magic[8] = "cordon2";

struct head {
  char magic[8];
  uint64_t layers, steps;
};

struct entry {
  uint64_t kind, layer, upper_inode, inside, directory, length;
  struct seen lower;
};

struct place {
  uint64_t device, inode;
};

static bool put_text(FILE *file, const char *text) {
  uint64_t length = strlen(text);
  return fwrite(&length, sizeof length, 1, file) == 1 && fwrite(text, 1, length, file) == length;
}

static bool put_step(FILE *file, const struct step *step) {
  const struct entry entry = {
      .kind = step->kind,
      .layer = step->layer,
      .upper_inode = step->upper_inode,
      .inside = step->inside,
      .directory = step->directory,
      .length = strlen(step->path),
      .lower = step->lower,
  };
  return fwrite(&entry, sizeof entry, 1, file) == 1 && fwrite(step->path, 1, entry.length, file) == entry.length;
}

static bool put_set(FILE *file, const struct change_set *set) {
  struct head head = {.layers = set->layer_count, .steps = set->step_count};
  memcpy(head.magic, magic, sizeof magic);
  bool good = fwrite(&head, sizeof head, 1, file) == 1;
  for (size_t i = 0; good && i < set->layer_count; i++) {
    const struct layer *layer = &set->layers[i];
    const struct place place = {layer->device, layer->inode};
    good = fwrite(&place, sizeof place, 1, file) == 1 && put_text(file, layer->lower_path) && put_text(file, layer->upper_path);
  }
  for (size_t i = 0; good && i < set->step_count; i++) good = put_step(file, &set->steps[i]);
  return good && put_touched(file);
}

int write_journal(struct change_set *set) {
  int fd = openat(set->directory_fd, draft_name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
  if (file == NULL) return give_up_set(set, "write the journal of", set->directory);
  bool good = put_set(file, set);
  if (fclose(file) != 0) good = false;
  if (good && renameat(set->directory_fd, draft_name, set->directory_fd, journal_name) == 0) return 0;
  return give_up_set(set, "write the journal of", set->directory);
}

static char *get_text(FILE *file) {
  uint64_t length;
  if (fread(&length, sizeof length, 1, file) != 1 || length >= PATH_MAX) return NULL;
  char *text = calloc(1, (size_t)length + 1);
  if (text != NULL && fread(text, 1, (size_t)length, file) == length) return text;
  free(text);
  return NULL;
}

static bool get_step(FILE *file, struct change_set *set) {
  struct entry entry;
  char path[PATH_MAX];
  if (fread(&entry, sizeof entry, 1, file) != 1 || entry.length >= sizeof path || entry.layer >= set->layer_count) return false;
  if (fread(path, 1, (size_t)entry.length, file) != entry.length) return false;
  path[entry.length] = '\0';
  struct step *step = add_step(set, (enum step_kind)entry.kind, (size_t)entry.layer, path);
  if (step == NULL) return false;
  step->upper_inode = (ino_t)entry.upper_inode;
  step->lower = entry.lower;
  step->inside = entry.inside;
  step->directory = (size_t)entry.directory;
  return true;
}

static bool get_set(FILE *file, struct change_set *set) {
  struct head head;
  if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, magic, sizeof magic) != 0 || head.layers > MAX_LAYERS)
    return false;
  set->layer_count = (size_t)head.layers;
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
  for (uint64_t i = 0; i < head.steps; i++) {
    if (!get_step(file, set)) return false;
  }
  for (size_t i = 0; i < set->step_count; i++) {
    if (set->steps[i].directory != NO_STEP && set->steps[i].directory >= set->step_count) return false;
  }
  return get_touched(file);
}

int read_journal(struct change_set *set) {
  int fd = openat(set->directory_fd, journal_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 1 : give_up_set(set, "read the journal of", set->directory);
  FILE *file = fdopen(fd, "r");
  bool good = file != NULL && get_set(file, set);
  if (file != NULL) (void)fclose(file);
  errno = EINVAL;
  return good ? 0 : give_up_set(set, "read the journal of", set->directory);
}

void remove_journal(struct change_set *set) {
  (void)unlinkat(set->directory_fd, journal_name, 0);
}
