// What we make and take away again leaves no mark on the directory it was in: to its owner's programs, and to the next
// launcher that asks whether somebody is at work there, it changed when somebody changed it.
#ifndef CORDON_DIRECTORY_TIMES_H
#define CORDON_DIRECTORY_TIMES_H

#include <time.h>

struct directory_times {
  struct timespec modified;
  int known;
};

struct directory_times note_times(int directory);

// Somebody else's directory keeps the time of our change: its times are not ours to set.
void restore_times(int directory, const struct directory_times *times);

#endif
