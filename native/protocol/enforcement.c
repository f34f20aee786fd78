// Keeps the list of what is not enforced.
#include "protocol/enforcement.h"

#include <stdarg.h>
#include <stdio.h>

void add_gap(struct enforcement *enforcement, enum restriction restriction, const char *format, ...) {
  for (uint8_t i = 0; i < enforcement->gap_count; i++) {
    if (enforcement->gaps[i].restriction == (uint8_t)restriction) return;
  }
  if (enforcement->gap_count == MAX_GAPS) return;
  struct gap *gap = &enforcement->gaps[enforcement->gap_count++];
  gap->restriction = (uint8_t)restriction;
  va_list words;
  va_start(words, format);
  (void)vsnprintf(gap->because, sizeof gap->because, format, words);
  va_end(words);
}

bool is_profile_gap(const struct gap *gap) {
  return gap->restriction != RESTRICT_RESOURCES && gap->restriction != RESTRICT_PROGRAMS;
}

bool has_profile_gap(const struct enforcement *enforcement) {
  for (uint8_t i = 0; i < enforcement->gap_count; i++) {
    if (is_profile_gap(&enforcement->gaps[i])) return true;
  }
  return false;
}
