// Sizes first: almost no program has the size of another. A copy that was changed by a byte is another program, and what it
// does is its maker's doing, as with any program that was compiled here.
#include "watch/alike.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 };

bool open_alike(struct alike *alike, const struct policy *policy) {
  alike->count = 0;
  if (policy->watched_count == 0) return true;
  alike->known = calloc(policy->watched_count, sizeof *alike->known);
  if (alike->known == NULL) return false;
  for (size_t i = 0; i < policy->watched_count; i++) {
    struct known_program *known = &alike->known[alike->count];
    known->program = &policy->watched[i];
    known->file = open(known->program->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (known->file < 0) continue;
    if (fstat(known->file, &known->status) == 0 && S_ISREG(known->status.st_mode)) alike->count++;
    else (void)close(known->file);
  }
  return true;
}

static ssize_t read_piece(int file, char *piece, off_t from) {
  size_t got = 0;
  while (got < PIECE) {
    ssize_t more = pread(file, piece + got, PIECE - got, from + (off_t)got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -1;
    if (more == 0) break;
    got += (size_t)more;
  }
  return (ssize_t)got;
}

static bool has_same_bytes(int one, int other) {
  static char mine[PIECE], its[PIECE];
  for (off_t from = 0;; from += PIECE) {
    ssize_t length = read_piece(one, mine, from);
    if (length < 0 || read_piece(other, its, from) != length) return length < 0;
    if (memcmp(mine, its, (size_t)length) != 0) return false;
    if (length < PIECE) return true;
  }
}

int find_alike(const struct alike *alike, int file, const struct stat *status, size_t from) {
  for (size_t i = from; i < alike->count; i++) {
    const struct known_program *known = &alike->known[i];
    if (known->status.st_size != status->st_size || status->st_size == 0) continue;
    bool is_same = known->status.st_dev == status->st_dev && known->status.st_ino == status->st_ino;
    if (is_same || has_same_bytes(known->file, file)) return (int)i;
  }
  return -1;
}
