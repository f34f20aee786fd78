#include "airlock/record_list.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Half a record, or records of another version, would make nonsense of all that follow.
static bool is_whole(const struct record_list *list, const struct stat *status) {
  return (uint64_t)status->st_size % list->size == 0;
}

void read_records(struct record_list *list, int directory) {
  struct stat status;
  free(list->known);
  list->known = NULL;
  list->known_count = 0;
  int fd = directory < 0 ? -1 : openat(directory, list->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  if (fstat(fd, &status) == 0 && is_whole(list, &status) && status.st_size > 0 && (uint64_t)status.st_size <= list->max_bytes) {
    list->known = malloc((size_t)status.st_size);
    ssize_t got = list->known == NULL ? 0 : read(fd, list->known, (size_t)status.st_size);
    list->known_count = got < 0 ? 0 : (size_t)got / list->size;
    if (list->known_count > 0) qsort(list->known, list->known_count, list->size, list->compare);
  }
  (void)close(fd);
}

const void *find_record(const struct record_list *list, const void *like) {
  return list->known_count == 0 ? NULL : bsearch(like, list->known, list->known_count, list->size, list->compare);
}

void note_record(struct record_list *list, const void *record) {
  if (list->fresh_count == list->fresh_room) {
    size_t room = list->fresh_room == 0 ? 64 : 2 * list->fresh_room;
    char *larger = reallocarray(list->fresh, room, list->size);
    if (larger == NULL) return;
    list->fresh = larger;
    list->fresh_room = room;
  }
  memcpy(list->fresh + list->fresh_count++ * list->size, record, list->size);
}

void write_records(struct record_list *list, int directory) {
  if (list->fresh_count == 0 || directory < 0) return;
  int fd = openat(directory, list->name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return;
  struct stat status;
  size_t length = list->fresh_count * list->size;
  // Nobody can tell which records are of no use any more: a list that would not be read begins anew.
  if (fstat(fd, &status) == 0 && (!is_whole(list, &status) || (uint64_t)status.st_size + length > list->max_bytes))
    (void)!ftruncate(fd, 0);
  ssize_t written = write(fd, list->fresh, length);
  if (written > 0 && (size_t)written != length && fstat(fd, &status) == 0) (void)!ftruncate(fd, status.st_size - written);
  (void)close(fd);
  list->fresh_count = 0;
}
