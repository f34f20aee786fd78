// Written under another name and then renamed: a journal is whole, or there is none. It is of use on this machine only.
#include "airlock/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "airlock/listing.h"

static const char journal_name[] = "journal";
static const char magic[8] = "cordon4";

struct head {
  char magic[8];
  uint64_t steps, keeps;
};

struct entry {
  uint64_t kind, layer, upper_inode, inside, directory, first, end;
  struct seen lower;
  struct timespec written;
};

static bool put_step(FILE *file, const struct step *step) {
  const struct entry entry = {
      .kind = step->kind,
      .layer = step->layer,
      .upper_inode = step->upper_inode,
      .inside = step->inside,
      .directory = step->directory,
      .first = step->first,
      .end = step->end,
      .lower = step->lower,
      .written = step->written,
  };
  return fwrite(&entry, sizeof entry, 1, file) == 1 && put_text(file, step->path);
}

static bool put_set(FILE *file, const struct change_set *set) {
  struct head head = {.steps = set->step_count, .keeps = set->keeps};
  memcpy(head.magic, magic, sizeof magic);
  bool good = fwrite(&head, sizeof head, 1, file) == 1 && put_roots(file, set);
  // What becomes of each is of interest only to whoever keeps the originals.
  if (good && set->keeps) good = put_changes(file, set, true);
  for (size_t i = 0; good && i < set->step_count; i++) good = put_step(file, &set->steps[i]);
  return good && put_touched(file);
}

int write_journal(struct change_set *set) {
  return write_list(set, set->directory_fd, journal_name, put_set);
}

static bool get_step(FILE *file, struct change_set *set) {
  struct entry entry;
  if (fread(&entry, sizeof entry, 1, file) != 1 || entry.layer >= set->layer_count) return false;
  char *path = get_text(file);
  struct step *step = path == NULL ? NULL : add_step(set, (enum step_kind)entry.kind, (size_t)entry.layer, path);
  free(path);
  if (step == NULL) return false;
  step->upper_inode = (ino_t)entry.upper_inode;
  step->lower = entry.lower;
  step->written = entry.written;
  step->inside = entry.inside;
  step->directory = (size_t)entry.directory;
  step->first = set->keeps ? (size_t)entry.first : 0;
  step->end = set->keeps ? (size_t)entry.end : 0;
  return step->first <= step->end && step->end <= set->count;
}

static bool get_set(FILE *file, struct change_set *set) {
  struct head head;
  if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, magic, sizeof magic) != 0) return false;
  set->keeps = head.keeps != 0;
  if (!get_roots(file, set) || (set->keeps && !get_changes(file, set))) return false;
  for (uint64_t i = 0; i < head.steps; i++) {
    if (!get_step(file, set)) return false;
  }
  for (size_t i = 0; i < set->step_count; i++) {
    if (set->steps[i].directory != NO_STEP && set->steps[i].directory >= set->step_count) return false;
  }
  return get_touched(file);
}

int read_journal(struct change_set *set) {
  return read_list(set, set->directory_fd, journal_name, get_set);
}

void remove_journal(struct change_set *set) {
  (void)unlinkat(set->directory_fd, journal_name, 0);
}
