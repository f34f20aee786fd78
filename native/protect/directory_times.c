#include "protect/directory_times.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

struct directory_times note_times(int directory) {
  struct stat status;
  struct directory_times times = {.known = fstat(directory, &status) == 0};
  if (times.known) times.modified = status.st_mtim;
  return times;
}

void restore_times(int directory, const struct directory_times *times) {
  int error = errno;
  const struct timespec set[2] = {{.tv_nsec = UTIME_OMIT}, times->modified};
  if (times->known) (void)utimensat(directory, ".", set, 0);
  errno = error;
}
