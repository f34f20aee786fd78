// A list of records of one size in a file that commits add to: what our own commits did, for the next to know.
#ifndef CORDON_RECORD_LIST_H
#define CORDON_RECORD_LIST_H

#include <stddef.h>

struct record_list {
  const char *name;  // of the file
  size_t size;       // of a record
  size_t max_bytes;  // of the file
  int (*compare)(const void *, const void *);
  char *known, *fresh;
  size_t known_count, fresh_count, fresh_room;
};

// Reads the file in `directory` (-1: there is none). Without one, or with one that is too long or of other records, nothing
// is known.
void read_records(struct record_list *list, int directory);

// The known record that is equal to `*like` by `compare`, or NULL.
const void *find_record(const struct record_list *list, const void *like);

// Remembers a copy of `*record`; `write_records` adds it to the file. What there is no memory for is forgotten.
void note_record(struct record_list *list, const void *record);
void write_records(struct record_list *list, int directory);

#endif
