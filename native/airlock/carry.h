// Moves one node from one directory to another: by renaming where that can be, else by copying.
#ifndef CORDON_CARRY_H
#define CORDON_CARRY_H

#include <stdbool.h>
#include <sys/stat.h>

// A directory and a name in it.
struct spot {
  int directory;
  const char *name;
};

// The name under which copies are made; one that nothing else has. What a killed commit left there is removed first.
void carry_beside(const char *name);

enum carried { CARRIED, IS_IN_THE_WAY, CANNOT_CARRY };

// Puts the node at `from` to `to`, where nothing is. Never replaces anything: what stands there is in the way.
enum carried carry_new(struct spot from, struct spot to);

// Exchanges the two. Afterwards what stood at `to` is at `from`, where both are on one file system; else it is gone.
// `*was_kept` says which.
enum carried carry_over(struct spot from, struct spot to, bool *was_kept);

// Copies the node at `from` with everything in it to `to`, where nothing is. -1 with errno; what was made then stays.
int copy_node(struct spot from, struct spot to);

#endif
